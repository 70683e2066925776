"""From a free slot to an appointment, by programs: held, extended, given back, booked. As the pages do, by the same
verbs. A hold belongs to who has its secret, as the pages' belong to a browser.
"""

import secrets
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Path

from allomediateur.accounts import people
from allomediateur.agenda import agreed, booking, links
from allomediateur.agenda.agreed import PlaceMissing, PlaceTooFar
from allomediateur.agenda.booking import HoldExpired, PhoneMissing
from allomediateur.agenda.models import Appointment, State
from allomediateur.scheduling.display import visitor_zone
from allomediateur.web.api import reading
from allomediateur.web.api.booking_forms import WhoForm, form_for
from allomediateur.web.api.booking_schemas import BookedOut, BookIn, HoldIn, HoldOut, InvalidOut, RefusalOut, TakenOut
from allomediateur.web.api.callers import Caller, anybody, caller_of
from allomediateur.web.api.describing import BY_PERSON, keyed
from allomediateur.web.api.once import Answer, once
from allomediateur.web.api.problems import Problem
from allomediateur.web.api.refusing import expired_problem, invalid, refusals
from allomediateur.web.api.routes import booking as router
from allomediateur.web.ui.appointments import RELATED, place_zone
from allomediateur.web.ui.limiting import allow

ERRORS = {400: RefusalOut, 401: RefusalOut, 403: RefusalOut, 404: RefusalOut, 413: RefusalOut, 429: RefusalOut}
NO_BODY = {401: RefusalOut, 403: RefusalOut, 404: RefusalOut, 413: RefusalOut, 429: RefusalOut}


@router.post(
    "holds",
    auth=anybody,
    response={201: HoldOut, **ERRORS, 409: TakenOut, 422: InvalidOut},
    tags=["booking"],
    url_name="holds",
    summary="Hold a slot",
    openapi_extra=keyed(BY_PERSON, "holdSlot"),
)
def hold(request: HttpRequest, asked: HoldIn) -> HttpResponse:
    """Ten minutes for a free slot, so that nobody else takes it while you ask for a name."""
    caller, now = caller_of(request), datetime.now(UTC)
    wish = reading.hold(asked, now)

    def act() -> Answer:
        secret = secrets.token_urlsafe(32)
        with refusals(wish.mediator):
            held = booking.hold(
                mediator=wish.mediator, service=wish.service, modality=wish.modality, office=wish.office,
                start=wish.start, browser=browser_of(secret), now=now,
            )  # fmt: skip
        return Answer(201, _held_out(secret, held))

    def allowed() -> None:
        allow(request, "hold")
        if caller.user:
            allow(request, "hold_person", str(caller.user.pk))

    return once(request, caller, asked.model_dump_json(), act, allowed)


@router.post(
    "holds/{slug:hold}/extend",
    auth=anybody,
    response={200: HoldOut, **NO_BODY, 409: RefusalOut, 410: RefusalOut, 422: InvalidOut},
    tags=["booking"],
    url_name="hold_extend",
    summary="Ten minutes more, once",
    openapi_extra=keyed(BY_PERSON, "extendHold"),
)
def extend(request: HttpRequest, hold: Path[str]) -> HttpResponse:
    """Asked again, nothing changes: a slot is held twenty minutes at most."""
    held, now = _held(hold), datetime.now(UTC)

    def act() -> Answer:
        with refusals(held.mediator):
            return Answer(200, _held_out(hold, booking.extend(_still(held), now)))

    return once(request, caller_of(request), "", act)


@router.delete(
    "holds/{slug:hold}",
    auth=anybody,
    response={204: None, **NO_BODY, 409: RefusalOut},
    tags=["booking"],
    url_name="hold_release",
    summary="Give the slot back",
    openapi_extra={"operationId": "releaseHold", "security": BY_PERSON},
)
def release(request: HttpRequest, hold: Path[str]) -> HttpResponse:
    """Somebody else may have it at once. Given back already, nothing changes."""
    booking.release(_still(_held(hold)), datetime.now(UTC))
    return Answer(204).respond()


