"""Sending what `planning` planned: one message for all that a person has on one day, one transaction each.

The person is the address (and, for SMS, the number) that was given: letters of one account may go to two addresses,
and none tells what goes to the other. What is wanted, and whether it still takes place, is read when it is due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, links, planning, preferences
from allomediateur.agenda.models import Channel, Participant, Reminded, Reminder, State
from allomediateur.notify import outbox, texts
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones, visitor_zone
from allomediateur.scheduling.reminders import after_quiet_hours

KIND = "appointment_reminder"


@dataclass(frozen=True)
class Told:
    """An appointment of the message: who reads, by which way, and the door of the letter."""

    reader: Participant
    channel: Channel
    token: str

    @property
    def start(self) -> datetime:
        return self.reader.appointment.starts_at


def send_due(now: datetime) -> int:
    """All that is due; how many people were written to. One that fails does not keep the others from leaving.

    Raises ExceptionGroup of those that failed, once the others have left.
    """
    count, failed = 0, []
    due = Reminder.objects.due(now).order_by("due_at", "pk").values_list("participant__email", "day")
    for email, day in dict.fromkeys(due):
        try:
            count += _send(email, day, now)
        except Exception as error:  # noqa: BLE001 - raised below, with the others
            failed.append(error)
    if failed:
        raise ExceptionGroup("reminders", failed)
    return count


def _send(email: str, day: date, now: datetime) -> bool:
    """Whether a message left. Two at once: the second waits for the rows, and finds them settled."""
    with transaction.atomic():
        mine = Reminder.objects.waiting().filter(participant__email=email, day=day)
        rows = list(mine.order_by("pk").select_for_update(of=("self",)))
        # Once nobody else changes the rows: what is read with them is of before the wait.
        readers = _readers(rows, now)
        rows = [one for one in rows if not _put_off(one, readers.get(one.participant_id), now)]
        kinds = {one.days for one in rows if one.due_at <= now}
        taken = [one for one in rows if one.due_at <= now or one.days in kinds]
        wishes = preferences.of_readers(readers.values())
        sent = _wanted(taken, readers, wishes, now)
        told = _opened([readers[pk] for pk in dict.fromkeys(one.participant_id for one in sent)], wishes)
        done = Reminder.objects.filter(pk__in=[one.pk for one in taken])
        done.update(settled_at=now)
        done.filter(pk__in=[one.pk for one in sent]).update(is_sent=True)
        if told:
            _tell(told, now)
    return bool(told)


def _readers(rows: Iterable[Reminder], now: datetime) -> dict[int, Participant]:
    """Those of the rows who still come to an appointment that still is to come."""
    found = Participant.objects.filter(
        planning.who_comes(), pk__in=[one.participant_id for one in rows], appointment__state=State.CONFIRMED,
        appointment__starts_at__gt=now,
    )  # fmt: skip
    related = ("user", "appointment__mediator__user", "appointment__service", "appointment__office__commune")
    return {one.pk: one for one in found.select_related(*related)}


def _put_off(row: Reminder, reader: Participant | None, now: datetime) -> bool:
    """It is night there: what is overdue waits for the next morning (R12), what is not due yet for its time."""
    if reader is None or not (morning := _morning(reader, now)):
        return False
    if row.due_at > now:
        return True
    if morning >= row.starts_at:
        return False
    Reminder.objects.filter(pk=row.pk).update(due_at=morning)
    return True


def _morning(reader: Participant, now: datetime) -> datetime | None:
    """When the reader's night ends, None by day."""
    ends = after_quiet_hours(now, visitor_zone(reader.zone))
    return ends if ends > now else None


def _wanted(
    rows: Iterable[Reminder], readers: Mapping[int, Participant], wishes: Mapping[int, Reminded], now: datetime
) -> list[Reminder]:
    """Those to be sent, of the rows that are due."""
    return [
        row
        for row in rows
        if (reader := readers.get(row.participant_id))
        and reader.appointment.starts_at == row.starts_at
        and wishes[reader.pk].wants(row.days)
        and not _morning(reader, now)
    ]


def _opened(readers: Iterable[Participant], wishes: Mapping[int, Reminded]) -> list[Told]:
    """In the order of their days, each with a new door."""
    told = [Told(one, Channel(wishes[one.pk].remind_by), links.open_manage(one)) for one in readers]
    return sorted(told, key=lambda one: (one.start, one.reader.pk))


