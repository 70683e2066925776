"""A mediator's day in one letter: what is new, moved or cancelled, and who comes tomorrow; no letter when nothing.

The letter is written, what it told is deleted and the next instant is set in one transaction, the mediator's choice
locked: however many workers, each thing is told once, and what is booked meanwhile waits for the next one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, states, telling
from allomediateur.agenda.models import Appointment, Participant, State, Telling, Transition, Untold
from allomediateur.directory.models import Mediator
from allomediateur.notify import outbox
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import day_start, local_day

KIND = "mediator_digest"
_DAY = timedelta(days=1)
Kind, By = Untold.Kind, Transition.By


@dataclass(frozen=True)
class Line:
    """An appointment in the letter; `note` says when it was before, or who cancelled it."""

    when: str
    client: str
    how: str
    service: str
    url: str
    note: str = ""


def tell_due(now: datetime) -> int:
    """Everybody whose hour has come. Returns how many letters were written."""
    return sum(_tell_one(pk, now) for pk in list(_due(now).values_list("pk", flat=True)))


def _due(now: datetime) -> "Telling.objects.QuerySet":  # type: ignore[name-defined]
    """Whose hour it is; and who wants no digest any more, while something still waits for one."""
    waits = Exists(Untold.objects.filter(appointment__mediator=OuterRef("pk")))
    return Telling.objects.filter(Q(mode=Telling.Mode.DIGEST, next_at__lte=now) | Q(waits, mode=Telling.Mode.EACH))


def _tell_one(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        chosen = _due(now).select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if chosen is None:
            return False
        mediator = Mediator.objects.select_related("user").prefetch_related("offices").get(pk=pk)
        rows = list(Untold.objects.filter(appointment__mediator=pk).order_by("pk"))
        told = mediator.user.is_active and _write(mediator, rows, now)
        Untold.objects.filter(pk__in=[one.pk for one in rows]).delete()
        chosen.next_at = telling.next_at(mediator, chosen.minute, now)
        chosen.save(update_fields=["next_at"])
    return told


def _write(mediator: Mediator, rows: list[Untold], now: datetime) -> bool:
    """False: nothing to say."""
    zone, language = telling.zone_of(mediator), mediator.user.language
    tomorrow = local_day(now, zone) + _DAY
    with translation.override(language):
        told = {kind.value: _told(kind, found, mediator, now) for kind, found in _changes(rows).items()}
        coming = [_line(one, mediator, now) for one in _on(mediator, tomorrow, zone)]
        if not coming and not any(told.values()):
            return False
        url = f"{settings.SITE_URL}{reverse('mediator_telling')}"
        day = wording.day(local_day(now, zone), language, today=local_day(now, zone))
    context = {
        "mediator": mediator.name, "when": day, **told, "coming": coming, "settings_url": url,
        "count": sum(len(each) for each in told.values()), "tomorrow": wording.day(tomorrow, language, today=tomorrow),
    }  # fmt: skip
    outbox.write(KIND, topic="", to=mediator.user.email, language=language, now=now, context=context)
    return True


def _changes(rows: Iterable[Untold]) -> dict[Untold.Kind, list[tuple[Appointment, Untold]]]:
    """What became of each appointment in the end: one booked and cancelled in between was never told of."""
    by: dict[int, list[Untold]] = {}
    for row in rows:
        by.setdefault(row.appointment_id, []).append(row)
    known = {one.pk: one for one in _read(Q(pk__in=by))}
    found: dict[Untold.Kind, list[tuple[Appointment, Untold]]] = {kind: [] for kind in Kind}
    for pk, each in by.items():
        is_new, is_gone = each[0].kind == Kind.CONFIRMED, each[-1].kind == Kind.CANCELLED
        if is_new and is_gone:
            continue
        kind = Kind.CANCELLED if is_gone else Kind.CONFIRMED if is_new else Kind.MOVED
        found[kind].append((known[pk], each[-1] if is_gone else each[0]))
    return {kind: sorted(some, key=lambda one: one[0].starts_at) for kind, some in found.items()}


def _on(mediator: Mediator, day: date, zone: str) -> list[Appointment]:
    span = Q(starts_at__gte=day_start(day, zone), starts_at__lt=day_start(day + _DAY, zone))
    return _read(span & Q(mediator=mediator, state=State.CONFIRMED))


def _read(which: Q) -> list[Appointment]:
    rows = Appointment.objects.filter(which).select_related("mediator__user", "service", "office__commune")
    return list(rows.order_by("starts_at", "pk"))


def _told(
    kind: Untold.Kind, found: Iterable[tuple[Appointment, Untold]], mediator: Mediator, now: datetime
) -> list[Line]:
    return [_line(one, mediator, now, kind, row) for one, row in found]


def _line(
    one: Appointment, mediator: Mediator, now: datetime, kind: Untold.Kind = Kind.CONFIRMED, row: Untold | None = None
) -> Line:
    reader, client = states.mediator_of(one) or _reader(mediator), states.client_of(one)
    said, note = letters.facts(one, reader, now), ""
    if row and kind == Kind.MOVED and row.former:
        note = _("c’était le %(when)s") % {"when": letters.when(one, reader, row.former)}
    elif row and kind == Kind.CANCELLED:
        note = telling.by_whom(_hand(one, row))
    agent = states.agent_of(one)
    if agent:
        note = " ; ".join(filter(None, (note, _("pris par %(agent)s") % {"agent": agent.presented})))
    return Line(
        when=said.when, client=client.name if client else "", how=said.how, service=said.service, note=note,
        url=f"{settings.SITE_URL}{reverse('mediator_appointment', args=[one.reference])}",
    )  # fmt: skip


def _hand(one: Appointment, row: Untold) -> Transition.By:
    """Who cancelled it."""
    last = one.transitions.filter(to_state=State.CANCELLED).last()
    return By(last.by) if last else By.MEDIATOR if row.by_mediator else By.CLIENT


def _reader(mediator: Mediator) -> Participant:
    """Where the appointment names none."""
    return Participant(
        role=Participant.Role.MEDIATOR, name=mediator.name, language=mediator.user.language,
        zone=telling.zone_of(mediator),
    )  # fmt: skip
