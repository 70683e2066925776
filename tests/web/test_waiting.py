"""Pages of the waiting list: entering it, one's place, an offer, the way out; and no dead end where nothing is free."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from allomediateur.agenda import waiting
from allomediateur.agenda.models import Appointment, Offer, Opening, Participant, State, Wait
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling.reminders import QUIET_FROM, QUIET_TO
from tests.agenda import waits
from tests.agenda.waits import token_of
from tests.factories import book, make_mediator, make_user, refresh
from tests.web.paths import get, text
from tests.web.signing_in import enter
from tests.web.times import MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
TOLD = {"name": "Zoé Lune", "email": "zoe@example.org", "phone": "06 39 98 01 02", "key": "k"}


@pytest.fixture
def full() -> Mediator:
    """Nothing is free, but the day after TEN's week."""
    cache.clear()
    bob = make_mediator(now=NOW)
    Opening.objects.filter(mediator=bob).delete()
    day = TEN.date()
    Opening.objects.create(
        mediator=bob, modality="phone", weekday=day.weekday(), start_minute=600, end_minute=630, valid_from=day,
        valid_until=day,
    )  # fmt: skip
    book(bob, TEN, now=NOW)
    refresh(bob, NOW)
    return bob


def offered(bob: Mediator, **fields: Any) -> Wait:
    """A wait with a slot kept for it."""
    now = datetime.now(UTC)  # what is kept for a quarter of an hour is not kept as long as the suite lasts
    wait = waits.write(bob, now, phone="+33612345678", **fields)
    Appointment.objects.filter(mediator=bob).update(state=State.CANCELLED)
    held = book(bob, TEN, state=State.HELD, now=now)
    told = {"name": wait.name, "email": wait.email, "phone": wait.phone}
    Participant.objects.create(appointment=held, role="client", **told)
    Offer.objects.create(
        wait=wait, held=held, email=wait.email, starts_at=TEN, offered_at=now, expires_at=now + 10 * MINUTE
    )
    return wait


def test_where_nothing_is_free_the_page_leads_to_the_list_and_to_who_is(client: Client, full: Mediator) -> None:
    near = make_mediator("Carole Petit", modalities=("phone",), now=NOW)
    page = get(client, f"/mediateurs/{full.slug}/")
    assert f"/mediateurs/{full.slug}/attente/?" in page
    assert f"/mediateurs/{near.slug}/#creneaux" in page


def test_below_free_slots_too(client: Client) -> None:
    bob = make_mediator(now=NOW)
    assert f"/mediateurs/{bob.slug}/attente/?" in get(client, f"/mediateurs/{bob.slug}/")


def test_without_an_account_one_enters_by_the_letter(client: Client, full: Mediator) -> None:
    answer = client.post(f"/mediateurs/{full.slug}/attente/", TOLD, follow=True)
    assert "Une lettre vient de partir" in text(answer)
    assert "zoe@example.org" not in text(answer)
    token = token_of(Letter.objects.get(kind="wait_to_confirm"))
    client.get(f"/attente/{token}/")
    assert Wait.objects.get().state == Wait.State.UNPROVEN
    page = text(client.post(f"/attente/{token}/", {"acte": "entrer"}, follow=True))
    assert "Vous êtes dans la liste d’attente" in page
    assert Wait.objects.get().state == Wait.State.WAITING


def test_what_is_typed_stays_and_errors_say_how_to_mend(client: Client, full: Mediator) -> None:
    answer = client.post(f"/mediateurs/{full.slug}/attente/", TOLD | {"email": "zoe", "before": str(NOW.date())})
    assert answer.status_code == 422
    page = text(answer)
    assert "Zoé Lune" in page
    assert "Cette adresse e-mail n’est pas complète" in page
    assert "Choisissez un jour à venir." in page


def test_what_suits_already_is_shown_as_links(client: Client) -> None:
    bob = make_mediator(now=NOW)
    answer = client.post(f"/mediateurs/{bob.slug}/attente/", TOLD)
    assert answer.status_code == 409
    assert f"/mediateurs/{bob.slug}/?prestation=" in text(answer)
    assert not Wait.objects.exists()


