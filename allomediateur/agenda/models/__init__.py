"""The truth (openings, services, appointments, busy time) and the derived Availability rows."""

from allomediateur.agenda.models.bookings import (
    GUESTS,
    LIVE,
    PENDING,
    AccessLink,
    Appointment,
    AppointmentQuerySet,
    Participant,
    State,
    Transition,
)
from allomediateur.agenda.models.derived import Availability, Listing, Tally
from allomediateur.agenda.models.figures import DailyFigure
from allomediateur.agenda.models.hours import Agenda, Busy, Modality, Opening, OpeningException, Service
from allomediateur.agenda.models.reminders import Channel, Preference, Reminded, Reminder
from allomediateur.agenda.models.telling import Telling, Untold
from allomediateur.agenda.models.waiting import Offer, Wait, WaitLink, WaitStep

__all__ = [
    "GUESTS", "LIVE", "PENDING", "AccessLink", "Agenda", "Appointment", "AppointmentQuerySet", "Availability",
    "Busy", "Channel", "DailyFigure", "Listing", "Modality", "Offer", "Opening", "OpeningException", "Participant",
    "Preference", "Reminded", "Reminder", "Service", "State", "Tally", "Telling", "Transition", "Untold", "Wait",
    "WaitLink", "WaitStep",
]  # fmt: skip
