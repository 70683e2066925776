"""What staff decide: each decision, its letter, its line of history, and what it opens or closes at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from allomediateur.accounts.models import User
from allomediateur.agenda import availability, booking, closing, finding, openings, verifying
from allomediateur.agenda.models import Appointment, Availability, State, Transition
from allomediateur.agenda.refusals import SlotLost
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps
from tests.agenda.standings import KINDS, NEXT_YEAR, make_applicant, make_claim, make_proven, make_staff
from tests.agenda.steps import TEN
from tests.factories import NOW, book, make_mediator, make_user, service_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def is_listed(mediator: Mediator) -> bool:
    return Mediator.objects.listed(NOW).filter(pk=mediator.pk).exists()


def found() -> list[str]:
    return [card.mediator.name for card in finding.find(finding.Query(), NOW).items]


def kinds_of(mediator: Mediator) -> list[str]:
    return list(Decision.objects.filter(mediator=mediator).order_by("pk").values_list("kind", flat=True))


def test_an_applicant_is_nowhere_whatever_pieces_are_accepted() -> None:
    anne = make_applicant(claims=tuple(KINDS.values))
    for one in anne.credentials.all():
        verifying.judge(one, accepted=True, by=make_staff(), now=NOW)
    assert (is_listed(anne), found(), Availability.objects.count()) == (False, [], 0)


def test_accepted_with_every_piece_one_is_in_search_and_can_be_booked_at_once() -> None:
    anne, sam = make_applicant(claims=tuple(KINDS.values)), make_staff()
    for one in anne.credentials.all():
        verifying.judge(one, accepted=True, by=sam, now=NOW)
    verifying.accept(anne.application, by=sam, now=NOW)
    anne.refresh_from_db()
    assert anne.user.role == User.Role.MEDIATOR or User.objects.get(pk=anne.user_id).role == User.Role.MEDIATOR
    assert (anne.capm_year, anne.member_until, anne.insured_until, anne.trained_until) == (
        2015, NEXT_YEAR, NEXT_YEAR, NEXT_YEAR,
    )  # fmt: skip
    assert found() == ["Anne Roux"]
    assert steps.hold(anne).state == State.HELD
    assert availability.differences(NOW) == []
    letter = Letter.objects.get(kind="application_accepted")
    assert (letter.to, "second facteur" in letter.text.replace("\u00a0", " ")) == (anne.user.email, True)
    assert kinds_of(anne)[-1] == "accepted"


@pytest.mark.parametrize("lacking", [KINDS.MEMBERSHIP, KINDS.INSURANCE])
def test_a_certificate_alone_or_without_insurance_opens_a_bare_line(lacking: str) -> None:
    claims = tuple(kind for kind in KINDS.values if kind != lacking)
    anne, sam = make_applicant(claims=claims), make_staff()
    for one in anne.credentials.all():
        verifying.judge(one, accepted=True, by=sam, now=NOW)
    verifying.accept(anne.application, by=sam, now=NOW)
    anne.refresh_from_db()
    rights = anne.rights_at(NOW)
    assert (rights.listed, rights.bookable, rights.contact_button, rights.map_point) == (True, False, False, False)
    with pytest.raises(SlotLost):
        steps.hold(anne)


def test_nobody_is_accepted_without_a_certificate() -> None:
    anne = make_applicant(claims=(KINDS.CERTIFICATE,))
    with pytest.raises(verifying.Unproven) as refused:
        verifying.accept(anne.application, by=make_staff(), now=NOW)
    assert refused.value.kinds == [KINDS.CERTIFICATE]
    assert Application.objects.get(mediator=anne).state == "submitted"


def test_more_is_asked_in_the_words_of_staff() -> None:
    anne = make_applicant()
    verifying.ask_more(anne.application, text="Il manque la page 2.\nMerci !", by=make_staff(), now=NOW)
    application = Application.objects.get(mediator=anne)
    letter = Letter.objects.get(kind="application_more")
    assert (application.state, application.is_open) == ("more_asked", True)
    assert "Il manque la page 2." in letter.text
    assert "Il manque la page 2.<br>" in letter.html


def test_words_of_staff_are_inert_in_letters() -> None:
    anne = make_applicant()
    verifying.ask_more(anne.application, text="<script>alert(1)</script> {{ 7|add:7 }}", by=make_staff(), now=NOW)
    letter = Letter.objects.get(kind="application_more")
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    assert "{{ 7|add:7 }}" in letter.text


@pytest.mark.parametrize("kind", [Decision.Kind.REFUSED, Decision.Kind.SUSPENDED])
def test_a_refusal_and_a_suspension_take_two_people(kind: Any) -> None:
    mediator = make_applicant() if kind == Decision.Kind.REFUSED else make_mediator()
    sam, eve = make_staff("Sam"), make_staff("Eve")
    proposed = verifying.propose(mediator, kind, reason="Motif", by=sam, now=NOW)
    assert Letter.objects.count() == 0
    with pytest.raises(verifying.SamePerson):
        verifying.confirm(proposed, by=sam, now=NOW)
    mediator.refresh_from_db()
    assert (mediator.suspended_at, Letter.objects.count()) == (None, 0)
    verifying.confirm(proposed, by=eve, now=NOW)
    assert not is_listed(mediator)
    assert "Motif" in Letter.objects.get().text
    with pytest.raises(verifying.NotWaiting):
        verifying.confirm(proposed, by=make_staff(), now=NOW)


def test_the_database_refuses_one_person_for_two() -> None:
    bob, sam = make_mediator(), make_staff()
    values: dict[str, Any] = {"mediator": bob, "kind": "suspended", "state": "done", "by": sam, "at": NOW}
    with pytest.raises(IntegrityError, match="decision_two_people"), transaction.atomic():
        Decision.objects.create(**values, settled_by=sam, settled_at=NOW)
    with pytest.raises(IntegrityError, match="decision_confirmed"), transaction.atomic():
        Decision.objects.create(**values)


def test_only_one_decision_waits_at_a_time_and_may_be_taken_back() -> None:
    bob, sam = make_mediator(), make_staff()
    proposed = verifying.propose(bob, Decision.Kind.SUSPENDED, reason="Motif", by=sam, now=NOW)
    with pytest.raises(verifying.AlreadyProposed):
        verifying.propose(bob, Decision.Kind.SUSPENDED, reason="Autre", by=make_staff(), now=NOW)
    verifying.decline(proposed, by=sam, now=NOW)
    with pytest.raises(verifying.NotWaiting):
        verifying.confirm(proposed, by=make_staff(), now=NOW)
    assert is_listed(bob)


def suspend(bob: Mediator, *, keeps: bool = False) -> None:
    proposed = verifying.propose(
        bob, Decision.Kind.SUSPENDED, reason="Motif", by=make_staff(), now=NOW, keeps_appointments=keeps
    )
    verifying.confirm(proposed, by=make_staff(), now=NOW)


def test_three_appointments_of_a_suspended_mediator_are_cancelled_and_others_proposed() -> None:
    alice, bob = make_user(), make_mediator()
    make_mediator("Carole Petit")
    three = [book(bob, TEN + number * DAY, client=alice) for number in range(3)]
    past = book(bob, NOW - DAY, client=alice)
    suspend(bob)
    assert len(closing.close_appointments(bob, NOW)) == 3
    assert {one.state for one in Appointment.objects.filter(pk__in=[one.pk for one in three])} == {"cancelled"}
    assert Appointment.objects.get(pk=past.pk).state == "confirmed"
    letters = Letter.objects.filter(kind="appointment_cancelled", to="alice@example.org")
    assert letters.count() == 3
    for letter in letters:
        assert ("Carole Petit" in letter.text, "Carole Petit" in letter.html) == (True, True)
        assert "Bob Durand, Paris" not in letter.text
    assert set(Transition.objects.filter(to_state="cancelled").values_list("by", flat=True)) == {"staff"}
    assert closing.close_due(NOW) == 0
    assert availability.differences(NOW) == []


def test_a_crash_after_the_suspension_is_finished_by_the_job() -> None:
    bob = make_mediator()
    book(bob, TEN)
    suspend(bob)
    assert closing.close_due(NOW) == 1


def test_appointments_may_be_kept() -> None:
    bob = make_mediator()
    kept = book(bob, TEN)
    suspend(bob, keeps=True)
    assert closing.close_due(NOW) == 0
    assert Appointment.objects.get(pk=kept.pk).state == "confirmed"


def test_what_was_held_before_a_suspension_is_not_booked_after_it() -> None:
    bob = make_mediator()
    held = steps.hold(bob)
    steps.describe(held)
    suspend(bob)
    with pytest.raises(SlotLost):
        booking.book(held, user=None, key="", now=NOW)


def test_a_lifted_suspension_gives_the_rights_back() -> None:
    bob = make_mediator()
    suspend(bob)
    assert (found(), Availability.objects.count()) == ([], 0)
    verifying.reinstate(bob, reason="", by=make_staff(), now=NOW)
    assert found() == [bob.name]
    assert openings.slots(bob, service_of(bob), since=NOW, until=NOW + 3 * DAY, now=NOW)
    with pytest.raises(verifying.NotWaiting):
        verifying.reinstate(bob, reason="", by=make_staff(), now=NOW)


def test_a_claim_is_judged_once() -> None:
    bob, sam = make_mediator(), make_staff()
    claim = make_claim(bob, KINDS.INSURANCE)
    verifying.judge(claim, accepted=False, reason="Illisible", by=sam, now=NOW)
    with pytest.raises(verifying.NotWaiting):
        verifying.judge(claim, accepted=True, by=sam, now=NOW)
    assert "Illisible" in Letter.objects.get(kind="proof_judged").text


def test_an_accepted_renewal_moves_the_end_and_a_refused_one_does_not() -> None:
    bob = make_mediator()
    make_proven(bob, KINDS.MEMBERSHIP, until=(NOW + 10 * DAY).date())
    claim = make_claim(bob, KINDS.MEMBERSHIP, until=NEXT_YEAR)
    bob.refresh_from_db()
    assert bob.member_until == (NOW + 10 * DAY).date()
    verifying.judge(claim, accepted=True, by=make_staff(), now=NOW)
    bob.refresh_from_db()
    assert bob.member_until == NEXT_YEAR
    verifying.judge(make_claim(bob, KINDS.MEMBERSHIP), accepted=False, reason="Non", by=make_staff(), now=NOW)
    bob.refresh_from_db()
    assert bob.member_until == NEXT_YEAR


def test_a_membership_without_an_end_is_not_accepted() -> None:
    bob = make_mediator()
    with pytest.raises(verifying.Endless):
        verifying.judge(make_claim(bob, KINDS.MEMBERSHIP, until=None), accepted=True, by=make_staff(), now=NOW)
    assert Credential.objects.get().state == "claimed"
