"""In whose time an appointment is shown (R14)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from allomediateur.scheduling.wall import is_zone, same_wall_time, zone_of

DEFAULT_ZONE = "Europe/Paris"
MODALITIES = ("phone", "video", "in_person")


def visitor_zone(*candidates: str | None) -> str:
    """The first that is a zone (own choice, browser, commune searched), else Europe/Paris."""
    return next((name for name in candidates if name and is_zone(name)), DEFAULT_ZONE)


def display_zones(
    modality: str, office_zone: str | ZoneInfo, visitor_zone: str | ZoneInfo, instant: datetime
) -> tuple[ZoneInfo, ZoneInfo | None]:
    """The zone to show first, and the other one when its clock differs at that instant: the place's first in
    person, the visitor's by phone and video. Raises ValueError on another modality, UnknownZone."""
    if modality not in MODALITIES:
        raise ValueError(f"unknown modality: {modality}")
    main, other = zone_of(visitor_zone), zone_of(office_zone)
    if modality == "in_person":
        main, other = other, main
    return main, None if same_wall_time(main, other, instant) else other
