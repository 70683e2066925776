"""The booking's end, page by page: checked, confirmed, proven by its code; and what comes after."""

import re
from typing import Any

import pytest
from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, confirming
from allomediateur.agenda.models import AccessLink, Appointment, Participant, State, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.factories import make_commune, make_mediator, make_user, office_of
from tests.web.paths import TOLD, booked, get, hold, run_out, text, value, who_page
from tests.web.signing_in import enter
from tests.web.times import HALF_PAST, NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def charlie() -> Client:
    """Another browser."""
    return Client()


def code() -> str:
    return steps.code_of(steps.last_letter("appointment_to_confirm"))


# Check and confirm


def test_every_answer_is_shown_with_its_way_back(client: Client, bob: Mediator) -> None:
    check = client.post(who_page(client, bob, TEN), TOLD)["Location"]
    page = get(client, check)
    for said in ("Véra Lune", "vera@example.org", "06 39 98 01 02", "Bob Durand", "Premier contact", "Étape 3 sur 4"):
        assert said in page
    for anchor in ("#id_name", "#id_email", "#id_phone"):
        assert f'href="{check.removesuffix("verifier/")}{anchor}"' in page


def test_checking_comes_after_telling(client: Client, bob: Mediator) -> None:
    who = who_page(client, bob, TEN)
    assert client.get(who + "verifier/")["Location"] == who
    assert client.post(who + "verifier/", {"key": "k"})["Location"] == who


def test_confirming_twice_books_once_and_writes_once(client: Client, bob: Mediator) -> None:
    check = client.post(who_page(client, bob, TEN), TOLD)["Location"]
    first, second = client.post(check, {"key": "k"}), client.post(check, {"key": "k"})
    assert first["Location"] == second["Location"]
    assert Letter.objects.filter(kind="appointment_to_confirm").count() == 1


