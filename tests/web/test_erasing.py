"""An erased person leaves nothing: a marker is searched in every table and file. And nobody else is touched."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import agreed, availability, changing, digest, leaving, telling
from allomediateur.agenda.models import Appointment, Opening, Participant, Service, State, Telling, Transition
from allomediateur.directory.models import Mediator
from allomediateur.notify import delivery, posting
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing, exporting, retention
from allomediateur.privacy.erasing import NotErasable
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act
from allomediateur.trail.models import Entry
from tests.agenda.steps import MINUTE, TEN, book, last_letter, token_of
from tests.factories import NOW, make_mediator, make_user, refresh
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MARKER = "zzmarqueur"
PHONE = "+33639981234"
EMAIL = f"{MARKER}@example.org"
TOLD = {"name": f"Alice {MARKER}", "email": EMAIL, "phone": PHONE}


@pytest.fixture
def bob(settings: Settings) -> Mediator:
    settings.EMAIL_HOST, settings.DEMO = "", True
    bob = make_mediator()
    Service.objects.filter(mediator=bob).update(travel_km=25)
    Opening.objects.create(mediator=bob, modality="in_person", weekday=1, start_minute=540, end_minute=1080)
    refresh(bob)
    return bob


@pytest.fixture
def alice(bob: Mediator) -> User:
    """She has entered, has appointments past, cancelled and to come, and letters sent and waiting."""
    alice = make_user(EMAIL, name=TOLD["name"], phone=PHONE, password="une phrase facile à retenir")
    client = Client(HTTP_USER_AGENT=f"Navigateur {MARKER}")
    enter(client, alice)
    client.get("/compte/appareils/")
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": MARKER, "credential": {}})
    place = agreed.AgreedPlace(f"3 rue {MARKER}, Paris", 48.85661, 2.35222)
    book(bob, user=alice, told=TOLD)
    Participant.objects.filter(user=alice).update(postal_address=f"3 rue {MARKER}\n75007 Paris")
    posting.put_aside(
        kind="appointment_confirmed", topic=f"appointment:{Appointment.objects.get().reference}", name=TOLD["name"],
        address=f"3 rue {MARKER}", language="fr", subject="Objet", now=NOW,
        sheet=posting.Sheet(date="", greeting="", opening=[MARKER], closing=[]),
    )  # fmt: skip
    there = book(bob, TEN + 120 * MINUTE, user=alice, told=TOLD | {"place": place}, modality="in_person")
    changing.cancel(there, by=Transition.By.CLIENT, reason=f"je pars chez {MARKER}", now=NOW)
    past = book(bob, TEN + 7 * DAY, user=alice, told=TOLD)
    Appointment.objects.filter(pk=past.pk).update(state=State.ATTENDED)
    return alice


def deliver_all(now: Any = NOW) -> None:
    for letter_id in delivery.due(now):
        delivery.deliver(letter_id, now)


def tell_digest(bob: Mediator) -> Letter:
    """That of Sunday evening, late: who comes on Tuesday."""
    telling.choose(bob, Telling.Mode.DIGEST, 18 * 60, NOW - DAY)
    digest.tell_due(NOW)
    return last_letter(digest.KIND)


def tables_with(*marks: str) -> set[str]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            for mark in marks:
                cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', [f"%{mark}%"])  # noqa: S608
                if cursor.fetchone()[0]:
                    found.add(table)
    return found


def files_with(mark: str) -> list[Path]:
    files = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
    return [path for path in files if mark.encode() in path.read_bytes()]


def test_the_marker_is_everywhere_before_and_nowhere_after(bob: Mediator, alice: User) -> None:
    assert MARKER in tell_digest(bob).text
    deliver_all()
    before = tables_with(MARKER, PHONE)
    assert before >= {"accounts_user", "agenda_participant", "agenda_appointment", "agenda_transition", "notify_letter"}
    assert before >= {"account_emailaddress", "mfa_authenticator", "usersessions_usersession"}
    erasing.erase(alice, NOW)
    deliver_all()
    dict(retention.forget(NOW))
    assert tables_with(MARKER, PHONE) == set()
    assert files_with(MARKER) == []


def test_letters_still_to_leave_leave_then_are_forgotten(bob: Mediator, alice: User) -> None:
    deliver_all()
    erasing.erase(alice, NOW)
    waiting = {one.kind for one in Letter.objects.filter(sent_at=None)}
    assert waiting == {"account_erased", "mediator_cancelled"}
    deliver_all()
    assert not Letter.objects.filter(kind__in=waiting).exists()


def test_a_digest_still_to_leave_leaves_then_is_forgotten_and_those_of_others_stay(bob: Mediator, alice: User) -> None:
    letter = tell_digest(bob)
    other = make_mediator("Carla Petit")
    book(other, user=make_user("zoe@example.org"), told={"name": "Zoé", "email": "zoe@example.org"})
    kept = tell_digest(other)
    erasing.erase(alice, NOW)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.forgotten_once_sent) == (None, True)
    deliver_all()
    assert list(Letter.objects.filter(kind=digest.KIND)) == [kept]
    assert "Zoé" in kept.text


def test_appointments_to_come_are_cancelled_and_those_past_remain_without_a_name(bob: Mediator, alice: User) -> None:
    assert len(erasing.to_come(alice, NOW)) == 1
    erasing.erase(alice, NOW)
    assert sorted(Appointment.objects.values_list("state", flat=True)) == ["attended", "cancelled", "cancelled"]
    assert {one.name for one in Participant.objects.filter(role="client")} == {"Personne effacée"}
    assert availability.differences(NOW) == []
    assert not User.objects.filter(email=EMAIL).exists()
    assert not EmailAddress.objects.filter(email=EMAIL).exists()


def test_it_is_on_the_trail_by_number_only(alice: User) -> None:
    number = alice.pk
    erasing.erase(alice, NOW)
    entry = Entry.objects.get(act=Act.ERASED)
    assert (entry.actor, entry.person) == (number, number)
    assert list(keeping.faults()) == []


def test_nobody_else_is_touched(bob: Mediator, alice: User) -> None:
    zoe = make_user("zoe@example.org", name="Zoé")
    kept = book(bob, TEN + 60 * MINUTE, user=zoe, told={"name": "Zoé", "email": zoe.email})
    erasing.erase(alice, NOW)
    assert Participant.objects.get(appointment=kept, role="client").name == "Zoé"
    assert Letter.objects.filter(to=zoe.email).exists()
    assert last_letter("mediator_confirmed").text


def test_the_doors_of_their_letters_are_walled_up(bob: Mediator, alice: User) -> None:
    token = token_of(last_letter("appointment_confirmed"))
    assert Client().get(reverse("appointment", args=[token])).status_code == 200
    erasing.erase(alice, NOW)
    assert Client().get(reverse("appointment", args=[token])).status_code == 404


def test_every_session_ends(alice: User) -> None:
    client = Client()
    enter(client, alice)
    assert client.get("/espace/").status_code == 200
    erasing.erase(alice, NOW)
    assert client.get("/espace/").status_code == 302


def test_mediators_and_staff_are_not_erased_so(bob: Mediator) -> None:
    for user in (bob.user, make_user("staff@example.org", role=User.Role.STAFF)):
        with pytest.raises(NotErasable):
            erasing.erase(user, NOW)
        assert User.objects.filter(pk=user.pk).exists()


def test_the_portrait_has_all_that_is_theirs_and_nothing_of_others(bob: Mediator, alice: User) -> None:
    zoe = make_user("zoe@example.org", name="Zoé Voisine")
    book(bob, TEN + 60 * MINUTE, user=zoe, told={"name": "Zoé Voisine", "email": zoe.email})
    told = exporting.portrait(alice, NOW)
    assert told["account"]["email"] == EMAIL
    assert [one["state"] for one in told["appointments"]] == ["confirmed", "cancelled", "attended"]
    assert told["appointments"][1]["place"].startswith("3 rue")
    assert any("confirmé" in one["subject"] for one in told["letters"])
    assert told["account"]["signed_in_from"][0]["browser"] == f"Navigateur {MARKER}"
    assert "Voisine" not in str(told)
    assert bob.user.email not in str(told)


def test_an_address_never_confirmed_goes_after_a_month() -> None:
    stranger = make_user("typo@example.org", verified=False, joined_at=NOW - 31 * DAY)
    kept = [
        make_user("new@example.org", verified=False, joined_at=NOW - 29 * DAY),
        make_user("proven@example.org", joined_at=NOW - 300 * DAY),
        make_mediator().user,
    ]
    assert leaving.forget_unproven(NOW, 30 * DAY) == 1
    assert not User.objects.filter(pk=stranger.pk).exists()
    assert User.objects.count() == len(kept)


def test_an_account_asleep_is_warned_then_erased_and_kept_if_somebody_comes(bob: Mediator) -> None:
    years = 3 * 365 * DAY
    asleep = make_user("asleep@example.org", joined_at=NOW - years - DAY)
    back = make_user("back@example.org", joined_at=NOW - 2 * years, last_login=NOW - years - DAY)
    busy = make_user("busy@example.org", joined_at=NOW - 2 * years)
    book(bob, user=busy, told={"email": busy.email})
    assert retention.forget_asleep(NOW, years) == 0
    warned = Letter.objects.filter(kind="account_leaving")
    assert {one.to for one in warned} == {asleep.email, back.email}
    assert "mercredi 23 décembre" in warned[0].text.replace("\u00a0", " ")
    assert retention.forget_asleep(NOW + 29 * DAY, years) == 0
    User.objects.filter(pk=back.pk).update(last_login=NOW + 29 * DAY)
    assert retention.forget_asleep(NOW + 31 * DAY, years) == 1
    assert set(User.objects.filter(role="client")) == {back, busy}
    assert User.objects.get(pk=back.pk).leaves_at is None
    assert warned.all().count() == 1  # that of the erased one went with them


def test_every_rule_runs_and_has_its_words() -> None:
    assert [name for name, _count in retention.forget(NOW)] == [rule.name for rule in retention.RULES]
    assert all(str(rule.what) and str(rule.said) for rule in retention.RULES)


def test_people_hold_the_secrets_back() -> None:
    alice = make_user(EMAIL, password="une phrase facile à retenir")
    assert alice.password not in str(people.portrait(alice))
    assert os.environ["SECRET_KEY"] not in str(people.portrait(alice))
