"""A word by SMS beside the letter, when a mediator changes an appointment at the last minute, to who chose SMS.

Neutral: a lock screen is read by others. Neither who, nor what for, nor why, and no link: the letter has them. Called
last in a transaction (`notify.texts.post`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, planning, preferences
from allomediateur.agenda.models import Appointment, Channel, Participant
from allomediateur.notify import texts
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.reminders import after_quiet_hours

NEAR = timedelta(hours=48)
KIND = "change"


def cancelled(appointment: Appointment, now: datetime) -> None:
    def said(person: Participant) -> str:
        return _("Votre rendez-vous du %(when)s est annulé.") % {"when": _when(appointment, person)}

    _change(appointment, said, appointment.starts_at, now)


def moved(appointment: Appointment, former: datetime, now: datetime) -> None:
    """`former`: the old start."""

    def said(person: Participant) -> str:
        return _("Votre rendez-vous est déplacé au %(when)s.") % {"when": _when(appointment, person)}

    _change(appointment, said, min(former, appointment.starts_at), now)


def late(appointment: Appointment, minutes: int, now: datetime) -> None:
    """By so many minutes. It may have begun."""

    def said(person: Participant) -> str:
        return _("Votre rendez-vous aura du retard : %(delay)s environ.") % {"delay": wording.duration(minutes)}

    _change(appointment, said, max(appointment.starts_at, now + timedelta(minutes=1)), now)


def _change(appointment: Appointment, said: Callable[[Participant], str], soonest: datetime, now: datetime) -> None:
    """To everybody who comes and chose SMS, when it is in less than 48 hours."""
    if not now < soonest < now + NEAR or not texts.offered(KIND):
        return
    readers = list(appointment.participants.filter(planning.who_comes()).select_related("user").order_by("pk"))
    wishes = preferences.of_readers(readers)
    for person in readers:
        if wishes[person.pk].remind_by in (Channel.SMS, Channel.BOTH):
            person.appointment = appointment
            _post(person, said, soonest, now)


def _post(person: Participant, said: Callable[[Participant], str], soonest: datetime, now: datetime) -> None:
    """Useful until the appointment is over, whatever became of it. Nobody is woken for what the morning still tells in
    time."""
    if not (number := preferences.number_of(person)):
        return
    with translation.override(person.language):
        body = _("%(said)s Voyez la lettre envoyée par e-mail.") % {"said": said(person)}
    appointment, morning = person.appointment, after_quiet_hours(now, person.zone)
    texts.post(
        kind=KIND, topic=letters.topic_of(appointment), to=number, language=person.language, body=body, now=now,
        until=max(appointment.ends_at, now + texts.USEFUL), at=morning if morning < soonest else now,
    )  # fmt: skip


def _when(appointment: Appointment, person: Participant) -> str:
    """« mar. 24 nov. à 14 h 30 », on the clock the letter shows first."""
    zone, _other = display_zones(
        appointment.modality, letters.place_zone(appointment), person.zone, appointment.starts_at
    )
    return wording.when(appointment.starts_at, zone, person.language, short=True)
