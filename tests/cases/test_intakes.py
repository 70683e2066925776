"""From a request that is told to a first appointment, and every way there that does not go straight."""

from datetime import timedelta

import pytest
from django.conf import settings

from allomediateur.accounts.models import User
from allomediateur.agenda import availability
from allomediateur.agenda.models import Appointment, State
from allomediateur.agenda.refusals import SlotTaken
from allomediateur.cases import copies, deciding, desk, drafting, overdue, retention, sending
from allomediateur.cases.compartments.actors import Account, Holder, Reason, Role
from allomediateur.cases.compartments.gate import ChangedMeanwhile, MayNot, NotMember
from allomediateur.cases.copies import Copy
from allomediateur.cases.deciding import Chosen
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.cases.routing import Why
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import steps as booking
from tests.cases import telling
from tests.cases.telling import STORY, UNKNOWN, again, asked, before, happened, last_letter
from tests.factories import NOW, make_user, service_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAYS_2 = timedelta(hours=48)
Decline = Proposal.Decline


def slot_of(proposal: Proposal) -> Chosen:
    slot = deciding.times(proposal, NOW)[0]
    return Chosen(service_of(proposal.mediator), slot.modality, None, slot.start)


def parts_of(mediator: Mediator, intake: Intake, copy: Copy) -> str:
    opened = intake.compartment.open(Account.of(mediator.user), now=NOW + HOUR, reason=Reason.DECIDING)
    questionnaire = shelf.version(intake.version)
    parts = copies.read(opened, copy, questionnaire, "fr")
    return "\n".join(f"{line.label} {' '.join(line.lines)}" for part in parts for line in part.lines)


def test_it_is_told_proven_directed_accepted_and_booked() -> None:
    bob = telling.make_one()
    draft = telling.tell()
    sent = telling.send(draft)
    assert (sent.state, asked(sent)) == ("unproven", [])
    token = telling.token_of(last_letter("intake_to_prove"))
    proven = sending.prove(sent, Holder.of(token), NOW)
    assert proven.user is not None
    assert (proven.user.email, proven.created) == ("alice@example.org", True)
    assert asked(sent) == [(bob.pk, "open")]
    proposal = before(bob, sent)
    assert proposal.why == [
        Why.VERIFIED, Why.SPECIALTY, Why.LANGUAGE, Why.MODALITY, Why.NEAR, Why.INDEPENDENT, Why.SOON, Why.TURN,
    ]  # fmt: skip
    deciding.accept(proposal, slot_of(proposal), NOW + HOUR)
    held = again(sent).appointment
    assert held is not None
    assert (held.state, held.mediator_id) == (State.HELD, bob.pk)
    taken = deciding.take(again(sent), Account.of(proven.user), proven.user, NOW + 2 * HOUR)
    assert taken.state == State.CONFIRMED
    assert list(taken.participants.filter(role="client").values_list("name", "user")) == [
        ("Alice Durand", proven.user.pk)
    ]
    assert happened(sent) == ["begun", "sent", "proven", "proposed", "accepted", "booked"]
    kinds = list(Letter.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "intake_to_prove", "intake_proposed", "intake_news", "intake_news", "appointment_confirmed",
        "mediator_confirmed",
    ]  # fmt: skip


def test_a_mediator_reads_what_is_needed_to_decide_then_the_story_never_the_answers_themselves() -> None:
    bob = telling.make_one()
    intake = telling.sent()
    told = parts_of(bob, intake, Copy.BEFORE)
    assert "Rennes (35)" in told
    assert "Paul Martin" in told
    assert "Alice Durand" in told
    assert not [word for word in ("La haie", "Dormir", "06 39 98", "alice@example.org", "voisin du") if word in told]
    with pytest.raises(MayNot):
        parts_of(bob, intake, Copy.AFTER)
    deciding.accept(before(bob, intake), None, NOW + HOUR)
    told = parts_of(bob, intake, Copy.AFTER)
    assert "La haie." in told
    assert "Dormir." in told
    opened = intake.compartment.open(Account.of(bob.user), now=NOW + HOUR, reason=Reason.READING)
    assert not [name for name in opened.contents() if name.startswith("answer:")]


def test_who_declined_or_was_not_asked_opens_nothing() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake = telling.sent()
    first, second = (bob, carole) if asked(intake)[0][0] == bob.pk else (carole, bob)
    with pytest.raises(NotMember):
        parts_of(second, intake, Copy.BEFORE)
    deciding.decline(before(first, intake), Decline.TIME, NOW + HOUR)
    with pytest.raises(NotMember):
        parts_of(first, intake, Copy.BEFORE)
    assert asked(intake) == [(first.pk, "declined"), (second.pk, "open")]
    assert "Carole" not in "".join(Letter.objects.filter(to="alice@example.org").values_list("text", flat=True))