def test_back_after_booking_follows_on(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    who = page.removesuffix("confirmer/")
    assert client.get(who)["Location"] == client.get(who + "verifier/")["Location"] == page
    client.post(page, {"code": code()})
    assert client.get(who)["Location"] == client.get(page)["Location"] == who + "termine/"


def test_a_verified_client_is_confirmed_at_once(client: Client, bob: Mediator) -> None:
    alice = make_user(name="Alice Martin", phone="+33612345678")
    enter(client, alice)
    answer = booked(client, bob, TEN, email="alice@example.org")
    assert answer.endswith("/termine/")
    page = get(client, answer)
    assert "C’est confirmé" in page
    assert "/espace/rendez-vous/" in page
    assert Participant.objects.get(role="client").user == alice


def test_signed_in_with_another_address_proves_it(client: Client, bob: Mediator) -> None:
    enter(client, make_user())
    assert booked(client, bob, TEN, email="other@example.org").endswith("/confirmer/")


# The code


def test_the_code_confirms_makes_the_account_and_signs_in_here(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    assert "vera@example.org" in get(client, page)
    done = client.post(page, {"code": f" {code()[:3]} {code()[3:]} "})["Location"]
    shown = get(client, done)
    user = User.objects.get(email="vera@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "Votre compte est créé" in shown
    assert "Se déconnecter" in shown


def test_the_page_kept_by_the_booking_browser_rules_no_reminders(client: Client, bob: Mediator) -> None:
    """Who typed the address is not always who reads what is sent there."""
    get(client, client.post(booked(client, bob, TEN), {"code": code()})["Location"])
    (token,) = client.session["doors"].values()
    here = f"/rendez-vous/{token}/"
    assert "rappels/" not in get(client, here)
    assert client.get(f"{here}rappels/")["Location"] == here


def test_an_account_that_existed_is_not_entered_by_a_code(client: Client, bob: Mediator) -> None:
    make_user("vera@example.org", name="Véra")
    page = booked(client, bob, TEN)
    shown = get(client, client.post(page, {"code": code()})["Location"])
    assert "_auth_user_id" not in client.session
    assert "Votre compte est créé" not in shown
    assert "ouvrez le lien de la première lettre" in shown


def test_whether_an_account_exists_is_not_told_before_the_proof(client: Client, charlie: Client, bob: Mediator) -> None:
    make_user("vera@example.org", name="Véra")
    known = get(client, booked(client, bob, TEN))
    new = get(charlie, booked(charlie, bob, HALF_PAST, email="nova@example.org"))

    def bare(page: str) -> str:
        page = re.sub(r'value="[\w-]{20,}"|/reserver/[\w-]+/|\d+ h( \d\d)?|datetime="[^"]*"', "", page)
        return page.replace("vera@", "x@").replace("vera%40", "x%40").replace("nova@", "x@").replace("nova%40", "x%40")

    assert bare(known) == bare(new)


def test_wrong_codes_are_counted_then_another_is_asked(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    wrong = steps.wrong(code())
    assert "Il reste 4 essais." in text(client.post(page, {"code": wrong}))
    for _ in range(4):
        answer = client.post(page, {"code": wrong})
    assert "il ne peut plus servir" in text(answer)
    assert "Demandez-en un autre" in text(client.post(page, {"code": code()}))
    client.post(page, {"acte": "envoyer"})
    assert client.post(page, {"code": code()})["Location"].endswith("/termine/")


@pytest.mark.parametrize("typed", ["", "12", "abcdef", "x" * 5000, "\x00"])
def test_what_is_no_code_is_refused_calmly(client: Client, bob: Mediator, typed: str) -> None:
    page = booked(client, bob, TEN)
    assert client.post(page, {"code": typed}).status_code == 422


def test_a_mistyped_address_is_corrected_without_losing_the_slot(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN, email="vrea@example.org")
    dead = steps.token_of(steps.last_letter("appointment_to_confirm"))
    answer = client.post(page, {"acte": "adresse", "email": "vera@example.org"}, follow=True)
    assert "La lettre est partie à la nouvelle adresse." in text(answer)
    assert steps.last_letter("appointment_to_confirm").to == "vera@example.org"
    assert client.post(f"/rendez-vous/{dead}/confirmer/").status_code == 410
    assert client.post(page, {"code": code()})["Location"].endswith("/termine/")


def test_a_corrected_address_that_is_none_keeps_what_was_typed(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    answer = client.post(page, {"acte": "adresse", "email": "vera@"})
    assert answer.status_code == 422
    assert 'value="vera@"' in text(answer)
    assert "<title>Erreur : " in text(answer)


def test_letters_are_not_sent_for_ever(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    for _ in range(9):
        answer = client.post(page, {"acte": "envoyer"}, follow=True)
    assert "Nous avons déjà envoyé plusieurs lettres" in text(answer)
    assert Letter.objects.filter(kind="appointment_to_confirm").count() == 6


def test_not_confirmed_in_time_is_said_with_the_same_slot_again(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    run_out(Appointment.objects.get())
    answer = client.get(page, follow=True)
    assert answer.status_code == 410
    assert "n’a pas été confirmé à temps" in text(answer)
    assert "Reprendre mardi" in text(answer)
    assert client.post(page, {"code": code()}, follow=True).status_code == 410


def test_the_page_follows_the_letters_link_opened_elsewhere(client: Client, charlie: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    asked = {"HX-Request": "true"}
    assert client.get(page, headers=asked).status_code == 204
    charlie.post(f"/rendez-vous/{steps.token_of(steps.last_letter('appointment_to_confirm'))}/confirmer/")
    assert client.get(page, headers=asked)["HX-Refresh"] == "true"
    assert client.get(page)["Location"].endswith("/termine/")


# Done


def test_done_leads_to_the_calendar_the_page_and_another_device(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    done = client.post(page, {"code": code()})["Location"]
    shown = get(client, done)
    assert 'src="data:image/svg+xml' in shown
    assert "vous appelle au 06 39 98 01 02" in shown
    found = re.search(r'"(/rendez-vous/[\w-]{43}/rendez-vous.ics)"', shown)
    assert found
    assert b"BEGIN:VCALENDAR" in Client().get(found[1]).content
    doors = AccessLink.objects.filter(purpose="manage").count()
    get(client, done)
    assert AccessLink.objects.filter(purpose="manage").count() == doors


def test_the_video_room_is_told_once_confirmed_only(client: Client, bob: Mediator) -> None:
    assert "visio.example.org" not in get(client, f"/mediateurs/{bob.slug}/?modalite=visio")
    check = client.post(who_page(client, bob, TEN, slot=value(TEN, "video")), TOLD)["Location"]
    assert "visio.example.org" not in get(client, check)
    page = client.post(check, {"key": "k"})["Location"]
    assert "visio.example.org" not in get(client, page)
    assert bob.video_room in get(client, client.post(page, {"code": code()})["Location"])


def test_a_cancelled_one_is_said_and_another_is_offered(client: Client, bob: Mediator) -> None:
    page = booked(client, bob, TEN)
    done = client.post(page, {"code": code()})["Location"]
    changing.cancel(Appointment.objects.get(), by=Transition.By.MEDIATOR, reason="Grippe", now=NOW)
    answer = client.get(done, follow=True)
    assert answer.status_code == 410
    assert "Ce rendez-vous a été annulé" in text(answer)


def test_face_to_face_says_where(client: Client, bob: Mediator) -> None:
    slot = value(TEN, "in_person", office_of(bob).pk)
    check = client.post(who_page(client, bob, TEN, slot=slot), TOLD | {"phone": ""})["Location"]
    page = get(client, check)
    assert "1 rue de la Paix, 75001 Paris" in page
    assert "non donné" in page


def test_both_clocks_go_with_the_booking(client: Client, bob: Mediator) -> None:
    client.cookies["tz"] = "America/Martinique"
    page = get(client, who_page(client, bob, TEN, slot=value(TEN, "video")))
    assert re.search(r"\d h, heure de Fort-de-France \(10 h à Paris\)", page)
    client.post(who_page(client, bob, TEN, slot=value(TEN, "video")), TOLD)
    assert Participant.objects.get(role="client").zone == "America/Martinique"


def test_the_searched_place_tells_the_zone_of_a_browser_that_does_not(client: Client, bob: Mediator) -> None:
    make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique")
    page = get(client, who_page(client, bob, TEN, slot=value(TEN, "video"), lieu="Fort-de-France"))
    assert "heure de Fort-de-France (10 h à Paris)" in page


def test_nothing_of_a_booking_is_kept_by_a_cache(client: Client, bob: Mediator) -> None:
    answer: Any = client.get(who_page(client, bob, TEN))
    assert "no-store" in answer["Cache-Control"]


def test_english_books_in_english(client: Client, bob: Mediator) -> None:
    who = hold(client, bob, TEN)["Location"]
    assert client.get(f"/en{who}").status_code == 200
    client.post(f"/en{who}", TOLD)
    assert Participant.objects.get(role="client").language == "en"


def test_links_of_letters_open_without_the_browser(client: Client, charlie: Client, bob: Mediator) -> None:
    booked(client, bob, TEN)
    confirming.confirm_with_link(steps.token_of(steps.last_letter("appointment_to_confirm")), NOW)
    token = steps.token_of(steps.last_letter("appointment_confirmed"))
    assert charlie.get(f"/rendez-vous/{token}/").status_code == 200
    assert Appointment.objects.get().state == State.CONFIRMED
