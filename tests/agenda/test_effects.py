"""What a change of hours does to appointments: known before, decided one by one."""

from datetime import timedelta
from functools import partial

import pytest

from allomediateur.agenda import availability, editing, effects
from allomediateur.agenda.models import Opening, OpeningException, Service, State
from allomediateur.directory.models import Mediator
from tests.agenda.steps import MINUTE, TEN, last_letter
from tests.factories import NOW, book, make_mediator, refresh

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def close(bob: Mediator, days: int = 1) -> partial[list[OpeningException]]:
    drafts = [editing.ExceptionDraft("closed", (TEN + number * DAY).date()) for number in range(days)]
    return partial(editing.add_exceptions, bob, drafts, NOW)


def test_the_effect_is_known_and_nothing_is_changed(bob: Mediator) -> None:
    inside, later = book(bob, TEN), book(bob, TEN + DAY)
    book(bob, TEN + 60 * MINUTE, state=State.CANCELLED)
    book(bob, TEN + 90 * MINUTE, state=State.HELD)
    found = effects.preview(bob, close(bob), NOW)
    assert [one.appointment for one in found] == [inside]
    assert found[0].next_free == TEN.replace(hour=8) + DAY
    assert not OpeningException.objects.exists()
    assert effects.outside(bob, NOW) == []
    assert later.state == State.CONFIRMED


def test_two_are_not_sent_to_the_same_time_and_none_into_the_closing(bob: Mediator) -> None:
    book(bob, TEN)
    book(bob, TEN + 30 * MINUTE)
    found = effects.preview(bob, close(bob, days=2), NOW)
    moments = [one.next_free for one in found]
    assert moments == [TEN.replace(hour=8) + 2 * DAY, TEN.replace(hour=8) + 2 * DAY + 30 * MINUTE]


def test_appointments_already_outside_are_not_of_this_change(bob: Mediator) -> None:
    book(bob, TEN)
    close(bob)()
    assert effects.preview(bob, close(bob), NOW) == []
    assert len(effects.outside(bob, NOW)) == 1


def test_each_becomes_what_was_chosen_with_its_letter(bob: Mediator) -> None:
    kept, moved, gone = book(bob, TEN), book(bob, TEN + 30 * MINUTE), book(bob, TEN + 60 * MINUTE)
    touched = [one.appointment for one in effects.preview(bob, close(bob), NOW)]
    close(bob)()
    choices: dict[str, effects.Choice] = {
        kept.reference: "keep", moved.reference: "move", gone.reference: "cancel",
    }  # fmt: skip
    outcome = effects.settle(touched, choices, "Empêchement", NOW)
    for one in (kept, moved, gone):
        one.refresh_from_db()
    assert (kept.starts_at, kept.state) == (TEN, State.CONFIRMED)
    assert moved.starts_at == TEN.replace(hour=8) + DAY
    assert (gone.state, gone.cancel_reason) == (State.CANCELLED, "Empêchement")
    assert [len(x) for x in (outcome.kept, outcome.moved, outcome.cancelled, outcome.stuck)] == [1, 1, 1, 0]
    for kind in ("appointment_moved", "appointment_cancelled"):
        letter = last_letter(kind)
        assert "Empêchement" in letter.text
        assert "Empêchement" in letter.html
    assert availability.differences(NOW) == []


def test_one_that_can_go_nowhere_stays(bob: Mediator) -> None:
    stuck = book(bob, TEN)
    Service.objects.filter(mediator=bob).update(horizon_days=1)
    Opening.objects.filter(mediator=bob).exclude(weekday=1).delete()
    refresh(bob)
    touched = [one.appointment for one in effects.preview(bob, partial(editing.replace_openings, bob, [], NOW), NOW)]
    editing.replace_openings(bob, [], NOW)
    outcome = effects.settle(touched, {stuck.reference: "move"}, "", NOW)
    assert outcome.stuck == [stuck]
    stuck.refresh_from_db()
    assert (stuck.starts_at, stuck.state) == (TEN, State.CONFIRMED)


def test_one_cancelled_meanwhile_does_not_stop_the_others(bob: Mediator) -> None:
    first, second = book(bob, TEN), book(bob, TEN + 30 * MINUTE)
    touched = [one.appointment for one in effects.preview(bob, close(bob), NOW)]
    close(bob)()
    first.state = State.ATTENDED
    first.save()
    outcome = effects.settle(touched, {first.reference: "cancel", second.reference: "cancel"}, "x", NOW)
    assert (outcome.stuck, outcome.cancelled) == ([first], [second])
