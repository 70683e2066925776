"""What the API reads and answers. No phone number, no e-mail address: contact is by booking."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Field, Schema

from allomediateur.agenda.models import Modality

Item = TypeVar("Item")


class Listing(Schema, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    total: int
    page: int


class SpecialtyOut(Schema):
    slug: str
    label: str


class OfficeOut(Schema):
    """A place of practice. Only `name` and `commune` where the rights table allows no point on the map."""

    id: int
    name: str
    commune: str
    address: str | None = None
    zone: str | None = None
    lat: float | None = None
    lon: float | None = None
    step_free: bool | None = None
    floor: str | None = None
    transport: str | None = None
    parking: str | None = None


class SlotOut(Schema):
    """`start` and `end` are instants with the offset of the zone asked for; `office` is an id, in person only.

    In person without one: where the client wishes, within the mediator's reach.
    """

    start: datetime
    end: datetime
    modality: Modality
    office: int | None


class FirstSlotOut(Schema):
    """One of the earliest free starts; ask `/slots` for the others."""

    start: datetime
    modality: Modality
    office: int | None
    service: int


class ServiceOut(Schema):
    """`price` in euros, 0 when free; it is paid to the mediator, nothing is cashed online."""

    id: int
    name: str
    minutes: int
    price: float
    modalities: list[Modality]


class MediatorItem(Schema):
    """`bookable` false: certified, not a member; then neither languages, modalities, distance nor slots are told."""

    slug: str
    name: str
    url: str
    bookable: bool
    commune: str | None
    specialties: list[SpecialtyOut]
    languages: list[str]
    modalities: list[Modality]
    distance_km: float | None
    price_from: float | None
    next_slots: list[FirstSlotOut]


class MediatorOut(Schema):
    slug: str
    name: str
    url: str
    bookable: bool
    presentation: str
    specialties: list[SpecialtyOut]
    languages: list[str]
    payment: str
    offices: list[OfficeOut]
    services: list[ServiceOut]


class MediatorListing(Listing[MediatorItem]):
    """`more`: there are more than `total`, and than the pages go through."""

    more: bool


class SearchIn(Schema):
    near: Annotated[str, Field(max_length=200, description="INSEE code, postal code, commune’s name or `lat,lon`.")] = (
        ""
    )
    radius_km: Annotated[float, Field(ge=1, le=500, description="Limits meetings in person only.")] = 30
    specialty: Annotated[str, Field(max_length=60, description="Slug of its French label: `famille`.")] = ""
    modality: Modality | None = None
    language: Annotated[str, Field(pattern="^([a-z]{2})?$", description="ISO 639-1: `fr`, `en`, `ar`.")] = ""
    step_free: Annotated[bool, Field(description="Limits meetings in person to offices without a step.")] = False
    sort: Literal["nearest", "soonest"] = "nearest"
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1


class SlotsIn(Schema):
    service: Annotated[
        int | None, Field(ge=1, le=2**63 - 1, description="One of the mediator’s services; by default the first.")
    ] = None
    modality: Modality | None = None
    office: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None
    since: Annotated[
        str, Field(alias="from", max_length=40, description="A day (included) or an instant; by default now.")
    ] = ""
    until: Annotated[
        str, Field(alias="to", max_length=40, description="A day (included) or an instant (excluded).")
    ] = ""
    tz: Annotated[str, Field(max_length=40, description="IANA zone of the answer, and of days asked for.")] = ""


class ProblemOut(Schema):
    """`application/problem+json` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
