"""Public holidays close, unless the mediator says otherwise (R13). The 1st of January 2027 is a Friday."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allomediateur.agenda import availability, editing, openings
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.slots import Refusal
from tests.agenda.steps import book
from tests.factories import (
    NOW,
    make_commune,
    make_mediator,
    make_office,
    make_openings,
    make_user,
    office_of,
    service_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NEW_YEAR, ST_STEPHEN = date(2027, 1, 1), date(2026, 12, 26)
COLMAR = ("68066", "Colmar", "68", ["68000"], 67_000, 48.08, 7.36, "Europe/Paris")
BASSE_TERRE = ("97105", "Basse-Terre", "971", ["97100"], 10_000, 15.99, -61.72, "America/Guadeloupe")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def starts(mediator: Mediator, day: date, modality: str = "phone", office: Office | None = None) -> list[str]:
    since = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = openings.slots(
        mediator, service_of(mediator), modality=modality, office=office, since=since, until=since + DAY, now=NOW
    )
    return [f"{slot.start:%H:%M}" for slot in found]


def why(mediator: Mediator, start: datetime) -> Refusal | None:
    return openings.refusal(mediator, service_of(mediator), "phone", None, start, NOW)


def test_a_public_holiday_is_closed_and_its_starts_are_refused(bob: Mediator) -> None:
    assert starts(bob, NEW_YEAR) == []
    assert starts(bob, NEW_YEAR - DAY) != []
    assert why(bob, datetime(2027, 1, 1, 9, tzinfo=UTC)) == Refusal.CLOSED
    assert availability.differences(NOW) == []


def test_the_switch_opens_them_like_other_days_and_appointments_stand(bob: Mediator) -> None:
    editing.close_on_holidays(bob, False, NOW)
    assert starts(bob, NEW_YEAR) == starts(bob, NEW_YEAR - DAY)
    booked = book(bob, start=datetime(2027, 1, 1, 9, tzinfo=UTC), user=make_user())
    editing.close_on_holidays(bob, True, NOW)
    booked.refresh_from_db()
    assert (starts(bob, NEW_YEAR), booked.state) == ([], "confirmed")
    assert availability.differences(NOW) == []


@pytest.mark.parametrize("kind", ["open", "other_hours"])
def test_an_exception_that_opens_a_holiday_gives_its_hours_only(bob: Mediator, kind: str) -> None:
    draft = editing.ExceptionDraft(kind, NEW_YEAR, "phone", None, 10 * 60, 11 * 60)  # type: ignore[arg-type]
    editing.add_exceptions(bob, [draft], NOW)
    assert starts(bob, NEW_YEAR) == ["09:00", "09:30"]
    assert availability.differences(NOW) == []


def test_a_partial_closing_does_not_open_a_holiday(bob: Mediator) -> None:
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", NEW_YEAR, "", None, 10 * 60, 11 * 60)], NOW)
    assert starts(bob, NEW_YEAR) == []


def test_each_office_has_the_holidays_of_its_territory() -> None:
    bob = make_mediator(modalities=("phone", "in_person"))
    colmar = make_office(bob, make_commune(*COLMAR))
    for office in (office_of(bob), colmar):
        make_openings(bob, "in_person", office, weekdays=(5,))
    availability.rebuild(bob.pk, NOW)
    assert starts(bob, ST_STEPHEN, "in_person", office_of(bob)) != []
    assert starts(bob, ST_STEPHEN, "in_person", colmar) == []
    colmar.territory = "CH-GE"  # told for an office that keeps other days than its commune's
    colmar.save()
    assert starts(bob, ST_STEPHEN, "in_person", colmar) != []


def test_a_holiday_lasts_from_midnight_to_midnight_where_the_office_is() -> None:
    there = make_mediator("Carole Petit", commune=make_commune(*BASSE_TERRE), modalities=("phone",))
    editing.replace_openings(there, [editing.OpeningDraft("phone", None, day, 0, 1440) for day in range(7)], NOW)
    found = openings.slots(
        there, service_of(there), since=datetime(2026, 12, 31, 20, tzinfo=UTC), now=NOW,
        until=datetime(2027, 1, 2, 8, tzinfo=UTC),
    )  # fmt: skip
    before = [slot.start for slot in found if slot.start < datetime(2027, 1, 1, 12, tzinfo=UTC)]
    after = [slot.start for slot in found if slot.start > datetime(2027, 1, 1, 12, tzinfo=UTC)]
    assert before[-1] == datetime(2027, 1, 1, 3, 30, tzinfo=UTC)
    assert after[0] == datetime(2027, 1, 2, 4, tzinfo=UTC)