@router.post(
    "appointments",
    auth=anybody,
    response={201: BookedOut, **ERRORS, 409: TakenOut, 410: RefusalOut, 422: InvalidOut},
    tags=["booking"],
    url_name="appointments",
    summary="Book the held slot",
    openapi_extra=keyed(BY_PERSON, "bookAppointment"),
)
def book(request: HttpRequest, asked: BookIn) -> HttpResponse:
    """For somebody, who is written to: their address is proven by the letter's link or its code. It is confirmed at
    once when the caller is a person (token or session) who gives their account's own proven address."""
    caller, now = caller_of(request), datetime.now(UTC)
    held = _held(asked.hold)

    def act() -> Answer:
        return _book(_still(held), asked, form, caller, zone, now)

    def allowed() -> None:
        if form.is_valid() and not people.owns(caller.user, form.cleaned_data["email"]):
            allow(request, "letter", form.cleaned_data["email"].strip().lower())

    zone = _zone(asked, held, caller)
    form = form_for(held, _told(asked), zone)
    return once(request, caller, asked.model_dump_json(), act, allowed)


def _book(held: Appointment, asked: BookIn, form: WhoForm, caller: Caller, zone: str, now: datetime) -> Answer:
    """Raises Problem."""
    if not form.is_valid():
        raise invalid({name: [str(one) for one in said] for name, said in form.errors.items()})
    if asked.place and not agreed.is_agreed(held):
        raise Problem(
            422, _("« place » ne va qu’avec un rendez-vous où le client le souhaite."), code="place_not_asked"
        )
    told = form.cleaned_data
    language = asked.language or (caller.user.language if caller.user else (get_language() or "fr")[:2])
    with refusals(held.mediator):
        try:
            client = booking.describe(
                held, name=told["name"], email=told["email"], phone=told["phone"], language=language, zone=zone,
                place=told.get("place"), user=caller.user, now=now,
            )  # fmt: skip
        except (PhoneMissing, PlaceMissing, PlaceTooFar) as lacking:
            # The service has changed since the form was read.
            raise Problem(422, _("La prestation vient de changer : recommencez."), code="changed") from lacking
        except HoldExpired as gone:
            raise expired_problem(_still(gone.appointment)) from None
        booked = booking.book(held, user=caller.user, key="", now=now)
    client.appointment = booked
    return Answer(201, BookedOut(
        id=booked.reference, state=State(booked.state), manage_token=links.open_manage(client, by_letter=False),
        confirm_by=booked.expires_at,
    ).model_dump(mode="json"))  # fmt: skip


def browser_of(secret: str) -> str:
    """What ties a hold to its secret in the database: nobody reads the one from the other."""
    return salted_hmac("api hold", secret.encode(errors="replace").decode(), algorithm="sha256").hexdigest()


def _held_out(secret: str, held: Appointment) -> dict[str, object]:
    assert held.expires_at  # noqa: S101 - a hold has its end (appointment_expiry)
    return HoldOut(hold=secret, expires_at=held.expires_at).model_dump(mode="json")


def _held(secret: str) -> Appointment:
    """What became of that hold. Raises Problem 404."""
    rows = Appointment.objects.select_related(*RELATED).prefetch_related("mediator__offices")
    found = rows.filter(browser=browser_of(secret)).order_by("-pk").first()
    if found is None:
        raise Problem(
            404, _("Aucun créneau n’est retenu sous ce nom : retenez-en un (POST /holds)."), code="unknown_hold"
        )
    return found


def _still(held: Appointment) -> Appointment:
    """A hold, live or not. Raises Problem for what it has become."""
    if held.state in (State.HELD, State.EXPIRED):
        return held
    if held.state == State.CANCELLED:
        raise expired_problem(held)
    detail = _("Ce créneau est déjà réservé : servez-vous de son « manage_token », ou de la lettre reçue.")
    raise Problem(409, detail, code="already_booked")


def _told(asked: BookIn) -> dict[str, str]:
    place = {"address": asked.place.address, "town": asked.place.town} if asked.place else {}
    return {"name": asked.name, "email": asked.email, "phone": asked.phone, **place}


def _zone(asked: BookIn, held: Appointment, caller: Caller) -> str:
    """Raises Problem 422 for one that does not exist."""
    if asked.zone:
        return str(reading.zone_asked(asked.zone))
    return visitor_zone(caller.user.zone if caller.user else None, place_zone(held))
