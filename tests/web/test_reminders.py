"""« Mes préférences », and the reminders' page behind a letter's door."""

import re
from typing import Any

import pytest
from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.agenda import confirming, links, preferences
from allomediateur.agenda.models import Appointment, Channel, Participant, Preference, Reminder
from allomediateur.configuration import texting
from allomediateur.directory.models import Mediator
from tests.agenda import steps
from tests.agenda.steps import last_letter, token_of
from tests.factories import book, make_mediator, make_user
from tests.web.paths import get, text
from tests.web.signing_in import enter
from tests.web.times import DAY, NOW, TEN

pytestmark = pytest.mark.django_db
PREFERENCES = "/espace/preferences/"
FAR = TEN + 14 * DAY
MOBILE = "+33612345678"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice(client: Client) -> User:
    """Signed in."""
    user = make_user("alice@example.org", name="Alice Martin")
    enter(client, user)
    return user


def guest_s(bob: Mediator, email: str = "zoe@example.org", **more: Any) -> Participant:
    """Of an appointment to come, without an account."""
    appointment = book(bob, FAR, now=NOW, **more)
    appointment.participants.filter(role="client").update(email=email)
    return appointment.participants.get(role="client")


def door(reader: Participant) -> str:
    return f"/rendez-vous/{links.open_manage(reader)}/rappels/"


def wanted(one: Any) -> tuple[bool, bool, str]:
    return one.remind_week, one.remind_day, one.remind_by


# In the client's space


def test_every_reminder_by_e_mail_until_told_otherwise(client: Client, alice: User) -> None:
    page = get(client, PREFERENCES)
    assert page.count("checked") == 2
    assert "SMS" not in page
    assert not Preference.objects.exists()


def test_what_is_chosen_is_kept_and_shown_again(client: Client, alice: User) -> None:
    assert client.post(PREFERENCES, {"sent": "1", "day": "on"})["Location"] == PREFERENCES
    assert wanted(preferences.of_account(alice)) == (False, True, "email")
    page = get(client, PREFERENCES)
    assert "Vos préférences sont enregistrées." in page
    assert page.count("checked") == 1


def test_sms_are_proposed_where_they_leave_and_to_a_mobile(client: Client, alice: User) -> None:
    texting.decide(100, texting.KINDS, NOW)
    assert "ajoutez un numéro de mobile" in get(client, PREFERENCES)
    # Not proposed, not taken.
    client.post(PREFERENCES, {"sent": "1", "day": "on", "channel": "sms"})
    assert preferences.of_account(alice).remind_by == Channel.EMAIL
    User.objects.filter(pk=alice.pk).update(phone=MOBILE)
    assert "Les SMS partent au 06 12 34 56 78." in get(client, PREFERENCES)
    client.post(PREFERENCES, {"sent": "1", "day": "on", "channel": "both"})
    assert preferences.of_account(alice).remind_by == Channel.BOTH


def test_a_way_that_does_not_exist_is_refused_in_words(client: Client, alice: User) -> None:
    texting.decide(100, texting.KINDS, NOW)
    User.objects.filter(pk=alice.pk).update(phone=MOBILE)
    page = client.post(PREFERENCES, {"sent": "1", "day": "on"})
    assert page.status_code == 422
    assert "Choisissez par où vous rappeler vos rendez-vous." in text(page)


def test_while_sms_are_off_the_choice_waits(client: Client, alice: User) -> None:
    preferences.choose(alice, week=True, day=True, channel=Channel.SMS)
    client.post(PREFERENCES, {"sent": "1", "day": "on"})
    assert wanted(preferences.of_account(alice)) == (False, True, "sms")


def test_the_next_reminders_are_shown_with_their_appointments(client: Client, bob: Mediator, alice: User) -> None:
    assert "Aucun rappel à venir." in get(client, PREFERENCES)
    steps.book(bob, FAR, now=NOW, user=alice)
    page = get(client, PREFERENCES)
    assert len(re.findall(r"rendez-vous du [a-z]+ \d+ [a-zéû]+ à 10 h, avec Bob Durand", page)) == 2
    client.post(PREFERENCES, {"sent": "1", "day": "on"})
    assert get(client, PREFERENCES).count("avec Bob Durand") == 1


def test_the_space_leads_from_one_page_to_the_other(client: Client, alice: User) -> None:
    for path in ("/espace/", "/compte/", PREFERENCES):
        page = get(client, path)
        for other in ("/espace/", "/compte/", PREFERENCES, "/espace/assistance/"):
            assert f'href="{other}"' in page
        assert page.count('aria-current="page"> ') + page.count('aria-current="page"><svg') >= 1


def test_another_language_and_clock_reach_the_letters_to_come(client: Client, bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, now=NOW, user=alice)
    reader = Participant.objects.get(role="client")
    told = {"name": "Alice Martin", "phone": "", "language": "en", "zone": "America/Toronto"}
    assert client.post("/compte/", told).status_code == 302
    reader.refresh_from_db()
    assert (reader.language, reader.zone) == ("en", "America/Toronto")
    assert {one.due_at.astimezone(NOW.tzinfo).hour for one in Reminder.objects.all()} == {13}  # 8 in Toronto


def test_another_name_leaves_the_clock_of_an_appointment_alone(client: Client, bob: Mediator, alice: User) -> None:
    steps.book(bob, FAR, now=NOW, user=alice, told={"zone": "Indian/Reunion"})
    told = {"name": "Alice Lune", "phone": "", "language": "fr", "zone": "Europe/Paris"}
    client.post("/compte/", told)
    assert Participant.objects.get(role="client").zone == "Indian/Reunion"


