"""An appointment as the API tells it: to its client, or to its mediator."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.web.api import reading
from allomediateur.web.api.agendas import Found
from allomediateur.web.api.booking_schemas import (
    AppointmentItem,
    AppointmentOut,
    ChangedOut,
    ContactOut,
    WhatOut,
    WithOut,
)
from allomediateur.web.ui import appointments as shared


def changed(one: Appointment, reader_zone: str) -> ChangedOut:
    return ChangedOut(**_dated(one, reader_zone, one.state))


def item(found: Found, now: datetime) -> AppointmentItem:
    return AppointmentItem(**_item(found, now))


def whole(found: Found, now: datetime) -> AppointmentOut:
    one, client = found.appointment, _client(found)
    was_confirmed = any(each.to_state == State.CONFIRMED for each in one.transitions.all())
    shows = found.visit.is_by_mediator and client is not None and (was_confirmed or one.state == State.CONFIRMED)
    return AppointmentOut(
        **_item(found, now),
        place=one.place,
        video_room=one.mediator.video_room if shared.shows_room(one) else "",
        cancel_reason=one.cancel_reason,
        contact=ContactOut(name=client.name, email=client.email, phone=str(client.phone)) if shows and client else None,
    )


def _item(found: Found, now: datetime) -> dict[str, Any]:
    one, client = found.appointment, _client(found)
    page = settings.SITE_URL + reverse("mediator", args=[one.mediator.slug])
    return _dated(one, found.visit.zone, shared.state_at(one, now)) | {
        "mediator": WithOut(slug=one.mediator.slug, name=one.mediator.name, url=page),
        "service": WhatOut(id=one.service_id, name=reading.service_name(one.service)),
        "price": one.price_cents / 100,
        "may_change": shared.may_change(found.visit, now),
        "client": client.name if client and found.visit.is_by_mediator else None,
    }


def _dated(one: Appointment, reader_zone: str, state: str) -> dict[str, Any]:
    """On the clock that the reader's pages show first (R14)."""
    zone, _other = shared.clocks(one, reader_zone)
    return {
        "id": one.reference, "state": State(state), "start": reading.in_zone(one.starts_at, zone),
        "end": reading.in_zone(one.ends_at, zone), "modality": str(one.modality), "office": one.office_id,
        "confirm_by": one.expires_at if state == State.UNCONFIRMED else None,
    }  # fmt: skip


def _client(found: Found) -> Participant | None:
    clients = (each for each in found.appointment.participants.all() if each.role == Participant.Role.CLIENT)
    return next(clients, None)