def test_silence_goes_on_to_the_next_then_to_staff() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake = telling.sent()
    assert overdue.pass_on(NOW + DAYS_2 - HOUR) == 0
    availability.refresh_stale(NOW + DAYS_2)
    assert overdue.pass_on(NOW + DAYS_2) == 1
    assert overdue.pass_on(NOW + DAYS_2) == 0
    assert [state for _, state in asked(intake)] == ["silent", "open"]
    assert overdue.pass_on(NOW + 2 * DAYS_2) == 1
    assert again(intake).state == "staff"
    assert {pk for pk, _ in asked(intake)} == {bob.pk, carole.pk}
    assert Letter.objects.filter(kind="intake_to_route").count() == 1


def test_of_those_chosen_the_first_to_accept_has_it() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake = telling.sent(to=(bob, carole))
    assert asked(intake) == [(bob.pk, "open"), (carole.pk, "open")]
    deciding.accept(before(carole, intake), None, NOW + HOUR)
    assert asked(intake) == [(bob.pk, "taken_back"), (carole.pk, "accepted")]
    with pytest.raises(deciding.ProposalOver):
        deciding.accept(before(bob, intake), None, NOW + HOUR)
    assert last_letter("intake_gone").to == bob.user.email


def test_when_none_of_those_chosen_takes_it_the_person_chooses_again() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    draft = telling.tell()
    intake = telling.send(draft, to=(bob,), then_directed=False)
    proven = sending.prove(intake, Holder.of(telling.token_of(last_letter("intake_to_prove"))), NOW)
    assert proven.user
    alice = Account.of(proven.user)
    deciding.decline(before(bob, intake), Decline.FIELD, NOW + HOUR)
    assert again(intake).state == "to_choose"
    with pytest.raises(sending.NobodyChosen):
        sending.choose_again(again(intake), alice, way=Intake.Way.CHOSEN, then_directed=True, now=NOW + HOUR)
    drafting.choose(again(intake), carole, NOW + HOUR)
    sending.choose_again(again(intake), alice, way=Intake.Way.CHOSEN, then_directed=True, now=NOW + HOUR)
    assert asked(intake) == [(bob.pk, "declined"), (carole.pk, "open")]


def test_who_may_not_be_booked_any_more_has_nothing_to_answer() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    intake = telling.sent(to=(bob,))
    Mediator.objects.filter(pk=bob.pk).update(suspended_at=NOW)
    with pytest.raises(deciding.ProposalOver):
        deciding.accept(before(bob, intake), None, NOW + HOUR)
    assert overdue.pass_on(NOW + HOUR) == 1
    assert asked(intake) == [(bob.pk, "taken_back"), (carole.pk, "open")]


def test_a_choice_not_made_goes_to_staff() -> None:
    bob = telling.make_one()
    intake = telling.send(telling.tell(), to=(bob,), then_directed=False)
    sending.prove(intake, Holder.of(telling.token_of(last_letter("intake_to_prove"))), NOW)
    deciding.decline(before(bob, intake), Decline.OTHER, NOW)
    assert overdue.pass_on(NOW + timedelta(days=7)) == 1
    assert again(intake).state == "staff"


def test_whoever_knows_a_party_is_passed_over() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit")
    first = telling.sent(to=(bob,))
    deciding.accept(before(bob, first), None, NOW)
    zoe: dict[str, Answer] = {"name": "Zoé Blanc"}
    other = {**STORY, "name": "Paul MARTIN", "parties": [zoe], "email": "paul@example.org"}
    assert asked(telling.sent(other)) == [(carole.pk, "open")]


def test_a_chosen_mediator_is_asked_and_warned_so_that_refusing_tells_nobody_anything() -> None:
    bob = telling.make_one()
    first = telling.sent(to=(bob,))
    deciding.accept(before(bob, first), None, NOW)
    other = {**STORY, "name": "Paul MARTIN", "email": "paul@example.org"}
    second = telling.sent(other, to=(bob,))
    assert before(bob, second).why == [Why.CHOSEN, Why.CROSSED]


def test_staff_override_the_order_with_a_reason() -> None:
    bob, carole = telling.make_one(), telling.make_one("Carole Petit", specialties=("famille",))
    sam = make_user("sam@example.org", role=User.Role.STAFF)
    intake = telling.sent()
    assert asked(intake) == [(bob.pk, "open")]
    desk.propose(again(intake), carole, "Elle connaît la région.", sam, NOW + HOUR)
    assert asked(intake) == [(bob.pk, "taken_back"), (carole.pk, "open")]
    assert (before(carole, intake).hand, before(carole, intake).words) == ("staff", "Elle connaît la région.")
    with pytest.raises(desk.MayNotBeAsked):
        desk.propose(again(intake), bob, "Encore.", sam, NOW + HOUR)


