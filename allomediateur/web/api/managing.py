"""Appointments by programs: read, confirmed, moved, cancelled, by who has the appointment's token or an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query

from allomediateur.agenda import changing, confirming, links, states
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.changing import NotChangeable, TooLate
from allomediateur.agenda.confirming import TooManyLetters, TooManyTries, WrongCode
from allomediateur.agenda.models import Appointment
from allomediateur.agenda.openings import OfferedPlace
from allomediateur.web.api import problems, reading
from allomediateur.web.api.agendas import Found, find, listed, look
from allomediateur.web.api.booking_schemas import (
    AppointmentItem,
    AppointmentOut,
    CancelIn,
    ChangedOut,
    ConfirmIn,
    InvalidOut,
    ListIn,
    MoveIn,
    RefusalOut,
    TakenOut,
)
from allomediateur.web.api.callers import Scope, caller_of, may, person_may
from allomediateur.web.api.describing import OF_APPOINTMENT, TO_LIST, TO_READ, keyed
from allomediateur.web.api.once import Answer, once
from allomediateur.web.api.problems import Problem
from allomediateur.web.api.refusing import expired_problem, refusals
from allomediateur.web.api.routes import booking as router
from allomediateur.web.api.schemas import Listing
from allomediateur.web.api.telling import changed, item, whole
from allomediateur.web.ui import appointments as shared
from allomediateur.web.ui import moving
from allomediateur.web.ui.forms import one_line
from allomediateur.web.ui.limiting import allow
from allomediateur.web.ui.moving import asked_again

SEEN = {401: RefusalOut, 403: RefusalOut, 429: RefusalOut}
SENT = {
    400: RefusalOut, 401: RefusalOut, 403: RefusalOut, 404: RefusalOut, 409: TakenOut, 410: RefusalOut,
    413: RefusalOut, 422: InvalidOut, 429: RefusalOut,
}  # fmt: skip


@router.get(
    "appointments",
    auth=person_may(Scope.READ),
    response={200: Listing[AppointmentItem], **SEEN, 422: InvalidOut},
    tags=["appointments"],
    url_name="appointments",
    summary="One’s appointments",
    openapi_extra={"operationId": "listAppointments", "security": TO_LIST},
)
def listing(request: HttpRequest, asked: Query[ListIn]) -> Listing[AppointmentItem]:
    """A client's own, or the agenda of a mediator, twenty a page."""
    now = datetime.now(UTC)
    rows, number, total = listed(caller_of(request), asked.when, asked.page, now)
    return Listing(items=[item(one, now) for one in rows], total=total, page=number)


@router.get(
    "appointments/{slug:id}",
    auth=may(Scope.READ),
    response={200: AppointmentOut, **SEEN, 404: RefusalOut},
    tags=["appointments"],
    url_name="appointment",
    summary="One appointment",
    openapi_extra={"operationId": "readAppointment", "security": TO_READ},
)
def read(request: HttpRequest, id: Path[str]) -> AppointmentOut:  # noqa: A002 - its name in the address
    now = datetime.now(UTC)
    found = find(caller_of(request), id)
    look(found, now)
    return whole(found, now)


@router.post(
    "appointments/{slug:id}/confirm",
    auth=may(Scope.WRITE),
    response={200: ChangedOut, **SENT},
    tags=["appointments"],
    url_name="appointment_confirm",
    summary="Confirm by the code of the letter",
    openapi_extra=keyed(OF_APPOINTMENT, "confirmAppointment"),
)
def confirm(request: HttpRequest, id: Path[str], asked: ConfirmIn) -> HttpResponse:  # noqa: A002
    """Five tries a letter; a wrong one says how many are left. Confirmed already, it is answered alike."""
    found, now = _clients(request, id), datetime.now(UTC)

    def act() -> Answer:
        with refusals(found.appointment.mediator):
            try:
                done = confirming.confirm_with_code(found.appointment, asked.code, now)
            except WrongCode as wrong:
                # Answered, not raised: the try is lost, and stays so.
                said = _("Ce n’est pas le code de la dernière lettre. Essais restants : %(left)d.") % {
                    "left": wrong.left
                }
                return Answer(422, problems.body_of(422, said, code="wrong_code", left=wrong.left))
            except TooManyTries:
                detail = _("Ce code ne peut plus servir : demandez une autre lettre (POST …/code).")
                raise Problem(429, detail, code="too_many_tries") from None
        return _changed(found, done.appointment)

    return once(request, caller_of(request), asked.model_dump_json(), act)


