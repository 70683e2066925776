"""All derived rows made again, in batches; what was interrupted goes on where it was."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability
from allomediateur.worker import rebuilding, spreading
from tests.factories import make_mediator

pytestmark = pytest.mark.django_db


def test_rows_are_made_from_nothing() -> None:
    for _ in range(3):
        make_mediator(modalities=("phone",))
    Availability.objects.all().delete()
    call_command("rebuild_availability", processes=1, verbosity=0)
    assert Availability.objects.count() == 3
    assert availability.differences(datetime.now(UTC)) == []


def test_what_was_interrupted_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first batch is kept, and not made again."""
    monkeypatch.setattr(availability, "CHUNK", 2)
    ids = [make_mediator(modalities=("phone",)).pk for _ in range(5)]
    begun = datetime.now(UTC)
    going = rebuilding.rebuild(None, 1)
    assert next(going) == 2
    del going
    first = _computed()
    assert [pk for pk in ids if first[pk] >= begun] == ids[:2]
    call_command("rebuild_availability", since=begun.isoformat(), processes=1, verbosity=0)
    after = _computed()
    assert [pk for pk in ids if after[pk] == first[pk]] == ids[:2]
    assert min(after.values()) >= begun


def _computed() -> dict[int, datetime]:
    return dict(Availability.objects.values_list("mediator", "computed_at"))


def test_it_says_how_to_go_on(capsys: Any) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    call_command("rebuild_availability", processes=1)
    told = capsys.readouterr().err.rpartition("--since ")[2].strip()
    assert before <= datetime.fromisoformat(told) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "hier"}, "n’est pas un instant"),
        ({"since": "2026-11-23T08:00:00"}, "fuseau horaire"),
        ({"processes": 0}, "au moins un processus"),
    ],
)
def test_what_cannot_be_read_is_said(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("rebuild_availability", **asked)


def test_parts_come_back_in_their_order_from_several_processes() -> None:
    parts = list(range(20, 0, -1))
    assert list(spreading.over(abs, parts, 2)) == parts
