"""What the 64 of a crowd do: each function is one deed on its own connection. A refusal is its name."""

from datetime import datetime

from allomediateur.agenda import booking, changing, confirming, direct, editing, offering, waiting
from allomediateur.agenda.models import Appointment, Modality, Opening, Service, Transition, Wait
from allomediateur.agenda.refusals import Wish
from allomediateur.directory.models import Mediator
from tests.factories import NOW


def hold(service: int, start: datetime, browser: str, now: datetime = NOW, key: str = "") -> str:
    """The reference of the hold."""
    wanted = Service.objects.select_related("mediator__user").get(pk=service)
    try:
        return booking.hold(
            mediator=wanted.mediator, service=wanted, modality=Modality.PHONE, office=None, start=start,
            browser=browser, now=now, key=key,
        ).reference  # fmt: skip
    except booking.SlotTaken:
        return "SlotTaken"


def series(service: int, start: datetime, key: str) -> str:
    """How many were booked."""
    wanted = Service.objects.select_related("mediator__user").get(pk=service)
    wish = Wish(wanted.mediator, wanted, Modality.PHONE, None, start)
    starts = direct.dates_of(start, "Europe/Paris", 1, 3)
    try:
        return str(len(direct.book_for(wish, starts, direct.Somebody("Alice", phone="+33612345678"), None, key, NOW)))
    except booking.SlotTaken:
        return "SlotTaken"


def staff(service: int, start: datetime, key: str) -> str:
    """The reference of what staff booked for somebody on the phone."""
    wanted = Service.objects.select_related("mediator__user").get(pk=service)
    wish = Wish(wanted.mediator, wanted, Modality.PHONE, None, start)
    who, by = direct.Somebody("Zoé", phone="+33612345678", postal_address="3 rue du Bac"), Transition.By.STAFF
    try:
        return direct.book_for(wish, [start], who, None, key, NOW, by)[0].reference
    except booking.SlotTaken:
        return "SlotTaken"


def move(appointment: int, start: datetime) -> str:
    try:
        changing.move(_appointment(appointment), start=start, by=Transition.By.CLIENT, now=NOW)
    except changing.SlotTaken:
        return "SlotTaken"
    return "moved"


def confirm(appointment: int, code: str, now: datetime = NOW) -> str:
    """« created » for whom the account was made."""
    try:
        confirmed = confirming.confirm_with_code(_appointment(appointment), code, now)
    except (booking.HoldExpired, confirming.WrongCode, confirming.TooManyTries) as refused:
        return type(refused).__name__
    return "created" if confirmed.created else "confirmed"


def book(appointment: int) -> str:
    return booking.book(_appointment(appointment), user=None, key="form", now=NOW).state


def close(mediator: int) -> list[str]:
    """No opening any more; the references of what was held before."""
    found = Mediator.objects.get(pk=mediator)
    with editing.editing(found, NOW):
        Opening.objects.filter(mediator=found).delete()
        return list(Appointment.objects.filter(mediator=found).values_list("reference", flat=True))


def toggle(mediator: int, *, late: bool) -> str:
    hours = (14 * 60, 18 * 60) if late else (9 * 60, 12 * 60)
    rows = [editing.OpeningDraft("phone", None, day, *hours) for day in range(5)]
    editing.replace_openings(Mediator.objects.get(pk=mediator), rows, NOW)
    return "edited"


def _appointment(pk: int) -> Appointment:
    return Appointment.objects.select_related("mediator__user", "service", "office").get(pk=pk)


def take(wait: int, now: datetime = NOW) -> str:
    """What became of the slot kept for whom waits."""
    try:
        return offering.take(Wait.objects.get(pk=wait), now, Transition.By.VISITOR).state
    except (offering.OfferOver, booking.SlotLost, changing.NotChangeable) as refused:
        return type(refused).__name__


def decline(wait: int) -> str:
    try:
        offering.decline(Wait.objects.get(pk=wait), NOW, Transition.By.VISITOR)
    except offering.OfferOver:
        return "OfferOver"
    return "declined"


def offer(mediator: int, now: datetime = NOW) -> int:
    """How many offers were made."""
    return len(offering.offer_freed(mediator, now))


def prove(wait: int) -> str:
    return waiting.prove(Wait.objects.get(pk=wait), NOW).state
