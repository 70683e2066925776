"""Where a letter's link does what: the addresses that hold its token."""

from django.urls import reverse

from allomediateur.web.ui.appointments import Addresses


def addresses(token: str) -> Addresses:
    """In the active language."""
    return Addresses(
        page=reverse("appointment", args=[token]),
        move=reverse("appointment_move", args=[token]),
        cancel=reverse("appointment_cancel", args=[token]),
        ics=reverse("appointment_ics", args=[token]),
        pdf=reverse("appointment_pdf", args=[token]),
    )