@router.post(
    "appointments/{slug:id}/code",
    auth=may(Scope.WRITE),
    response={204: None, **SENT},
    tags=["appointments"],
    url_name="appointment_code",
    summary="Another letter, with another code",
    openapi_extra=keyed(OF_APPOINTMENT, "sendAnotherCode"),
)
def code(request: HttpRequest, id: Path[str]) -> HttpResponse:  # noqa: A002
    """To the same address; the former code is dead."""
    found, now = _clients(request, id), datetime.now(UTC)

    def act() -> Answer:
        try:
            confirming.resend(found.appointment, now)
        except HoldExpired as over:
            raise expired_problem(over.appointment) from None
        except TooManyLetters:
            detail = _("Plusieurs lettres sont déjà parties : servez-vous du lien de la dernière.")
            raise Problem(429, detail, code="too_many_letters") from None
        return Answer(204)

    def allowed() -> None:
        if found.visit.reader.email and links.may_write(found.visit.reader):
            allow(request, "letter", found.visit.reader.email)

    return once(request, caller_of(request), "", act, allowed)


@router.post(
    "appointments/{slug:id}/move",
    auth=may(Scope.WRITE),
    response={200: ChangedOut, **SENT},
    tags=["appointments"],
    url_name="appointment_move",
    summary="Move",
    openapi_extra=keyed(OF_APPOINTMENT, "moveAppointment"),
)
def move(request: HttpRequest, id: Path[str], asked: MoveIn) -> HttpResponse:  # noqa: A002
    """Same service, another start; another way to meet or another office when told. Refused, the old slot stands."""
    found, now = find(caller_of(request), id), datetime.now(UTC)
    start = reading.instant(asked.start)

    def act() -> Answer:
        visit = found.visit
        with _changes(found, now):
            place = _place(found, asked, now)
            done = changing.move(
                found.appointment, start=start, modality=place.modality, office=place.office, by=visit.hand,
                side=visit.side, now=now,
            )  # fmt: skip
        return _changed(found, done)

    def allowed() -> None:
        asked_again(request, found.appointment)

    return once(request, caller_of(request), asked.model_dump_json(), act, allowed)


@router.post(
    "appointments/{slug:id}/cancel",
    auth=may(Scope.WRITE),
    response={200: ChangedOut, **SENT},
    tags=["appointments"],
    url_name="appointment_cancel",
    summary="Cancel",
    openapi_extra=keyed(OF_APPOINTMENT, "cancelAppointment"),
)
def cancel(request: HttpRequest, id: Path[str], asked: CancelIn) -> HttpResponse:  # noqa: A002
    """Both sides are told. Cancelled already, it is answered alike."""
    found, now = find(caller_of(request), id), datetime.now(UTC)
    visit, reason = found.visit, one_line(asked.reason)
    if visit.is_by_mediator and not reason:
        detail = _("Écrivez en quelques mots pourquoi vous annulez : la personne le lira.")
        raise Problem(422, detail, code="invalid", errors=[{"parameter": "reason", "message": detail}])

    def act() -> Answer:
        with _changes(found, now):
            done = changing.cancel(found.appointment, by=visit.hand, side=visit.side, reason=reason, now=now)
        return _changed(found, done)

    return once(request, caller_of(request), asked.model_dump_json(), act)


@contextmanager
def _changes(found: Found, now: datetime) -> Iterator[None]:
    """Around a move or a cancellation. Raises Problem 409, 410, 422."""
    with refusals(found.appointment.mediator):
        try:
            yield
        except (NotChangeable, TooLate) as late:
            fresh = shared.read(found.appointment)
            state = shared.state_at(fresh, now)
            code = "too_late" if isinstance(late, TooLate) else str(state)
            status = 410 if state in states.OVER else 409
            raise Problem(status, shared.why_unchangeable(fresh, found.visit, now), code=code) from None


def _place(found: Found, asked: MoveIn, now: datetime) -> OfferedPlace:
    """Where it is to be held. Raises Problem 422 with what there is."""
    appointment = found.appointment
    modality = asked.modality or appointment.modality
    is_elsewhere = modality != appointment.modality or "office" in asked.model_fields_set
    office_id = asked.office if is_elsewhere else appointment.office_id
    there = moving.offered(appointment, now)
    place = next((one for one in there if one.pair == (modality, office_id)), None)
    if place is None:
        known = [{"modality": str(one.modality), "office": one.pair[1]} for one in there]
        detail = _("Ce rendez-vous ne peut pas se tenir ainsi : choisissez parmi « known ».")
        raise Problem(422, detail, code="not_offered", known=known)
    return place


def _clients(request: HttpRequest, reference: str) -> Found:
    """Proving an address is its owner's business. Raises Problem 403, 404."""
    found = find(caller_of(request), reference)
    if found.visit.is_by_mediator:
        raise Problem(403, _("C’est à la personne qui a réservé de confirmer."), code="role")
    return found


def _changed(found: Found, appointment: Appointment) -> Answer:
    return Answer(200, changed(appointment, found.visit.zone).model_dump(mode="json"))