def test_the_answer_is_the_same_whoever_has_an_account(client: Client, full: Mediator) -> None:
    make_user("zoe@example.org")
    known = client.post(f"/mediateurs/{full.slug}/attente/", TOLD)
    stranger = client.post(f"/mediateurs/{full.slug}/attente/", TOLD | {"email": "nina@example.org", "key": "l"})
    assert (known.status_code, known["Location"]) == (stranger.status_code, stranger["Location"])
    assert Wait.objects.filter(user=None).count() == 2


def test_lists_are_joined_so_often_from_a_network(client: Client, full: Mediator, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"wait": (1, 1)}
    client.post(f"/mediateurs/{full.slug}/attente/", TOLD)
    answer = client.post(f"/mediateurs/{full.slug}/attente/", TOLD | {"email": "nina@example.org"})
    assert answer.status_code == 429


def test_an_offer_is_shown_by_get_and_taken_by_post(client: Client, full: Mediator) -> None:
    token = waiting.open_link(offered(full))
    page = get(client, f"/attente/{token}/")
    assert "<hold-countdown" in page
    assert Offer.objects.get().outcome == ""
    page = text(client.post(f"/attente/{token}/", {"acte": "prendre"}, follow=True))
    assert "Vous avez un rendez-vous" in page
    assert Appointment.objects.get(state=State.CONFIRMED).starts_at == TEN


def test_an_offer_left_is_the_next_persons(client: Client, full: Mediator) -> None:
    token = waiting.open_link(offered(full))
    page = text(client.post(f"/attente/{token}/", {"acte": "laisser"}, follow=True))
    assert "Vous gardez votre place" in page
    assert (Offer.objects.get().outcome, Wait.objects.get().state) == ("declined", "waiting")


def test_an_offer_past_its_time_says_what_is_next(client: Client, full: Mediator) -> None:
    token = waiting.open_link(offered(full))
    late = datetime.now(UTC) - MINUTE
    Offer.objects.update(expires_at=late)
    Appointment.objects.filter(state=State.HELD).update(expires_at=late)
    page = text(client.post(f"/attente/{token}/", {"acte": "prendre"}, follow=True))
    assert "n’est plus gardé pour vous" in page
    assert "Voir s’il est encore libre" in page
    assert not Appointment.objects.filter(state=State.CONFIRMED).exists()


def test_one_leaves_in_one_tap_from_the_letter(client: Client, full: Mediator) -> None:
    token = waiting.open_link(waits.write(full, NOW))
    assert "Quitter la liste d’attente" in get(client, f"/attente/{token}/quitter/")
    client.post(f"/attente/{token}/quitter/")
    assert Wait.objects.get().state == Wait.State.LEFT


def test_a_client_sees_ones_own_waits_and_a_stranger_none(full: Mediator) -> None:
    alice, charlie = make_user(), make_user("charlie@example.org", name="Charlie")
    wait = waits.write(full, NOW, user=alice, email=alice.email)
    pages = {}
    for user in (alice, charlie):
        browser = Client()
        enter(browser, user)
        pages[user] = get(browser, "/espace/"), browser.get(f"/espace/attentes/{wait.reference}/").status_code
    assert f"/espace/attentes/{wait.reference}/" in pages[alice][0]
    assert f"/espace/attentes/{wait.reference}/" not in pages[charlie][0]
    assert (pages[alice][1], pages[charlie][1]) == (200, 404)


def test_a_wait_for_the_address_of_somebody_else_is_never_in_ones_space(full: Mediator) -> None:
    alice, browser = make_user(), Client()
    enter(browser, alice)
    browser.post(f"/mediateurs/{full.slug}/attente/", TOLD)
    wait = Wait.objects.get()
    assert (wait.state, wait.user) == (Wait.State.UNPROVEN, None)
    token = token_of(Letter.objects.get(kind="wait_to_confirm"))
    Client().post(f"/attente/{token}/", {"acte": "entrer"})
    assert Wait.objects.get().state == Wait.State.WAITING
    assert browser.post(f"/espace/attentes/{wait.reference}/", {"acte": "prendre"}).status_code == 404
    assert wait.reference not in get(browser, "/espace/")