def _tell(told: Sequence[Told], now: datetime) -> None:
    """Who asked for an SMS that cannot leave is written to."""
    texted = _text([one for one in told if one.channel != Channel.EMAIL], now)
    by_mail = [one for one in told if one.channel != Channel.SMS or one.reader.pk not in texted]
    if by_mail:
        _write(by_mail, now)


def _text(told: Sequence[Told], now: datetime) -> set[int]:
    """One SMS a number; the participants for whom one leaves."""
    numbers: dict[str, list[Told]] = {}
    for one in told:
        numbers.setdefault(preferences.number_of(one.reader), []).append(one)
    return {
        one.reader.pk for number, mine in numbers.items() if number and _post_text(number, mine, now) for one in mine
    }


def _post_text(number: str, told: Sequence[Told], now: datetime) -> bool:
    """Neutral: neither who, nor what for."""
    first = told[0]
    language = first.reader.language
    with translation.override(language):
        clocks = [_("à %(clock)s") % {"clock": _clock(one)} for one in told]
        said = {
            "count": len(told), "day": _day(first, now), "clocks": wording.listing(clocks, language),
            "url": letters.address("appointment", language, first.token),
        }  # fmt: skip
        if len(told) == 1:
            body = _("Rappel\u00a0: rendez-vous %(day)s %(clocks)s. Détails\u00a0: %(url)s") % said
        else:
            body = _("Rappel\u00a0: %(count)s rendez-vous %(day)s, %(clocks)s. Détails\u00a0: %(url)s") % said
    topic = letters.topic_of(first.reader.appointment)
    return (
        texts.post(kind="reminder", topic=topic, to=number, language=language, body=body, now=now, until=first.start)
        is not None
    )


def _write(told: Sequence[Told], now: datetime) -> None:
    first = told[0].reader
    language = first.language
    with translation.override(language):
        lines = [_line(one, now) for one in told]
        context = {
            "appointments": lines, "count": len(told), "day": _day(told[0], now),
            "mediator": wording.listing(list(dict.fromkeys(one["mediator"] for one in lines)), language),
            "when": lines[0]["when"],
            "date": _date(told[0]),
            "preferences_url": letters.address("appointment_reminders", language, told[0].token),
        }  # fmt: skip
        if preferences.account_of(first):
            context["space_url"] = letters.address("client_home", language)
    topic = letters.topic_of(first.appointment)
    outbox.write(KIND, topic=topic, to=first.email, language=language, now=now, context=context)


def _line(told: Told, now: datetime) -> dict[str, str]:
    """What the letter says of one appointment. The client alone moves or cancels it."""
    reader, appointment = told.reader, told.reader.appointment
    doors = {"manage_url": "appointment"}
    if reader.role == Participant.Role.CLIENT:
        doors |= {"move_url": "appointment_move", "cancel_url": "appointment_cancel"}
    urls = {name: letters.address(door, reader.language, told.token) for name, door in doors.items()}
    return {"mediator": appointment.mediator.name, **asdict(letters.facts(appointment, reader, now)), **urls}


def _day(told: Told, now: datetime) -> str:
    """« demain », « aujourd’hui » where every clock that is shown says so, else « le mardi 24 novembre »."""
    ahead = {(wording.local(told.start, zone).date() - wording.local(now, zone).date()).days for zone in _zones(told)}
    if ahead == {1}:
        return _("demain")
    if ahead == {0}:
        return _("aujourd’hui")
    return _("le %(date)s") % {"date": _date(told)}


def _date(told: Told) -> str:
    return wording.day(wording.local(told.start, _zones(told)[0]).date(), told.reader.language)


def _clock(told: Told) -> str:
    """With its town where the reader's own clock differs."""
    main, *other = _zones(told)
    language = told.reader.language
    said = wording.clock(wording.local(told.start, main), language)
    return f"{said} ({wording.zone_time(str(main), language)})" if other else said


def _zones(told: Told) -> list[ZoneInfo]:
    """The one shown first, and the other one where its clock differs (R14)."""
    reader, appointment = told.reader, told.reader.appointment
    place = letters.place_zone(appointment)
    main, other = display_zones(appointment.modality, place, visitor_zone(reader.zone), told.start)
    return [main, other] if other else [main]
