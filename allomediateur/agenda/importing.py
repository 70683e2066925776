"""Mediators of the former site, taken over: a checked file is kept sealed for a day, then written row by row.

Each row is a transaction of its own, and writes nothing when its mediator is there already: the same file, or the
same job, twice, is nothing twice. Nobody is listed by it: staff verify (agenda.verifying).
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from allauth.account.models import EmailAddress
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import get_language, override
from procrastinate.contrib.django import app

from allomediateur.accounts.models import User
from allomediateur.agenda import applying, standing_letters
from allomediateur.agenda.models import Agenda
from allomediateur.directory.checking import Line, Person
from allomediateur.directory.models import (
    Application,
    Commune,
    Credential,
    Decision,
    Mediator,
    Office,
    Redirect,
    Roster,
    Specialty,
)
from allomediateur.vault import sealing

JOB = "import_mediators"
KEPT = timedelta(days=1)
STEP = 25
"""Rows between two notes of how far it is."""


class Result(StrEnum):
    """What became of a row."""

    WRITTEN = "written"
    KNOWN = "known"
    WRONG = "wrong"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """`slug` of who was written, for the report."""

    number: int
    name: str
    email: str
    result: str
    problem: str = ""
    slug: str = ""


class NotWaiting(Exception):
    """Somebody has confirmed it meanwhile."""


def keep(name: str, lines: list[Line], by: User | None, now: datetime) -> Roster:
    """The checked file, until it is confirmed or forgotten."""
    forget(now)
    kept = Roster(by=by, name=name[:120], total=len(lines), kept_at=now)
    kept.sealed = _sealed(kept, {"language": get_language() or "fr", "lines": [one.plain() for one in lines]})
    kept.save()
    return kept


def find(reference: str, now: datetime) -> Roster | None:
    """None beyond a day, though it is still to be removed."""
    return Roster.objects.filter(reference=reference, kept_at__gt=now - KEPT).first()


def lines(roster: Roster) -> list[Line]:
    return [Line.of(one) for one in _told(roster)["lines"]]


def outcomes(roster: Roster) -> list[Outcome]:
    """What became of each row; nothing before the end."""
    return [Outcome(**one) for one in _told(roster).get("outcomes", ())]


def confirm(roster: Roster, now: datetime) -> None:
    """The worker takes it from here, woken by the commit. Raises NotWaiting."""
    with transaction.atomic():
        if not Roster.objects.filter(pk=roster.pk, confirmed_at=None).update(confirmed_at=now):
            raise NotWaiting
        app.configure_task(JOB).defer(roster_id=roster.pk)


def run(roster_id: int, now: datetime) -> None:
    """Every row of a confirmed file. Taken up again after a crash, it finds what it wrote."""
    roster = Roster.objects.select_related("by").filter(pk=roster_id, done_at=None).exclude(confirmed_at=None).first()
    if roster is None:
        return
    told, found = _told(roster), []
    with override(told["language"]):
        for number, one in enumerate(told["lines"], 1):
            found.append(_take_over(Line.of(one), roster.by, now))
            if number % STEP == 0:
                Roster.objects.filter(pk=roster.pk).update(done=number)
    roster.sealed = _sealed(roster, told | {"outcomes": [asdict(one) for one in found]})
    roster.done, roster.done_at = len(found), now
    roster.save(update_fields=["sealed", "done", "done_at"])


def abandon(roster: Roster) -> None:
    """Raises NotWaiting once it is confirmed."""
    count, _rows = Roster.objects.filter(pk=roster.pk, confirmed_at=None).delete()
    if not count:
        raise NotWaiting


def forget(now: datetime, kept: timedelta = KEPT) -> int:
    """Files older than a day, with all they held. Returns how many."""
    count, _rows = Roster.objects.filter(kept_at__lte=now - kept).delete()
    return count


def _take_over(line: Line, by: User | None, now: datetime) -> Outcome:
    def told(result: Result, slug: str = "") -> Outcome:
        return Outcome(line.number, line.name, line.email, result.value, line.problem, slug)

    if line.person is None:
        return told(Result.KNOWN if line.known else Result.WRONG)
    if slug := _slug_of(line.email):
        return told(Result.KNOWN, slug)
    try:
        with transaction.atomic():
            made = _write(line.person, by, now)
    except (IntegrityError, DataError):  # taken meanwhile: an address, a number, a path; or too long for its column
        slug = _slug_of(line.email)
        return told(Result.KNOWN if slug else Result.FAILED, slug)
    return told(Result.WRITTEN, made.slug)


def _slug_of(email: str) -> str:
    return Mediator.objects.filter(user__email__iexact=email).values_list("slug", flat=True).first() or ""


def _write(person: Person, by: User | None, now: datetime) -> Mediator:
    """The account, the profile that nobody has verified, what it claims, its office, its old address, the letter."""
    commune = Commune.objects.filter(code=person.commune).first()
    user = User.objects.create_user(
        person.email, name=person.name, role=User.Role.MEDIATOR, joined_at=now,
        zone=commune.zone if commune else "Europe/Paris",
    )  # fmt: skip
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    mediator = Mediator.objects.create(
        user=user, name=person.name, slug=applying.free_slug(person.name), languages=person.languages,
        phone=person.phone, presentation_fr=person.presentation,
    )  # fmt: skip
    mediator.specialties.set(Specialty.objects.filter(slug__in=person.specialties))
    Agenda.objects.create(mediator=mediator)
    state = Application.State.SUBMITTED
    Application.objects.create(mediator=mediator, state=state, started_at=now, touched_at=now, submitted_at=now)
    Credential.objects.bulk_create(_claims(mediator, person, now))
    if commune:
        _open_office(mediator, person, commune)
    if person.former:
        Redirect.objects.create(path=person.former, mediator=mediator)
    Decision.objects.create(mediator=mediator, kind=Decision.Kind.IMPORTED, by=by, at=now)
    standing_letters.invited(mediator, now)
    return mediator


def _claims(mediator: Mediator, person: Person, now: datetime) -> list[Credential]:
    kinds, found = Credential.Kind, []
    if person.number or person.year:
        found.append(Credential(kind=kinds.CERTIFICATE, number=person.number, year=person.year))
    for kind, until in ((kinds.MEMBERSHIP, person.member_until), (kinds.INSURANCE, person.insured_until)):
        if until:
            found.append(Credential(kind=kind, valid_until=date.fromisoformat(until)))
    for one in found:
        one.mediator, one.claimed_at = mediator, now
    return found


def _open_office(mediator: Mediator, person: Person, commune: Commune) -> None:
    Office.objects.create(
        mediator=mediator, name="Cabinet", address=person.address, postal_code=person.postal_code, commune=commune,
        lat=commune.lat, lon=commune.lon, zone=commune.zone, is_main=True,
    )  # fmt: skip


def _sealed(roster: Roster, told: dict[str, Any]) -> bytes:
    return sealing.seal_bytes(json.dumps(told).encode(), _purpose(roster))


def _told(roster: Roster) -> dict[str, Any]:
    """Raises sealing.Unreadable."""
    told: dict[str, Any] = json.loads(sealing.unseal_bytes(bytes(roster.sealed), _purpose(roster)))
    return told


def _purpose(roster: Roster) -> str:
    return f"directory.roster {roster.reference}"
