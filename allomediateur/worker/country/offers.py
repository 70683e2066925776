"""What an invented mediator proposes: services, weekly hours, days off."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from allomediateur.agenda.models import Modality, Opening, OpeningException, Service
from allomediateur.directory.models import Mediator, Office

PHONE, VIDEO, IN_PERSON = Modality.PHONE, Modality.VIDEO, Modality.IN_PERSON
Hours = tuple[tuple[int, int, int], ...]
"""(weekday, first minute, last minute)."""

LANGUAGES = ("en", "es", "pt", "ar", "de", "it")
PAYMENTS = (
    "Virement ou chèque, après l’entretien.",
    "Espèces, chèque ou virement.",
    "Virement à réception de la facture.",
    "Carte bancaire sur place, virement à distance.",
)
PREPARE_FR = (
    "Rien à préparer\u00a0: venez avec votre question.",
    "Quelques lignes sur la situation suffisent, si vous avez envie de les écrire.",
    "Les dates importantes et, s’il y en a, les courriers échangés.",
)
PREPARE_EN = (
    "Nothing to prepare: bring your question.",
    "A few lines about the situation are enough, if you feel like writing them.",
    "The dates that matter and the letters exchanged, if there are any.",
)


def _days(days: tuple[int, ...], *spans: tuple[float, float]) -> Hours:
    return tuple((day, int(start * 60), int(end * 60)) for day in days for start, end in spans)


WEEKS: tuple[Hours, ...] = (
    _days((0, 1, 2, 3, 4), (9, 12), (14, 18)),
    _days((0, 1, 3, 4), (9, 12.5), (13.5, 17)),
    _days((0, 1, 2, 3), (8.5, 12), (13, 16.5)),
    _days((1, 2, 3, 4), (10, 13), (14, 19)),
    _days((1, 3), (9, 12), (14, 18)) + _days((5,), (9, 13)),
    _days((0, 2, 4), (17, 21)) + _days((5,), (9.25, 12.25)),
    _days((0, 1, 2, 3, 4), (12, 14), (18, 20.5)),
    _days((2,), (8, 12), (13.5, 19)) + _days((4,), (8, 12)),
    _days((0, 1, 2, 3, 4, 5), (8, 11.5)),
    _days((3, 4), (9.5, 18.5)),
    _days((6,), (14, 18)) + _days((0, 1), (19, 22)),
)


@dataclass(frozen=True)
class Style:
    """What a mediator has in common over all services."""

    modalities: tuple[Modality, ...]
    before: int
    after: int
    notice: int
    horizon: int
    generous: bool


def style(chance: Random) -> Style:
    every = (PHONE, VIDEO, IN_PERSON)
    modalities = chance.choices((every, (PHONE, IN_PERSON), (PHONE, VIDEO), (IN_PERSON,)), weights=(60, 20, 12, 8))[0]
    return Style(
        modalities=modalities,
        before=chance.choice((0, 0, 0, 5, 10)),
        after=chance.choice((0, 5, 10, 15, 15)),
        notice=chance.choice((60, 120, 240, 720, 1440, 2880)),
        horizon=chance.choice((45, 60, 60, 90)),
        generous=chance.random() < 0.7,
    )


def services(chance: Random, mediator: Mediator, own: Style) -> list[Service]:
    """A first contact, free or paid; an individual interview; for most of them, a mediation meeting."""
    remote = [one for one in own.modalities if one != IN_PERSON] or list(own.modalities)
    meeting = [one for one in own.modalities if one != PHONE] or list(own.modalities)
    first = 0 if own.generous else chance.choice((20_00, 25_00, 30_00, 40_00))
    hour = chance.choice((60_00, 70_00, 75_00, 80_00, 90_00, 100_00, 120_00))
    made = [
        _service(
            mediator,
            own,
            0,
            ("Premier contact", "First contact"),
            30,
            first,
            remote if own.generous else own.modalities,
        ),
        _service(mediator, own, 1, ("Entretien individuel", "Individual interview"), 60, hour, own.modalities),
    ]
    if chance.random() < 0.85:
        price = 2 * hour + chance.choice((0, 20_00, 40_00))
        made.append(_service(mediator, own, 2, ("Réunion de médiation", "Mediation meeting"), 120, price, meeting))
    for one in made:
        one.prepare_fr, one.prepare_en = PREPARE_FR[one.rank], PREPARE_EN[one.rank]
    return made


def _service(
    mediator: Mediator, own: Style, rank: int, names: tuple[str, str], minutes: int, price: int, modalities: Any
) -> Service:
    return Service(
        mediator=mediator, rank=rank, name_fr=names[0], name_en=names[1], minutes=minutes, price_cents=price,
        step_minutes=60 if minutes == 120 else None, before_minutes=own.before, after_minutes=own.after,
        notice_minutes=own.notice, horizon_days=own.horizon, modalities=list(modalities),
        change_until_hours=24 if minutes == 120 else None,
    )  # fmt: skip


def openings(chance: Random, mediator: Mediator, offices: list[Office], own: Style) -> list[Opening]:
    """The same week for all modalities, or remote hours of their own; days shared between two offices."""
    week = chance.choice(WEEKS)
    remote = week if chance.random() < 0.6 else chance.choice(WEEKS)
    made = [_opening(mediator, one, None, hours) for one in own.modalities if one != IN_PERSON for hours in remote]
    if IN_PERSON in own.modalities:
        days = sorted({hours[0] for hours in week})
        where = {day: offices[index % len(offices)] for index, day in enumerate(days)}
        made += [_opening(mediator, IN_PERSON, where[hours[0]], hours) for hours in week]
    return made


def _opening(mediator: Mediator, modality: str, office: Office | None, hours: tuple[int, int, int]) -> Opening:
    day, start, end = hours
    return Opening(mediator=mediator, modality=modality, office=office, weekday=day, start_minute=start, end_minute=end)


def days_off(chance: Random, mediator: Mediator, today: date) -> list[OpeningException]:
    """A few closed days, a week away for some, now and then a Saturday morning by phone."""
    off = {today + timedelta(days=chance.randrange(3, 50)) for _ in range(chance.randrange(3))}
    if chance.random() < 0.25:
        start = today + timedelta(days=chance.randrange(10, 40))
        off |= {start + timedelta(days=count) for count in range(7)}
    made = [OpeningException(mediator=mediator, kind=OpeningException.Kind.CLOSED, day=day) for day in sorted(off)]
    if chance.random() < 0.15:
        saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
        made.append(
            OpeningException(
                mediator=mediator,
                kind=OpeningException.Kind.OPEN,
                day=saturday,
                modality=PHONE,
                start_minute=9 * 60,
                end_minute=12 * 60,
            )
        )
    return made
