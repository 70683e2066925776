"""Free times of a mediator as radios of a form: a day after the other; and what a radio means, looked up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from allomediateur.agenda.models import Service
from allomediateur.agenda.openings import Slot
from allomediateur.cases.deciding import Chosen
from allomediateur.directory.models import Office
from allomediateur.scheduling.wall import local_day
from allomediateur.web.ui.templatetags.ui import clock, modality_text


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    id: str


def days(slots: Sequence[Slot], zone: str) -> list[tuple[date, list[Choice]]]:
    """By day on that clock, in order."""
    numbered = [(local_day(one.start, zone), number, one) for number, one in enumerate(slots)]
    return [
        (day, [Choice(value_of(one), f"{clock(one.start, zone)}, {modality_text(one.modality)}", f"t-{number}")
               for _day, number, one in rows])
        for day, rows in groupby(numbered, key=lambda row: row[0])
    ]  # fmt: skip


def value_of(slot: Slot) -> str:
    return f"{slot.start.isoformat()}|{slot.modality}|{slot.office_id or ''}|{slot.service_id}"


def pick(value: str, slots: Sequence[Slot]) -> Chosen | None:
    """The one of these that a radio named; None for any other text."""
    slot = next((one for one in slots if value_of(one) == value), None)
    if slot is None:
        return None
    office = Office.objects.filter(pk=slot.office_id).first() if slot.office_id else None
    return Chosen(Service.objects.get(pk=slot.service_id), slot.modality, office, slot.start)
