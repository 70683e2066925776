"""The map beside the list: what it may show, and the parts of the country it can be turned to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from allomediateur.agenda.finding import Card
from allomediateur.directory.departments import NAMES
from allomediateur.directory.places import Place
from allomediateur.web.public import filters
from allomediateur.web.public.asking import RADII

BOXES: Mapping[str, tuple[float, float, float, float]] = {
    "": (41.3, -5.3, 51.2, 9.7),
    "971": (15.8, -61.85, 16.55, -60.95),
    "972": (14.35, -61.27, 14.93, -60.77),
    "973": (2.05, -54.65, 5.85, -51.55),
    "974": (-21.42, 55.18, -20.84, 55.87),
    "976": (-13.05, 44.98, -12.6, 45.33),
    "975": (46.72, -56.45, 47.17, -56.1),
    "977": (17.84, -62.95, 17.98, -62.78),
    "978": (18.0, -63.17, 18.14, -62.97),
    "986": (-14.4, -178.25, -13.15, -176.1),
    "987": (-18.0, -152.0, -16.4, -149.0),
    "988": (-22.9, 163.5, -19.5, 168.2),
}
"""South, west, north, east of the parts of the country; the empty code is the mainland with Corsica."""


@dataclass(frozen=True)
class View:
    """A button that turns the map; `box` as BOXES, in an address’s way of writing numbers."""

    code: str
    name: str
    box: str


@dataclass(frozen=True)
class Map:
    """What the map is told beside the cards' own points: `place` is the searched point, `area` the question without
    it, `asked` the question put again for each frame."""

    views: list[View]
    place: str
    area: str
    asked: str
    radii: str


def point(card: Card, now: datetime) -> str:
    """Latitude and longitude of the office shown, for whom the rights table gives a point; empty otherwise."""
    if card.office is None or not card.mediator.rights_at(now).map_point:
        return ""
    return f"{card.office.lat:.4f},{card.office.lon:.4f}"


def around(place: Place | None, sent: Mapping[str, str]) -> Map:
    return Map(
        views=[View(code, NAMES.get(code, _("Métropole")), ",".join(map(str, box))) for code, box in BOXES.items()],
        place=f"{place.lat:.4f},{place.lon:.4f}" if place else "",
        area=filters.link(sent, lieu=None, rayon=None),
        asked=filters.link(sent, rayon=None, tri=None),
        radii=",".join(map(str, RADII)),
    )