def test_staff_read_their_copy_and_nothing_else() -> None:
    telling.make_one()
    sam = make_user("sam@example.org", role=User.Role.STAFF)
    intake = telling.sent()
    opened = desk.open_copy(intake, sam, NOW)
    staff = copies.read(opened, Copy.STAFF, shelf.version(1), "fr")
    assert "Rennes (35)" in str(staff)
    assert "La haie" not in str(staff)
    with pytest.raises(MayNot):
        copies.read(opened, Copy.AFTER, shelf.version(1), "fr")
    with pytest.raises(NotMember):
        intake.compartment.open(Account.of(sam), now=NOW, reason=Reason.READING)


def test_what_is_noted_under_dictation_goes_at_once_and_is_its_authors() -> None:
    bob = telling.make_one()
    sam = make_user("sam@example.org", role=User.Role.STAFF)
    draft = telling.tell(writer=Account.of(sam), noting=True)
    done = sending.send(draft, way=Intake.Way.DIRECTED, user=sam, now=NOW)
    assert asked(done.intake) == [(bob.pk, "open")]
    with pytest.raises(NotMember):
        drafting.read(again(done.intake), Account.of(sam), now=NOW)
    assert sending.prove(done.intake, Holder.of(done.token), NOW).user is None, "it was shown to staff"
    proven = sending.prove(done.intake, Holder.of(telling.token_of(last_letter("intake_noted"))), NOW)
    assert proven.user is not None
    assert proven.user.email == "alice@example.org"
    assert asked(done.intake) == [(bob.pk, "open")]


def test_without_an_address_it_goes_at_once_and_staff_tell_the_news() -> None:
    telling.make_one()
    intake = telling.send(telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]}))
    assert (intake.state, again(intake).to_tell) == ("proposed", True)
    desk.told(intake, NOW)
    assert (again(intake).to_tell, happened(intake)[-1]) == (False, "told")
    assert not Letter.objects.exclude(kind="intake_proposed").exists()


def test_letters_to_who_is_afraid_name_neither_the_site_nor_a_mediation() -> None:
    telling.make_one()
    telling.sent(telling.AFRAID)
    letters = list(Letter.objects.filter(to="alice@example.org"))
    assert {one.kind for one in letters} == {"intake_to_prove_discreet", "intake_news_discreet"}
    for one in letters:
        words = f"{one.subject} {one.text} {one.html}".lower()
        words = words.replace(settings.SITE_URL.lower(), "")
        assert not [word for word in ("médiat", "mediat", "saisine", "intake", "conflit") if word in words]


def test_who_must_not_be_written_to_is_not() -> None:
    telling.make_one()
    for way in ("none", "phone", "trusted"):
        more = {"trusted": "Ma sœur", "safe_times": "Le mardi"}
        telling.send(telling.tell({**telling.AFRAID, "discreet": way, **more}))
    assert not Letter.objects.filter(to="alice@example.org").exists()
    assert sorted(Intake.objects.values_list("to_tell", flat=True)) == [False, True, True]


def test_sent_twice_it_is_sent_once() -> None:
    bob = telling.make_one()
    draft = telling.tell()
    telling.send(draft)
    telling.send(draft)
    assert Letter.objects.filter(kind="intake_to_prove").count() == 1
    token = Holder.of(telling.token_of(last_letter("intake_to_prove")))
    sending.prove(draft.intake, token, NOW)
    assert asked(draft.intake) == [(bob.pk, "open")]


def test_it_is_not_sent_before_everything_is_answered_nor_after_a_stop() -> None:
    some = {name: answer for name, answer in STORY.items() if name != "project"}
    with pytest.raises(sending.NotReady) as refused:
        telling.send(telling.tell(some))
    assert refused.value.missing == ("project",)
    with pytest.raises(sending.NotReady):
        telling.send(telling.tell({**STORY, "other_side": "trader"}))