# Behind a letter's door


def test_the_door_shows_what_is_and_keeps_what_is_told(client: Client, bob: Mediator) -> None:
    reader = guest_s(bob)
    page = get(client, door(reader))
    assert page.count("checked") == 2
    told = {"sent": "1", "week": "on", "language": "en", "zone": "Indian/Reunion"}
    address = door(reader)
    assert client.post(address, told)["Location"] == address
    reader.refresh_from_db()
    assert (wanted(reader), reader.language, reader.zone) == ((True, False, "email"), "en", "Indian/Reunion")


def test_to_stop_is_one_button(client: Client, bob: Mediator) -> None:
    reader = guest_s(bob)
    page = text(client.post(door(reader), {"stop": "1"}, follow=True))
    reader.refresh_from_db()
    assert wanted(reader)[:2] == (False, False)
    assert "vous ne recevrez plus de rappel" in page
    assert 'name="stop"' not in page


def test_looking_changes_nothing(client: Client, bob: Mediator) -> None:
    reader = guest_s(bob)
    get(client, door(reader) + "?stop=1&week=")
    reader.refresh_from_db()
    assert wanted(reader) == (True, True, "email")


def test_a_door_changes_neither_strangers_nor_the_account(client: Client, bob: Mediator) -> None:
    """The account's reminders at its own address, yes; its language and clock, no."""
    alice = make_user("alice@example.org", name="Alice")
    charlie = guest_s(bob, "charlie@example.org")
    steps.book(bob, FAR + DAY, now=NOW, user=alice)
    reader = Participant.objects.get(role="client", user=alice)
    client.post(door(reader), {"sent": "1", "language": "en", "zone": "Indian/Reunion"})
    alice.refresh_from_db()
    charlie.refresh_from_db()
    assert wanted(preferences.of_account(alice)) == (False, False, "email")
    assert (alice.language, alice.zone) == ("fr", "Europe/Paris")
    assert (wanted(charlie), charlie.language) == ((True, True, "email"), "fr")


def test_a_zone_told_by_the_browser_stays(client: Client, bob: Mediator) -> None:
    reader = guest_s(bob)
    Participant.objects.filter(pk=reader.pk).update(zone="Asia/Tokyo")
    assert '<option value="Asia/Tokyo" selected>' in get(client, door(reader))
    client.post(door(reader), {"sent": "1", "day": "on", "language": "fr", "zone": "Asia/Tokyo"})
    reader.refresh_from_db()
    assert (reader.zone, reader.remind_week) == ("Asia/Tokyo", False)


@pytest.mark.parametrize("told", [{"language": "xx", "zone": "Europe/Paris"}, {"language": "fr", "zone": "Mars/One"}])
def test_bad_words_are_refused(client: Client, bob: Mediator, told: dict[str, str]) -> None:
    reader = guest_s(bob)
    assert client.post(door(reader), {"sent": "1", "week": "on"} | told).status_code == 422
    reader.refresh_from_db()
    assert (reader.language, reader.zone, reader.remind_day) == ("fr", "Europe/Paris", True)


def test_a_confirming_door_or_an_unknown_one_opens_nothing(client: Client, bob: Mediator) -> None:
    steps.book(bob, FAR, now=NOW)
    confirm = token_of(last_letter("appointment_to_confirm"))
    for token in (confirm, "x" * 43):
        assert client.get(f"/rendez-vous/{token}/rappels/").status_code == 404
        assert client.post(f"/rendez-vous/{token}/rappels/", {"stop": "1"}).status_code == 404
    assert Participant.objects.get(role="client").remind_day


@pytest.mark.parametrize("has_account", [False, True])
def test_a_door_handed_to_who_typed_the_address_rules_nothing_else(
    client: Client, bob: Mediator, has_account: bool
) -> None:
    """Whoever booked with the address of somebody else, even once its owner has confirmed."""
    zoe = make_user("zoe@example.org", name="Zoé", phone=MOBILE) if has_account else None
    other = guest_s(bob)
    Participant.objects.filter(pk=other.pk).update(user=zoe)
    handed = steps.book(bob, FAR + DAY, now=NOW, told={"email": "zoe@example.org"}).participants.get(role="client")
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    page = f"/rendez-vous/{links.open_manage(handed, by_letter=False)}/"
    for told in ({"stop": "1"}, {"week": "on", "language": "en", "zone": "Indian/Reunion"}):
        answer = client.post(f"{page}rappels/", told)
        assert (answer.status_code, answer["Location"]) == (302, page)
    assert client.get(f"{page}rappels/")["Location"] == page
    other.refresh_from_db()
    assert (wanted(other), other.language, other.zone) == ((True, True, "email"), "fr", "Europe/Paris")
    assert not Preference.objects.exists()
    assert "rappels/" not in get(client, page)


def test_the_appointment_s_page_leads_there(client: Client, bob: Mediator) -> None:
    steps.book(bob, FAR, now=NOW)
    confirming.confirm_with_link(token_of(last_letter("appointment_to_confirm")), NOW)
    reader = Appointment.objects.get().participants.get(role="client")
    page = get(client, f"/rendez-vous/{links.open_manage(reader)}/")
    assert re.search(r'href="/rendez-vous/[\w-]{43}/rappels/"', page)
