"""How many statements each step of a booking is, BEGIN and COMMIT included: a step that reads twice what it knows is
found here, not by a slow evening. One that asks for less says so here too: a bound above what it is would let the next
one by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.agenda import booking, confirming, states
from allomediateur.agenda.models import Appointment, Modality, State
from allomediateur.directory.models import Mediator
from tests.agenda.steps import TEN, code_of, describe, last_letter
from tests.factories import NOW, make_mediator, make_user, service_of

pytestmark = pytest.mark.django_db

HOLD, DESCRIBE, BOOK, BOOK_AND_CONFIRM, CONFIRM = 23, 6, 26, 32, 40


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def alice() -> User:
    return make_user()


def hold(bob: Mediator, key: str = "held") -> Appointment:
    service = service_of(bob)
    with exactly(HOLD):
        return booking.hold(
            mediator=bob, service=service, modality=Modality.PHONE, office=None, start=TEN, browser="alice", now=NOW,
            key=key,
        )  # fmt: skip


class exactly(CaptureQueriesContext):  # noqa: N801 - reads as a word
    """Fails with what was asked when it is more or less than that."""

    def __init__(self, count: int) -> None:
        super().__init__(connection)
        self.count = count

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)  # type: ignore[arg-type]
        asked = [query["sql"][:200] for query in self.captured_queries]
        if raised[0] is None and len(asked) != self.count:
            pytest.fail(f"{len(asked)} statements, not {self.count}:\n" + "\n".join(asked))


def test_a_visitor_holds_describes_books_and_confirms(bob: Mediator) -> None:
    held = hold(bob)
    with exactly(DESCRIBE):
        describe(held)
    with exactly(BOOK):
        booked = booking.book(held, user=None, key="booked", now=NOW)
    code = code_of(last_letter("appointment_to_confirm"))
    with exactly(CONFIRM):
        confirmed = confirming.confirm_with_code(booked, code, NOW)
    assert confirmed.appointment.state == State.CONFIRMED


def test_a_client_is_confirmed_at_once(bob: Mediator, alice: User) -> None:
    held = hold(bob)
    with exactly(DESCRIBE):
        describe(held, user=alice)
    with exactly(BOOK_AND_CONFIRM):
        booked = booking.book(held, user=alice, key="booked", now=NOW)
    assert booked.state == State.CONFIRMED


def test_what_is_known_of_who_takes_part_ends_with_the_step(bob: Mediator) -> None:
    held = hold(bob)
    describe(held)
    booked = booking.book(held, user=None, key="booked", now=NOW)
    booked.participants.filter(role="client").update(name="Alice Autre")
    client = states.client_of(booked)
    assert client is not None
    assert client.name == "Alice Autre"
