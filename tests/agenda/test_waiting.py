"""The waiting list: who is told, in which order, what is kept for them, and what becomes of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from allomediateur.agenda import availability, booking, changing, editing, expiring, offering, waiting
from allomediateur.agenda.models import Appointment, Modality, Offer, Opening, Participant, State, Transition, Wait
from allomediateur.notify.models import Letter
from tests.agenda import steps, waits
from tests.agenda.steps import MINUTE, TEN
from tests.agenda.waits import SLOTS, freed, held_of, join, make_full_mediator, person, reason_of, told
from tests.factories import NOW, make_mediator, make_service, make_user, refresh, service_of

pytestmark = pytest.mark.django_db
By = Transition.By
QUARTER = timedelta(minutes=15)


def _take(wait: Wait, now: datetime = NOW) -> Appointment:
    return offering.take(wait, now, By.VISITOR)


def test_nobody_is_in_the_list_before_their_address_is_proven() -> None:
    bob = make_full_mediator()
    asked = waiting.join(bob, waiting.Asked(), person(), NOW)
    assert asked.state == Wait.State.UNPROVEN
    assert freed(bob) == []
    assert waiting.prove(asked, NOW).state == Wait.State.WAITING
    assert [one.wait for one in offering.offer_freed(bob.pk, NOW)] == [asked]
    assert list(asked.steps.values_list("from_state", "to_state")) == [("", "unproven"), ("unproven", "waiting")]


def test_an_address_not_confirmed_within_a_day_is_forgotten_in_silence() -> None:
    bob = make_full_mediator()
    asked = waiting.join(bob, waiting.Asked(), person(), NOW)
    later = NOW + timedelta(days=1)
    with pytest.raises(waiting.NotWaiting):
        waiting.prove(asked, later)
    offering.offer_everywhere(later)
    asked.refresh_from_db()
    assert (asked.state, reason_of(asked)) == (Wait.State.ENDED, "unconfirmed")
    assert told("wait_ended") == []


def test_who_is_signed_in_with_a_proven_address_is_in_at_once() -> None:
    bob, alice = make_full_mediator(), make_user(phone="+33612345678")
    mine = waiting.join(bob, waiting.Asked(), waiting.Person("Alice", alice.email, user=alice), NOW)
    assert (mine.state, mine.user) == (Wait.State.WAITING, alice)
    assert told("wait_joined") == [alice.email]


def test_an_account_is_not_believed_for_the_address_of_another_nor_before_its_own_is_proven() -> None:
    bob, alice = make_full_mediator(), make_user()
    unproven = make_user("dora@example.org", verified=False)
    for user, email in ((alice, "zoe@example.org"), (unproven, unproven.email)):
        made = waiting.join(bob, waiting.Asked(), waiting.Person("Zoé", email, user=user), NOW)
        assert made.state == Wait.State.UNPROVEN


def test_what_is_freed_is_held_a_quarter_of_an_hour_for_the_first_in_order() -> None:
    bob = make_full_mediator()
    zoe, yan = join(bob, "Zoé"), join(bob, "Yan", now=NOW + MINUTE)
    [offer] = freed(bob, now=NOW + 2 * MINUTE)
    assert (offer.wait, offer.starts_at, offer.expires_at) == (zoe, TEN, NOW + 2 * MINUTE + QUARTER)
    assert (held_of(offer).state, held_of(offer).expires_at) == (State.HELD, offer.expires_at)
    assert told() == ["zoe@example.org"]
    assert (waiting.position(zoe, NOW), waiting.position(yan, NOW)) == (1, 2)
    with pytest.raises(booking.SlotTaken):
        steps.hold(bob, TEN, now=NOW + 3 * MINUTE)
    assert availability.differences(NOW + 3 * MINUTE) == []


def test_nothing_is_offered_twice_while_it_is_held() -> None:
    bob = make_full_mediator()
    join(bob)
    assert len(freed(bob)) == 1
    assert offering.offer_freed(bob.pk, NOW + MINUTE) == []
    assert offering.offer_everywhere(NOW + MINUTE) == 0
    assert told() == ["zoe@example.org"]


def test_taken_it_is_a_confirmed_appointment_of_both() -> None:
    bob = make_full_mediator()
    wait = join(bob)
    freed(bob)
    booked = _take(wait)
    assert (booked.state, booked.starts_at, booked.mediator) == (State.CONFIRMED, TEN, bob)
    assert sorted(booked.participants.values_list("role", "email")) == [
        ("client", "zoe@example.org"), ("mediator", bob.user.email),
    ]  # fmt: skip
    assert told("appointment_confirmed") == ["zoe@example.org"]
    assert told("mediator_confirmed") == [bob.user.email]
    wait.refresh_from_db()
    assert (wait.state, wait.offers.get().outcome) == (Wait.State.SERVED, "taken")
    assert steps.passages(booked) == [("", "held", "system"), ("held", "confirmed", "visitor")]
    with pytest.raises(offering.OfferOver):
        _take(wait)


def test_declined_it_goes_to_the_next_one_and_the_place_is_kept() -> None:
    bob = make_full_mediator()
    zoe, yan = join(bob, "Zoé"), join(bob, "Yan", now=NOW + MINUTE)
    freed(bob)
    offering.decline(zoe, NOW + 2 * MINUTE, By.VISITOR)
    [offer] = offering.offer_freed(bob.pk, NOW + 2 * MINUTE)
    assert offer.wait == yan
    assert waiting.position(zoe, NOW + 2 * MINUTE) == 1
    # The other slot is freed: Zoé is first again, for that one.
    [other] = freed(bob, SLOTS[1], NOW + 3 * MINUTE)
    assert (other.wait, other.starts_at) == (zoe, SLOTS[1])


def test_without_an_answer_it_goes_to_the_next_one_worker_or_not() -> None:
    bob = make_full_mediator()
    zoe, yan = join(bob, "Zoé"), join(bob, "Yan", now=NOW + MINUTE)
    [offer] = freed(bob, now=NOW + 2 * MINUTE)
    with pytest.raises(offering.OfferOver):
        _take(zoe, offer.expires_at)
    [second] = offering.offer_freed(bob.pk, offer.expires_at)
    assert second.wait == yan
    offer.refresh_from_db()
    assert (offer.outcome, offer.ended_at) == ("lapsed", offer.expires_at)


def test_when_everybody_has_passed_it_is_everybodys() -> None:
    bob = make_full_mediator()
    zoe = join(bob)
    freed(bob)
    offering.decline(zoe, NOW, By.VISITOR)
    assert offering.offer_freed(bob.pk, NOW) == []
    assert steps.hold(bob, TEN).state == State.HELD


def test_from_its_expiry_on_a_visitor_may_take_it_and_the_offer_has_lapsed() -> None:
    bob = make_full_mediator()
    join(bob)
    [offer] = freed(bob)
    assert steps.hold(bob, TEN, now=offer.expires_at).state == State.HELD
    offer.refresh_from_db()
    assert (offer.outcome, held_of(offer).state) == ("lapsed", State.EXPIRED)


@pytest.mark.parametrize(("asked", "suits"), [
    ({"half": "morning"}, True), ({"half": "afternoon"}, False),
    ({"modality": "phone"}, True), ({"modality": "video"}, False),
    ({"before": (TEN + timedelta(days=1)).date()}, True), ({"before": TEN.date()}, False),
])  # fmt: skip
def test_only_what_suits_is_offered(asked: dict[str, Any], suits: bool) -> None:
    bob = make_full_mediator()
    join(bob, **asked)
    assert bool(freed(bob)) is suits


def test_the_first_whom_it_suits_is_told_whoever_waits_before() -> None:
    bob = make_full_mediator()
    join(bob, "Zoé", half="afternoon")
    join(bob, "Yan", now=NOW + MINUTE)
    freed(bob)
    assert told() == ["yan@example.org"]


def test_by_phone_nobody_without_a_number_is_told() -> None:
    bob = make_full_mediator()
    join(bob, told={"phone": ""})
    assert freed(bob) == []
    with pytest.raises(waiting.PhoneMissing):
        waiting.join(bob, waiting.Asked(modality=Modality.PHONE), person(phone=""), NOW)


def test_nobody_is_woken_at_night_and_the_first_hour_of_the_day_tells_them() -> None:
    bob = make_full_mediator()
    join(bob, "Zoé", told={"zone": "Pacific/Noumea"})  # 19 h there: awake
    join(bob, "Yan", now=NOW + MINUTE)
    late = NOW + timedelta(hours=12)  # 21 h in Paris, 7 h in Nouméa
    assert freed(bob, now=late) == []
    dawn = late + timedelta(hours=1)  # 8 h in Nouméa
    assert offering.offer_everywhere(dawn) == 1
    assert told() == ["zoe@example.org"]
    assert offering.offer_everywhere(dawn + QUARTER) == 0  # Yan sleeps: it is everybody's
    assert offering.offer_everywhere(NOW + timedelta(hours=23)) == 1
    assert told() == ["zoe@example.org", "yan@example.org"]


def test_nothing_is_waited_for_that_is_free_already() -> None:
    bob = make_mediator()
    with pytest.raises(waiting.SuitsAlready) as free:
        waiting.join(bob, waiting.Asked(), person(), NOW)
    assert free.value.slots[0].start == NOW + timedelta(hours=2)
    before = NOW.date() + timedelta(days=1)
    with pytest.raises(waiting.SuitsAlready):
        waiting.join(bob, waiting.Asked(before=before), person(), NOW)


def test_asking_again_replaces_and_keeps_the_place() -> None:
    bob = make_full_mediator()
    first = join(bob, "Zoé")
    yan = join(bob, "Yan", now=NOW + MINUTE)
    again = join(bob, "Zoé", now=NOW + 2 * MINUTE, half="afternoon")
    first.refresh_from_db()
    assert (first.state, reason_of(first)) == (Wait.State.ENDED, "replaced")
    assert (waiting.position(again, NOW), waiting.position(yan, NOW)) == (1, 2)


def test_a_stranger_who_gives_an_address_changes_nothing_for_its_owner() -> None:
    bob, alice = make_full_mediator(), make_user(phone="+33612345678")
    mine = waiting.join(bob, waiting.Asked(half="morning"), waiting.Person("Alice", alice.email, user=alice), NOW)
    forged = waiting.join(bob, waiting.Asked(half="afternoon"), waiting.Person("Mallory", alice.email), NOW)
    mine.refresh_from_db()
    assert (mine.state, forged.state, forged.user) == (Wait.State.WAITING, Wait.State.UNPROVEN, None)


def test_what_is_taken_by_the_letter_is_of_its_readers_account_whoever_asked_for_it() -> None:
    bob, alice, zoe = make_full_mediator(), make_user(phone="+33612345678"), make_user("zoe@example.org")
    wait = join(bob, "Zoé", told={"user": alice})
    freed(bob)
    taken = offering.take(wait, NOW, By.VISITOR)
    assert (wait.user, taken.participants.get(role="client").user) == (None, zoe)


def test_leaving_gives_what_is_kept_to_the_next_one() -> None:
    bob = make_full_mediator()
    zoe, yan = join(bob, "Zoé"), join(bob, "Yan", now=NOW + MINUTE)
    freed(bob)
    waiting.leave(zoe, By.VISITOR, NOW)
    zoe.refresh_from_db()
    assert (zoe.state, zoe.offers.get().outcome) == (Wait.State.LEFT, "withdrawn")
    assert [one.wait for one in offering.offer_freed(bob.pk, NOW)] == [yan]


def test_one_offer_a_person_whatever_they_wait_for() -> None:
    bob, carole = make_full_mediator(), make_full_mediator()
    join(bob), join(carole)
    assert len(freed(bob)) == 1
    assert freed(carole) == []
    offering.decline(Wait.objects.get(mediator=bob), NOW, By.VISITOR)
    assert len(offering.offer_freed(carole.pk, NOW)) == 1


def test_two_offers_of_one_person_are_refused_by_the_database() -> None:
    bob = make_full_mediator()
    wait = join(bob)
    values = {"wait": wait, "email": wait.email, "starts_at": TEN, "offered_at": NOW, "expires_at": TEN}
    Offer.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(**values)


def test_several_slots_freed_at_once_are_several_peoples() -> None:
    bob = make_full_mediator()
    people = [join(bob, name, now=NOW + number * MINUTE) for number, name in enumerate(("Zoé", "Yan", "Xéna"))]
    for one in Appointment.objects.filter(mediator=bob, state=State.CONFIRMED):
        changing.cancel(one, by=By.MEDIATOR, reason="x", now=NOW + 3 * MINUTE)
    made = offering.offer_freed(bob.pk, NOW + 3 * MINUTE)
    assert [(one.wait, one.starts_at) for one in made] == [(people[0], SLOTS[0]), (people[1], SLOTS[1])]


def test_a_new_opening_is_something_freed() -> None:
    bob = make_full_mediator()
    join(bob)
    day = TEN.date()
    drafts = [editing.OpeningDraft("phone", None, 1, 600, 720, valid_from=day, valid_until=day)]
    editing.replace_openings(bob, drafts, NOW)
    assert [one.starts_at for one in offering.offer_freed(bob.pk, NOW)] == [TEN + timedelta(hours=1)]


def test_every_change_that_frees_asks_the_worker_to_look() -> None:
    bob = make_full_mediator()
    jobs = ProcrastinateJob.objects.filter(task_name="offer_freed")
    taken = Appointment.objects.get(mediator=bob, starts_at=TEN)
    changing.cancel(taken, by=By.MEDIATOR, reason="x", now=NOW)
    assert not jobs.exists()  # nobody waits
    steps.hold(bob, TEN)
    join(bob)
    expiring.release_due(NOW + QUARTER)
    assert jobs.count() == 2  # somebody enters, something is free
    assert {job.args["mediator_id"] for job in jobs} == {bob.pk}


def test_hours_that_change_meanwhile_are_told_and_nothing_is_booked() -> None:
    bob = make_full_mediator()
    wait = join(bob)
    freed(bob)
    with editing.editing(bob, NOW):
        Opening.objects.filter(mediator=bob).delete()
    with pytest.raises(booking.SlotRefused):
        _take(wait)
    assert not Participant.objects.filter(email="zoe@example.org", appointment__state=State.CONFIRMED).exists()


def test_three_silences_in_a_row_and_the_place_goes_to_who_answers() -> None:
    times = tuple(TEN + number * timedelta(minutes=30) for number in range(4))
    bob = make_full_mediator(times)
    wait = join(bob)
    for number, start in enumerate(times):
        freed(bob, start, NOW + number * QUARTER)
    wait.refresh_from_db()
    assert (wait.state, reason_of(wait)) == (Wait.State.ENDED, "silent")
    assert len(told()) == 3
    assert told("wait_ended") == ["zoe@example.org"]


def test_a_wait_ends_on_its_day_and_tells_who_else_is_free() -> None:
    bob, near = make_full_mediator(), make_mediator("Carole Petit")
    wait = join(bob, before=NOW.date() + timedelta(days=3))
    end = wait.until
    assert offering.offer_everywhere(end - MINUTE) == 0
    assert told("wait_ended") == []
    refresh(near, end)
    offering.offer_everywhere(end)
    offering.offer_everywhere(end)
    assert told("wait_ended") == ["zoe@example.org"]
    assert near.name in Letter.objects.get(kind="wait_ended").text


@pytest.mark.parametrize("how", ["suspended", "service"])
def test_when_there_is_nothing_left_to_wait_for_people_are_told_once(how: str) -> None:
    bob = make_full_mediator()
    service = service_of(bob)
    make_service(bob, rank=2, name_fr="Autre")
    join(bob, service=service)
    with editing.editing(bob, NOW):
        if how == "suspended":
            bob.suspended_at = NOW
            bob.save()
        else:
            service.is_active = False
            service.save()
    offering.offer_freed(bob.pk, NOW)
    offering.offer_everywhere(NOW)
    assert told("wait_ended") == ["zoe@example.org"]
    assert reason_of(Wait.objects.get()) == "gone"


def test_what_ends_by_itself_gives_back_what_was_kept() -> None:
    bob = make_full_mediator()
    wait = join(bob)
    [offer] = freed(bob)
    with editing.editing(bob, NOW):
        bob.suspended_at = NOW
        bob.save()
    offering.offer_freed(bob.pk, NOW)
    offer.refresh_from_db()
    assert (offer.outcome, held_of(offer).state) == ("withdrawn", State.EXPIRED)
    wait.refresh_from_db()
    assert wait.state == Wait.State.ENDED


def test_letters_open_their_own_wait_and_no_other() -> None:
    bob = make_full_mediator()
    zoe = waiting.join(bob, waiting.Asked(), person(), NOW)
    token = waits.token_of(steps.last_letter("wait_to_confirm"))
    assert waiting.find(token, NOW) == zoe
    with pytest.raises(waiting.LinkInvalid):
        waiting.find(token[:-1], NOW)
    with pytest.raises(waiting.LinkInvalid) as ended:
        waiting.find(token, NOW + timedelta(days=200))
    assert ended.value.wait == zoe


def test_the_same_form_sent_twice_is_one_wait() -> None:
    bob = make_full_mediator()
    first = waiting.join(bob, waiting.Asked(), person(), NOW, "key")
    assert waiting.join(bob, waiting.Asked(), person(), NOW, "key") == first
    assert told("wait_to_confirm") == ["zoe@example.org"]


def test_the_offer_is_written_in_the_readers_language_and_clock() -> None:
    bob = make_full_mediator()
    join(bob, told={"language": "en", "zone": "America/Martinique"}, now=NOW)
    late = NOW + timedelta(hours=5)  # 9 h in Fort-de-France
    freed(bob, now=late)
    letter = steps.last_letter("wait_offered")
    assert letter.language == "en"
    assert "9:15" in letter.subject
    assert "/en/attente/" in letter.text


def test_counts_say_how_many_and_of_which_way_only() -> None:
    bob = make_full_mediator()
    join(bob, "Zoé", modality="phone"), join(bob, "Yan"), join(bob, "Xéna")
    assert waiting.counts(bob, NOW) == {"phone": 1, "": 2}