def test_what_another_window_changed_is_not_overwritten_unseen() -> None:
    intake, alice = telling.begin()
    seen = drafting.read(intake, alice, now=NOW)
    drafting.save(seen, {"story": "Une."}, seen={"story": 0}, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        drafting.save(seen, {"story": "Autre."}, seen={"story": 0}, now=NOW)
    fresh = drafting.read(intake, alice, now=NOW)
    assert fresh.answers == {"story": "Une."}
    drafting.save(fresh, {"story": "Une."}, seen={"story": 0}, now=NOW)
    assert drafting.read(intake, alice, now=NOW).versions == {"story": 1}


def test_once_sent_nothing_is_changed() -> None:
    telling.make_one()
    draft = telling.tell()
    telling.send(draft)
    with pytest.raises(drafting.NotDraft):
        drafting.save(draft, {"story": "Trop tard."}, seen={}, now=NOW)


def test_a_draft_nobody_comes_back_to_is_destroyed_with_its_key() -> None:
    draft = telling.tell()
    sent = telling.send(telling.tell())
    month = timedelta(days=30)
    assert retention.forget_drafts(NOW + month, month) == 0
    assert retention.forget_drafts(NOW + month + HOUR, month) == 2
    assert not Intake.objects.filter(pk__in=[draft.intake.pk, sent.pk]).exists()
    assert draft.intake.compartment.__class__.objects.filter(purged_at=None).count() == 0


def test_withdrawn_it_is_before_nobody() -> None:
    bob = telling.make_one()
    draft = telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]})
    intake = telling.send(draft)
    sending.withdraw(again(intake), draft.opened.actor, NOW + HOUR)
    assert (again(intake).state, asked(intake)) == ("withdrawn", [(bob.pk, "taken_back")])
    with pytest.raises(NotMember):
        parts_of(bob, intake, Copy.BEFORE)
    with pytest.raises(drafting.NotDraft):
        sending.withdraw(again(intake), draft.opened.actor, NOW + HOUR)


def test_a_slot_taken_meanwhile_is_said_and_nothing_is_accepted() -> None:
    bob = telling.make_one()
    intake = telling.sent()
    proposal = before(bob, intake)
    chosen = slot_of(proposal)
    booking.book(bob, chosen.start)
    with pytest.raises(SlotTaken):
        deciding.accept(proposal, chosen, NOW)
    assert (asked(intake), again(intake).state) == ([(bob.pk, "open")], "proposed")


def test_another_time_than_the_one_kept_may_be_booked() -> None:
    bob = telling.make_one()
    draft = telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]})
    intake = telling.send(draft)
    proposal = before(bob, intake)
    deciding.accept(proposal, slot_of(proposal), NOW)
    later = deciding.times(proposal, NOW)[5]
    wanted = Chosen(service_of(bob), later.modality, None, later.start)
    taken = deciding.book(again(intake), draft.opened.actor, wanted, None, NOW + HOUR)
    assert (taken.state, taken.starts_at) == (State.CONFIRMED, later.start)
    assert deciding.book(again(intake), draft.opened.actor, wanted, None, NOW + HOUR) == taken
    states = Appointment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.EXPIRED, State.CONFIRMED]


def test_what_was_kept_lapses() -> None:
    bob = telling.make_one()
    draft = telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]})
    intake = telling.send(draft)
    proposal = before(bob, intake)
    deciding.accept(proposal, slot_of(proposal), NOW)
    with pytest.raises(deciding.NotKept):
        deciding.take(again(intake), draft.opened.actor, None, NOW + timedelta(days=3))


def test_a_link_opens_no_more_than_who_made_it() -> None:
    telling.make_one()
    draft = telling.tell({**STORY, "email": UNKNOWN, "reach": ["phone"]})
    intake = telling.send(draft)
    token = sending.own_link(again(intake), draft.opened.actor, NOW)
    assert drafting.read(again(intake), Holder.of(token), now=NOW).answers == draft.answers
    kept = intake.compartment.members.get(purpose="routing")
    assert kept.role == Role.SYSTEM
    assert not [name for name in kept.only or [] if name.startswith("answer")]


def test_only_the_letters_own_link_proves_an_address() -> None:
    """Not the browser's own secret, nor a link that was noted down: whoever typed an address has those."""
    telling.make_one()
    draft = telling.tell()
    intake = telling.send(draft)
    assert isinstance(draft.opened.actor, Holder)
    noted = sending.own_link(again(intake), draft.opened.actor, NOW)
    for holder in (draft.opened.actor, Holder.of(noted)):
        assert sending.prove(intake, holder, NOW).user is None
        assert again(intake).state == "unproven"
    assert not User.objects.filter(email="alice@example.org").exists()
    sending.reopen(again(intake), draft.opened.actor, NOW)
    with pytest.raises(drafting.NotDraft):
        sending.reopen(again(intake), draft.opened.actor, NOW)
    assert sending.prove(again(intake), Holder.of(telling.token_of(last_letter("intake_to_prove"))), NOW).user is None


def test_an_address_said_on_the_phone_is_nobodys_account_before_its_letter() -> None:
    bob = telling.make_one()
    sam = make_user("sam@example.org", role=User.Role.STAFF)
    done = sending.send(
        telling.tell(writer=Account.of(sam), noting=True), way=Intake.Way.DIRECTED, user=sam, now=NOW
    )  # fmt: skip
    proposal = before(bob, done.intake)
    deciding.accept(proposal, slot_of(proposal), NOW)
    deciding.take(again(done.intake), Holder.of(done.token), None, NOW + HOUR)
    assert not User.objects.filter(email="alice@example.org").exists()
