"""What is told is in no row, letter, job, session, cache or log: a marker in every answer is searched everywhere."""

import json
import logging
from datetime import timedelta

import pytest
from django.db.models import Q
from procrastinate.contrib.django.models import ProcrastinateJob

from allomediateur.accounts.models import User
from allomediateur.cases import deciding, desk, overdue, sending
from allomediateur.cases.compartments.actors import Account, Holder, Reason
from allomediateur.cases.compartments.cipher import NotAuthentic
from allomediateur.cases.copies import Copy
from allomediateur.cases.models import Intake, Proposal, Sealed
from allomediateur.cases.questionnaire.outcomes import outcome
from allomediateur.notify.models import Letter
from allomediateur.privacy import exporting
from allomediateur.trail.models import Entry
from tests.cases import telling
from tests.cases.confided import by_force
from tests.cases.marked import EMAIL, MARK, MARKED, NAME, WORDS, leaks, where
from tests.cases.telling import again, before, last_letter
from tests.factories import NOW, make_user, service_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OWN = {"accounts_user": {"name", "email"}, "account_emailaddress": {"email"}, "notify_letter": {"email"}}
"""The writer's account once the address is proven, and where letters go."""


def test_the_markers_are_all_on_the_way() -> None:
    draft = telling.tell(MARKED)
    kept = json.dumps(draft.answers, ensure_ascii=False)
    assert {word for word in WORDS if f"{MARK}{word}" not in kept} == set()
    assert outcome(draft.questionnaire, draft.answers).can_be_sent


def test_a_draft_is_nowhere_in_clear() -> None:
    telling.tell(MARKED)
    assert where() == {}


def test_from_the_sending_to_the_appointment_nothing_is_in_clear(caplog: pytest.LogCaptureFixture) -> None:
    """But for an account, its letters' address, and the appointment's own contact."""
    caplog.set_level(logging.DEBUG)
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    sam = make_user("sam@example.org", role=User.Role.STAFF)
    intake = telling.send(telling.tell(MARKED), to=(bob,))
    assert where() == {"notify_letter": {"email"}}
    proven = sending.prove(intake, Holder.of(telling.token_of(last_letter("intake_to_prove"))), NOW)
    deciding.decline(before(bob, intake), Proposal.Decline.CONFLICT, NOW)
    desk.open_copy(again(intake), sam, NOW).read_all()
    assert where() == OWN
    proposal = before(carole, intake)
    slot = deciding.times(proposal, NOW)[0]
    chosen = deciding.Chosen(service_of(carole), slot.modality, None, slot.start)
    deciding.accept(proposal, chosen, NOW + HOUR)
    assert proven.user is not None
    deciding.take(again(intake), Account.of(proven.user), proven.user, NOW + HOUR)
    found = where()
    assert found.pop("agenda_participant") == {"name", "email"}
    told_to_mediator = {"name", "email"}
    assert found.pop("notify_letter") <= told_to_mediator
    assert found == {name: own for name, own in OWN.items() if name != "notify_letter"}
    assert leaks(caplog.text) <= {"email"}


def test_letters_tell_no_word_of_it() -> None:
    telling.make_one()
    telling.sent(MARKED)
    for one in Letter.objects.all():
        assert leaks(f"{one.subject} {one.text} {one.html} {one.ics}") == set()
        assert NAME not in one.text


def test_jobs_carry_numbers_only() -> None:
    telling.make_one()
    telling.sent(MARKED)
    for job in ProcrastinateJob.objects.all():
        assert all(isinstance(value, int) for value in job.args.values()), job.args


def test_what_others_take_away_has_no_word_of_it() -> None:
    bob = telling.make_one()
    intake = telling.sent(MARKED, to=(bob,))
    deciding.accept(before(bob, intake), None, NOW)
    staff, stranger = make_user("sam@example.org", role=User.Role.STAFF), make_user("paul@example.org")
    for user in (bob.user, staff, stranger):
        assert leaks(json.dumps(exporting.portrait(user, NOW), ensure_ascii=False, default=str)) == set()


def test_ones_own_data_have_every_word_once() -> None:
    telling.make_one()
    telling.sent(MARKED)
    alice = User.objects.get(email=EMAIL)
    told = json.dumps(exporting.portrait(alice, NOW)["confided"], ensure_ascii=False, default=str)
    assert leaks(told) >= set(WORDS)
    assert told.count(f"{MARK}prescriber") == 1
    assert '"state": "proposed"' in told


def test_withdrawn_and_forgotten_nothing_is_left() -> None:
    bob = telling.make_one()
    intake = telling.sent(MARKED, to=(bob,))
    alice = User.objects.get(email=EMAIL)
    sending.withdraw(again(intake), Account.of(alice), NOW)
    assert overdue.forget(Q(pk=intake.pk), NOW) == 1
    assert not Sealed.objects.exists()
    assert not Intake.objects.exists()


@pytest.mark.parametrize("copy", list(Copy))
def test_a_flipped_bit_of_a_copy_is_refused(copy: Copy) -> None:
    bob = telling.make_one()
    intake = telling.sent(to=(bob,))
    opened = telling.routing(intake)
    assert opened.read(f"{copy}.0")
    for row in Sealed.objects.filter(compartment=intake.compartment_id):
        flipped = bytearray(bytes(row.ciphertext))
        flipped[-1] ^= 1
        by_force("UPDATE cases_sealed SET ciphertext = %s WHERE id = %s", bytes(flipped), row.pk)
    with pytest.raises(NotAuthentic):
        telling.routing(intake).read(f"{copy}.0")


def test_a_copy_put_into_another_saisine_is_refused() -> None:
    bob = telling.make_one()
    first = telling.sent(to=(bob,))
    second = telling.sent({**telling.STORY, "email": "paul@example.org", "name": "Paul"}, to=(bob,))
    rows = Sealed.objects.filter(compartment=first.compartment_id).order_by("pk")
    Sealed.objects.filter(compartment=second.compartment_id).delete()
    for row in rows:
        by_force("UPDATE cases_sealed SET compartment_id = %s WHERE id = %s", second.compartment_id, row.pk)
    with pytest.raises(NotAuthentic):
        second.compartment.open(Account.of(bob.user), now=NOW, reason=Reason.DECIDING).read_all()


def test_reading_is_on_the_trail_with_who_and_why_and_no_word() -> None:
    bob = telling.make_one()
    intake = telling.sent(MARKED, to=(bob,))
    opened = intake.compartment.open(Account.of(bob.user), now=NOW, reason=Reason.DECIDING)
    opened.read_all()
    (entry,) = Entry.objects.filter(actor=bob.user_id, thing=f"compartment:{intake.compartment.ref}")
    assert (entry.act, entry.detail) == ("seen", "mediator deciding")
    assert "trail_entry" not in where()
