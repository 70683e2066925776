"""An appointment as an iCalendar entry. Titles are neutral, without names: agendas are read by others."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Appointment, Modality, Participant, State
from allomediateur.scheduling import ics

STATUS: dict[str, ics.Status] = {
    State.HELD: "TENTATIVE",
    State.UNCONFIRMED: "TENTATIVE",
    State.EXPIRED: "CANCELLED",
    State.CANCELLED: "CANCELLED",
}


def appointment_ics(appointment: Appointment, reader: Participant, method: ics.Method, now: datetime) -> bytes:
    """The file for one participant, in their language: REQUEST and CANCEL in letters, PUBLISH for a download.

    Instants of change are the database's, never after `now`.
    """
    changed = min(appointment.changed_at, now)
    with translation.override(reader.language):
        event = ics.Event(
            uid=f"{appointment.uid}@{urlsplit(settings.SITE_URL).hostname}",
            sequence=appointment.sequence,
            start=appointment.starts_at,
            end=appointment.ends_at,
            summary=_("Rendez-vous (%(how)s)") % {"how": Modality(appointment.modality).label.lower()},
            description=_how(appointment, reader),
            location=_where(appointment, reader),
            organizer_email=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            status=STATUS.get(appointment.state, "CONFIRMED"),
            attendee_email=reader.email,
            attendee_name=reader.name,
            dtstamp=changed,
            last_modified=changed,
        )
    return ics.calendar(event, method)


def told_where(appointment: Appointment, reader: Participant) -> bool:
    """An agreed place is the client's address: it is told to them and to the mediator only."""
    return not appointment.place or reader.role in (Participant.Role.CLIENT, Participant.Role.MEDIATOR)


def _where(appointment: Appointment, reader: Participant) -> str:
    """The office, or the video room once the appointment is confirmed."""
    if appointment.modality == Modality.IN_PERSON:
        agreed = appointment.place if told_where(appointment, reader) else ""
        return appointment.office.full_address if appointment.office else agreed
    settled = appointment.state in (State.CONFIRMED, State.ATTENDED, State.NO_SHOW)
    return appointment.mediator.video_room if appointment.modality == Modality.VIDEO and settled else ""


def _how(appointment: Appointment, reader: Participant) -> str:
    calling = reader.role == Participant.Role.MEDIATOR
    if appointment.modality == Modality.PHONE:
        if reader.role == Participant.Role.AGENT:
            return _("Le médiateur appelle la personne concernée à l’heure dite.")
        return _("Vous appelez la personne à l’heure dite.") if calling else _("On vous appelle à l’heure dite.")
    if appointment.modality == Modality.VIDEO:
        return _("L’adresse de la salle vidéo est celle du lieu.")
    return appointment.office.access if appointment.office else ""
