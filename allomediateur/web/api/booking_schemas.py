"""What booking by API reads and answers. Bodies are strict: no other name, no other type."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from allomediateur.agenda.models import State
from allomediateur.web.api.schemas import SlotOut

Way = Literal["phone", "video", "in_person"]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Instant = Annotated[
    str,
    Field(
        max_length=40,
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$",
        description="RFC 3339, with an offset.",
        examples=["2026-11-24T10:00:00+01:00"],
    ),
]
"""Read by `reading.instant`; naive, nobody knows which one is meant."""


class Strict(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


class HoldIn(Strict):
    """A start that `/mediators/{mediator}/slots` lists."""

    mediator: Annotated[str, Field(min_length=1, max_length=80, description="Slug.", examples=["bob-durand"])]
    service: Id
    modality: Way
    office: Annotated[
        Id | None, Field(description="In person: where; null: where the client wishes (`place` of the appointment).")
    ] = None
    start: Instant


class HoldOut(Schema):
    """`hold` is a secret: who has it books the slot. Nothing can tell it again."""

    hold: str
    expires_at: datetime


class PlaceIn(Strict):
    """Where the client wishes to meet, within the mediator's reach."""

    address: Annotated[str, Field(max_length=160, description="Number and street.", examples=["3 rue du Bac"])]
    town: Annotated[str, Field(max_length=80, description="Commune or postal code.", examples=["75007"])]


class BookIn(Strict):
    """Who the slot is for."""

    hold: Annotated[str, Field(min_length=1, max_length=80)]
    name: Annotated[str, Field(max_length=120, examples=["Jeanne Dupuis"])]
    email: Annotated[str, Field(max_length=254, examples=["jeanne@example.org"])]
    phone: Annotated[str, Field(max_length=30, description="Needed by phone.", examples=["06 39 98 01 02"])] = ""
    language: Annotated[Literal["fr", "en"] | None, Field(description="Of letters; by default the request's.")] = None
    zone: Annotated[
        str, Field(max_length=40, description="IANA zone of letters.", examples=["Europe/Paris", "Indian/Reunion"])
    ] = ""
    place: PlaceIn | None = None


class BookedOut(Schema):
    """`confirm_by`: until when the code of the letter is to be sent; null once confirmed.

    `manage_token` is a secret: who has it reads, confirms, moves and cancels this appointment, and no other.
    """

    id: str
    state: State
    manage_token: str
    confirm_by: datetime | None


class ConfirmIn(Strict):
    code: Annotated[str, Field(min_length=1, max_length=12, description="Six digits.", examples=["482913"])]


class MoveIn(Strict):
    """`modality` and `office` stay what they are unless told."""

    start: Instant
    modality: Way | None = None
    office: Id | None = None


class CancelIn(Strict):
    reason: Annotated[str, Field(max_length=300, description="The other side reads it; mediators give one.")] = ""


class ChangedOut(Schema):
    id: str
    state: State
    start: datetime
    end: datetime
    modality: Way
    office: int | None
    confirm_by: datetime | None


class WithOut(Schema):
    slug: str
    name: str
    url: str


class WhatOut(Schema):
    id: int
    name: str


class AppointmentItem(ChangedOut):
    """Instants have the offset of the zone it is read in. `client` is told to the mediator; `price` in euros."""

    mediator: WithOut
    service: WhatOut
    price: float
    may_change: bool
    client: str | None


class ContactOut(Schema):
    name: str
    email: str
    phone: str


class AppointmentOut(AppointmentItem):
    """`video_room` once confirmed. `contact` is told to the mediator, from the confirmation on."""

    place: str
    video_room: str
    cancel_reason: str
    contact: ContactOut | None


class RefusalOut(Schema):
    """`application/problem+json` (RFC 9457): `detail` says how to mend, `code` is for programs."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(examples=["taken", "hold_expired", "invalid"])] = ""


class InvalidOut(RefusalOut):
    """`errors`: what to mend, by member. `nearest`: free slots around the one asked for. `left`: tries of a code."""

    errors: list[dict[str, Any]] = []
    nearest: list[SlotOut] = []
    left: int | None = None


class TakenOut(RefusalOut):
    """`nearest`: free slots around the one asked for."""

    nearest: list[SlotOut] = []


class ListIn(Schema):
    when: Annotated[
        Literal["upcoming", "past"], Field(description="Upcoming: earliest first. Past or cancelled: latest first.")
    ] = "upcoming"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