def test_from_the_space_no_address_is_proven(full: Mediator) -> None:
    alice, browser = make_user(), Client()
    enter(browser, alice)
    wait = waits.write(full, NOW, user=alice, state=Wait.State.UNPROVEN)
    assert browser.get(f"/espace/attentes/{wait.reference}/").status_code == 404
    assert browser.post(f"/espace/attentes/{wait.reference}/", {"acte": "entrer"}).status_code == 404
    wait.refresh_from_db()
    assert wait.state == Wait.State.UNPROVEN


def test_the_space_costs_the_same_for_one_wait_and_for_three(
    django_assert_num_queries: Any, django_assert_max_num_queries: Any, full: Mediator
) -> None:
    alice, browser = make_user(), Client()
    enter(browser, alice)
    waits.write(full, NOW, user=alice, email=alice.email)
    with django_assert_max_num_queries(40) as counted:
        browser.get("/espace/")
    for number in range(2):
        other = make_mediator(f"Médiatrice {number}", modalities=(), now=NOW)
        waits.write(other, NOW, user=alice, email=alice.email)
    with django_assert_num_queries(len(counted)):
        browser.get("/espace/")


def test_the_mediator_sees_how_many_wait_and_not_who(full: Mediator) -> None:
    waits.write(full, NOW, modality="phone", phone="+33612345678", name="Zoé Lune")
    browser = Client()
    enter(browser, full.user)
    page = get(browser, "/mediateur/liste/")
    assert "1 personne" in page
    assert "Zoé Lune" not in page


def test_a_cancelled_appointment_leads_on(full: Mediator) -> None:
    near = make_mediator("Carole Petit", modalities=("phone",), now=NOW)
    alice, browser = make_user(), Client()
    mine = Appointment.objects.get(mediator=full)
    mine.participants.filter(role="client").update(user=alice)
    Appointment.objects.filter(pk=mine.pk).update(state=State.CANCELLED)
    enter(browser, alice)
    page = get(browser, f"/espace/rendez-vous/{mine.reference}/")
    assert f"/mediateurs/{near.slug}/#creneaux" in page
    assert f"/mediateurs/{full.slug}/attente/" in page


def test_sooner_is_asked_from_the_appointment_and_stopped_there(full: Mediator) -> None:
    alice, browser = make_user(), Client()
    mine = Appointment.objects.get(mediator=full)
    mine.participants.filter(role="client").update(user=alice, phone="+33612345678")
    enter(browser, alice)
    address = f"/espace/rendez-vous/{mine.reference}/"
    assert f"{address}plus-tot/" in get(browser, address)
    browser.post(f"{address}plus-tot/", {"way": "", "half": "", "before": ""})
    assert Wait.objects.get(appointment=mine).state == Wait.State.WAITING
    assert "Voir ou changer ce que j’attends" in get(browser, address)
    browser.post(f"{address}plus-tot/", {"acte": "quitter"})
    assert Wait.objects.get(appointment=mine).state == Wait.State.LEFT


def test_an_unknown_link_says_what_to_do(client: Client) -> None:
    answer = client.get(f"/attente/{'x' * 43}/")
    assert answer.status_code == 404
    assert "Ce lien ne mène à aucune attente" in text(answer)


def test_erased_one_is_in_no_list(full: Mediator) -> None:
    alice = make_user()
    offered(full, user=alice, email=alice.email)
    waiting.forget_person(alice, datetime.now(UTC))
    assert not Wait.objects.exists()
    assert not Appointment.objects.live(datetime.now(UTC)).filter(mediator=full).exists()


def test_nobody_is_told_at_night_is_said_with_the_hours_that_are(client: Client, full: Mediator) -> None:
    page = get(client, f"/mediateurs/{full.slug}/attente/")
    assert f"entre {QUIET_FROM // 60} h et {QUIET_TO // 60} h" in page
