"""The booking, page by page: nothing typed is lost, nothing is done twice, nobody else sees it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from allomediateur.agenda.models import Appointment, Opening
from allomediateur.directory.models import Mediator
from tests.agenda import steps
from tests.factories import book, make_mediator, make_user, refresh, service_of
from tests.web.paths import TOLD, get, held, hold, run_out, text, value, who_page
from tests.web.signing_in import enter
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def charlie() -> Client:
    """Another browser."""
    return Client()


# The slot


def test_a_slot_is_kept_ten_minutes_for_this_browser(client: Client, bob: Mediator) -> None:
    answer = hold(client, bob, TEN)
    assert answer["Location"] == f"/rendez-vous/reserver/{held().reference}/"
    page = get(client, answer["Location"])
    assert "Étape 2 sur 4" in page
    assert "Créneau gardé pour vous jusqu’à" in page
    assert re.search(r"mardi \w+ \w+", page)


def test_two_clicks_keep_one_slot(client: Client, bob: Mediator) -> None:
    assert hold(client, bob, TEN)["Location"] == hold(client, bob, TEN)["Location"]
    assert Appointment.objects.count() == 1


def test_a_form_sent_again_because_no_answer_came_finds_its_slot(
    client: Client, charlie: Client, bob: Mediator
) -> None:
    """With the answer, the browser lost the session that the first sending began."""
    client.get(f"/mediateurs/{bob.slug}/")
    first = hold(client, bob, TEN)
    del client.cookies["session"]
    assert hold(client, bob, TEN)["Location"] == first["Location"]
    assert client.get(first["Location"]).status_code == 200
    charlie.get(f"/mediateurs/{bob.slug}/")
    assert hold(charlie, bob, TEN).status_code == 409, "the same key from another browser"


def test_coming_back_and_choosing_another_slot_of_the_same_page_changes_it(client: Client, bob: Mediator) -> None:
    hold(client, bob, TEN)
    assert hold(client, bob, HALF_PAST).status_code == 302
    assert held().starts_at == HALF_PAST


def test_what_was_told_follows_to_another_slot(client: Client, bob: Mediator) -> None:
    client.post(who_page(client, bob, TEN), TOLD)
    answer = hold(client, bob, HALF_PAST, key="three")
    assert answer["Location"].endswith("/verifier/")
    assert "Véra Lune" in get(client, answer["Location"])


def test_a_slot_somebody_else_was_quicker_for_offers_the_nearest(client: Client, bob: Mediator) -> None:
    book(bob, TEN, now=NOW)
    answer = hold(client, bob, TEN)
    page = text(answer)
    assert answer.status_code == 409
    assert "<title>Erreur : Ce créneau vient d’être réservé" in page
    assert value(HALF_PAST) in page
    assert value(TEN) not in page


@pytest.mark.parametrize(
    "start",
    [NOW - DAY, NOW + timedelta(days=400), TEN + 7 * MINUTE, TEN - timedelta(hours=9)],
    ids=["past", "too far", "off the grid", "at night"],
)
def test_a_start_that_is_not_listed_is_refused_with_others(client: Client, bob: Mediator, start: datetime) -> None:
    answer = hold(client, bob, start)
    assert answer.status_code == 409
    assert "Ce créneau n’est plus proposé" in text(answer)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "slot",
    ["", "demain", "||", f"{TEN:%Y-%m-%dT%H:%M}|phone|", "9999-12-31T23:00:00+00:00|phone|",
     "0001-01-01T00:00:00+00:00|phone|", f"{TEN.isoformat()}|telepathy|",
     f"{TEN.isoformat()}|in_person|99999999999999999999", "\x00|\x00|\x00"],
)  # fmt: skip
def test_a_button_that_is_none_of_ours_leads_back_to_the_choice(client: Client, bob: Mediator, slot: str) -> None:
    answer = hold(client, bob, TEN, slot=slot)
    assert answer.status_code in (302, 409)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("name", ["mediateur", "prestation"])
@pytest.mark.parametrize("wrong", ["", "nobody", "\x00", "99999999999999999999"])
def test_a_mediator_or_service_that_is_not_there_is_not_found(
    client: Client, bob: Mediator, name: str, wrong: str
) -> None:
    assert hold(client, bob, TEN, **{name: wrong}).status_code == 404


@pytest.mark.parametrize("former", ["\x00", "nothing", "x" * 3000])
def test_a_former_booking_that_is_not_ones_own_is_nothing(client: Client, bob: Mediator, former: str) -> None:
    client.get("/")
    hold(client, bob, HALF_PAST)
    assert hold(client, bob, TEN, ancien=former, key="f").status_code == 302


def test_anothers_typed_data_are_not_carried_over(client: Client, charlie: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    client.post(who, TOLD)
    page = get(charlie, who_page(charlie, bob, HALF_PAST, ancien=who.split("/")[-2]))
    assert "Véra" not in page


def test_price_and_length_come_from_the_service_whatever_is_sent(client: Client, bob: Mediator) -> None:
    hold(client, bob, TEN, price_cents="0", minutes="5", end="x")
    assert held().minutes == service_of(bob).minutes


def test_opening_the_address_of_the_hold_changes_nothing(client: Client) -> None:
    assert client.get("/rendez-vous/reserver/")["Location"] == "/mediateurs/"


# Another browser


@pytest.mark.parametrize("page", ["", "verifier/", "confirmer/", "termine/"])
def test_another_browser_is_told_where_to_go_on(client: Client, charlie: Client, bob: Mediator, page: str) -> None:
    who = who_page(client, bob, TEN)
    client.post(who, TOLD)
    for stranger in (charlie, Client()):
        answer = stranger.get(who + page)
        assert answer.status_code == 404
        assert "Cette réservation n’est pas ouverte ici" in text(answer)
        assert "vera@example.org" not in text(answer)


def test_another_browser_with_a_hold_of_its_own_sees_only_that(client: Client, charlie: Client, bob: Mediator) -> None:
    mine, its = who_page(client, bob, TEN), who_page(charlie, bob, HALF_PAST)
    assert charlie.get(its).status_code == 200
    assert charlie.get(mine).status_code == charlie.post(mine, TOLD).status_code == 404
    assert charlie.post(mine + "abandonner/").status_code == charlie.post(mine + "prolonger/").status_code == 404


def test_a_reference_that_was_never_one_is_the_same(client: Client, bob: Mediator) -> None:
    hold(client, bob, TEN)
    assert client.get("/rendez-vous/reserver/nothing/").status_code == 404


# Who I am


def test_errors_say_how_to_mend_and_keep_what_is_typed(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    answer = client.post(who, {"name": "Véra Lune", "email": "vera@", "phone": "06 12"})
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>Erreur : Vos coordonnées" in page
    assert 'href="#id_email"' in page
    assert "Exemple : prenom.nom@example.org" in page
    assert "Ce numéro n’est pas complet" in page
    for typed in ('value="Véra Lune"', 'value="vera@"', 'value="06 12"'):
        assert typed in page


def test_a_number_is_needed_by_phone_only(client: Client, bob: Mediator) -> None:
    by_phone = who_page(client, bob, TEN)
    assert client.post(by_phone, TOLD | {"phone": ""}).status_code == 422
    by_video = who_page(client, bob, TEN, slot=value(TEN, "video"), key="v")
    assert client.post(by_video, TOLD | {"phone": ""}).status_code == 302


def test_a_video_told_without_number_asks_it_when_it_becomes_a_call(client: Client, bob: Mediator) -> None:
    client.post(who_page(client, bob, TEN, slot=value(TEN, "video")), TOLD | {"phone": ""})
    answer = hold(client, bob, TEN, key="p")
    assert not answer["Location"].endswith("/verifier/")
    assert client.get(answer["Location"] + "verifier/")["Location"] == answer["Location"]


def test_the_privacy_notice_stands_at_the_form(client: Client, bob: Mediator) -> None:
    page = get(client, who_page(client, bob, TEN))
    assert "Ces informations servent à ce rendez-vous et à rien d’autre" in page
    assert 'href="/confidentialite/"' in page
    assert "mediation-conso" in page


def test_asking_for_more_time_keeps_what_is_typed(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    before = held().expires_at
    answer = client.post(who, {"name": "Véra", "email": "ver", "phone": "", "prolonger": "1"}, follow=True)
    assert before is not None
    assert held().expires_at == before + 10 * MINUTE
    assert 'value="Véra"' in text(answer)
    assert 'value="ver"' in text(answer)
    assert 'name="prolonger"' not in text(answer)


def test_signed_in_it_is_filled_already(client: Client, bob: Mediator) -> None:
    enter(client, make_user(name="Alice Martin", phone="+33612345678"))
    page = get(client, who_page(client, bob, TEN))
    for known in ("Alice Martin", "alice@example.org", "06 12 34 56 78", "Étape 2 sur 3"):
        assert known in page


def test_giving_up_gives_the_slot_back(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    client.post(who, TOLD | {"email": "wrong"})
    assert client.post(who + "abandonner/")["Location"] == f"/mediateurs/{bob.slug}/"
    assert not Appointment.objects.live(NOW).exists()
    assert "Véra Lune" not in get(client, who_page(client, bob, HALF_PAST))


@pytest.mark.parametrize(
    "told", [{"name": "x" * 300}, {"email": f"{'x' * 300}@example.org"}, {"phone": "0" * 90}, {"name": "a\x00b"}, {}]
)
def test_odd_input_is_refused_calmly(client: Client, bob: Mediator, told: dict[str, str]) -> None:
    sent = TOLD | told if told else {}
    assert client.post(who_page(client, bob, TEN), sent).status_code == 422


def test_an_oversized_form_gets_a_clear_page(client: Client, bob: Mediator) -> None:
    answer = client.post(who_page(client, bob, TEN), TOLD | {"name": "x" * 400_000})
    assert answer.status_code == 413
    assert "Ce que vous avez envoyé est trop long" in text(answer)


# Time runs out


def test_an_expired_hold_offers_to_take_it_again(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    client.post(who, TOLD)
    run_out(held())
    answer = client.get(who + "verifier/")
    page = text(answer)
    assert answer.status_code == 410
    assert "Le créneau n’est plus gardé pour vous" in page
    assert "Reprendre mardi" in page
    assert "Ce que vous avez écrit est gardé" in page
    former = re.search(r'name="ancien" value="([^"]+)"', page)
    assert former
    again = hold(client, bob, TEN, ancien=former[1], key="again")
    assert "Véra Lune" in get(client, again["Location"])


def test_a_form_sent_after_the_time_goes_through_while_the_slot_is_free(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    run_out(held())
    answer = client.post(who, TOLD)
    assert answer["Location"].endswith("/verifier/")
    assert "Véra Lune" in get(client, answer["Location"])


def test_a_form_sent_after_somebody_else_took_it_keeps_what_was_typed(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    run_out(held())
    steps.book(bob, TEN, now=NOW, browser="somebody")
    answer = client.post(who, TOLD)
    assert answer.status_code == 409
    assert "Ce créneau vient d’être réservé" in text(answer)
    assert 'value="Véra Lune"' in get(client, who_page(client, bob, HALF_PAST, key="other"))


def test_confirming_after_the_time_goes_through_while_the_slot_is_free(client: Client, bob: Mediator) -> None:
    check = client.post(who_page(client, bob, TEN), TOLD)["Location"]
    run_out(held())
    answer = client.post(check, {"key": "k"})
    assert answer["Location"].endswith("/confirmer/")
    assert client.get(answer["Location"]).status_code == 200


def test_a_get_never_takes_a_slot(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    run_out(held())
    for page in ("", "verifier/", "confirmer/", "termine/"):
        client.get(who + page, follow=True)
    assert not Appointment.objects.live(NOW).exists()


def test_hours_that_changed_meanwhile_are_said(client: Client, bob: Mediator) -> None:
    check = client.post(who_page(client, bob, TEN), TOLD)["Location"]
    Opening.objects.filter(mediator=bob, weekday=1).delete()
    refresh(bob, NOW)
    answer = client.post(check, {"key": "k"})
    assert answer.status_code == 409
    assert "Ce créneau n’est plus proposé" in text(answer)
