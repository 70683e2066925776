"""Where a letter's link does what: the addresses that hold its token."""

from django.urls import reverse

from allomediateur.agenda.models import GUESTS, Participant
from allomediateur.web.ui.appointments import Addresses


def addresses(token: str, reader: Participant, *, by_letter: bool) -> Addresses:
    """In the active language, what `reader` may do; what is kept for the whole address, `by_letter` only."""
    is_client, is_agent = reader.role == Participant.Role.CLIENT, reader.role == Participant.Role.AGENT
    return Addresses(
        page=reverse("appointment", args=[token]),
        move=reverse("appointment_move", args=[token]),
        cancel=reverse("appointment_cancel", args=[token]),
        ics=reverse("appointment_ics", args=[token]),
        pdf=reverse("appointment_pdf", args=[token]),
        reminders=reverse("appointment_reminders", args=[token]) if by_letter and not is_agent else "",
        sooner=reverse("appointment_sooner", args=[token]) if is_client else "",
        guests=reverse("appointment_guests", args=[token]) if is_client else "",
        answer=reverse("appointment_answer", args=[token]) if reader.role in GUESTS else "",
    )
