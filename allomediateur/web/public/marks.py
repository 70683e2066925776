"""What the map shows within a frame, in words: a link for one, a number for several, a list where none is apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import floor, hypot, log10
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allomediateur.agenda import grid
from allomediateur.agenda.gathering import Cluster, Spot
from allomediateur.agenda.grid import LEVELS, Frame
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import wording
from allomediateur.web.public import filters
from allomediateur.web.public.asking import RADII, Asked

LISTED = 12
"""People at one spot who are named; more are looked for there."""
ROUNDED = 100
"""What was counted some minutes ago is said with two figures from here on."""


class WrongAddress(Exception):
    """The frame or the level makes no sense."""


@dataclass(frozen=True)
class Name:
    """A mediator of the map; `slug` is that of the card, where it is on the page."""

    slug: str
    name: str
    where: str
    url: str


@dataclass(frozen=True)
class Mark:
    """`at` and `box` as an address writes degrees; `text` is on the mark, `label` its name, `near` the same with a
    town. One person: `names` holds them. `url`: the search of that place, where nothing more can be parted."""

    at: str
    box: str
    text: str = ""
    label: str = ""
    near: str = ""
    url: str = ""
    names: list[Name] = field(default_factory=list)

    @property
    def only(self) -> Name | None:
        return self.names[0] if len(self.names) == 1 else None


def frame(sent: Mapping[str, str]) -> tuple[Frame, int]:
    """From `cadre` (south, west, north, east) and `niveau`. Raises WrongAddress."""
    parts = sent.get("cadre", "").split(",")
    level = sent.get("niveau", "")
    try:
        south, west, north, east = map(float, parts)
    except ValueError:
        raise WrongAddress from None
    if not (level.isascii() and level.isdigit() and len(level) < 3):
        raise WrongAddress
    return Frame(south, west, north, east), int(level)


def marks(clusters: Iterable[Cluster], asked: Asked, sent: Mapping[str, str], level: int, now: datetime) -> list[Mark]:
    """The largest first. In two statements."""
    shown = sorted(clusters, key=lambda one: (-one.people, one.x, one.y))
    named = {id(one): _is_named(one, level) for one in shown}
    names = _names([spot for one in shown if named[id(one)] for spot in one.spots], asked, now)
    every = (_mark(one, names if named[id(one)] else None, sent, level) for one in shown)
    return [mark for mark in every if mark]


def total(clusters: Iterable[Cluster]) -> str:
    """How many are seen, as a sentence."""
    found = list(clusters)
    known = {spot.mediator_id for one in found for spot in one.spots}
    people = len(known) + sum(one.people for one in found if not one.spots)
    if not people:
        return _("Personne dans cette partie de la carte : éloignez-vous, ou retirez un filtre.")
    about, more = any(one.is_about for one in found), any(one.more for one in found)
    said = _("%(people)s sur la carte") % {"people": _people(people, about=about, more=more)}
    return said[0].upper() + said[1:]


def numbers(found: Iterable[Cluster | None]) -> list[str]:
    """Beside each part of the country; empty where there is nobody."""
    return [_short(one) if one else "" for one in found]


def _short(cluster: Cluster) -> str:
    about = "≈\u00a0" if cluster.is_about else ""
    return f"{about}{_figure(cluster.people, about=cluster.is_about)}{'+' if cluster.more else ''}"


def _is_named(cluster: Cluster, level: int) -> bool:
    """Few, and together at the deepest level too."""
    if not cluster.spots or cluster.more or cluster.people > LISTED:
        return False
    box = cluster.box
    wide = hypot(box.right - box.left, box.top - box.bottom)
    return cluster.people == 1 or level == LEVELS[-1] or wide < grid.pixels(grid.NEAREST / 2, LEVELS[-1])


def _names(spots: list[Spot], asked: Asked, now: datetime) -> dict[int, tuple[Name, Office]]:
    """By mediator: who has a point by the rights table, at the first office of theirs that is seen."""
    people = Mediator.objects.bookable(now).in_bulk({spot.mediator_id for spot in spots})
    offices = Office.objects.select_related("commune").in_bulk({spot.office_id for spot in spots})
    found: dict[int, tuple[Name, Office]] = {}
    for spot in spots:
        mediator, office = people.get(spot.mediator_id), offices.get(spot.office_id)
        if mediator and office and mediator.rights_at(now).map_point:
            found.setdefault(mediator.pk, (_name(mediator, office, asked), office))
    return found


def _name(mediator: Mediator, office: Office, asked: Asked) -> Name:
    kept = {key: value for key, value in (("lieu", asked.place), ("modalite", asked.modality_word)) if value}
    page = reverse("mediator", args=[mediator.slug])
    return Name(mediator.slug, mediator.name, office.district, f"{page}?{urlencode(kept)}" if kept else page)


def _mark(
    cluster: Cluster, names: Mapping[int, tuple[Name, Office]] | None, sent: Mapping[str, str], level: int
) -> Mark | None:
    at, box = _degrees(cluster.x, cluster.y), _corners(cluster)
    if names is None:
        return _number(cluster, at, box, _elsewhere(at, sent) if level == LEVELS[-1] else "")
    known = [names[pk] for pk in dict.fromkeys(spot.mediator_id for spot in cluster.spots) if pk in names]
    if not known:
        return None
    if len(known) == 1:
        [(name, office)] = known
        label = f"{name.name}, {name.where}" if name.where else name.name
        return Mark(f"{office.lat:.4f},{office.lon:.4f}", box, label=label, names=[name])
    every = sorted((name for name, _office in known), key=lambda name: name.name)
    listed = wording.listing([name.name for name in every], get_language() or "fr")
    label = _("%(people)s : %(names)s") % {"people": _people(len(every)), "names": listed}
    return Mark(at, box, text=str(len(every)), label=label, names=every)


def _number(cluster: Cluster, at: str, box: str, url: str) -> Mark:
    people = _people(cluster.people, about=cluster.is_about, more=cluster.more)
    words = (_("%(people)s ici : les voir"), _("%(people)s, {town} et environs : les voir")) if url else (
        _("%(people)s ici : agrandir"), _("%(people)s, {town} et environs : agrandir")
    )  # fmt: skip
    label, near = (one % {"people": people} for one in words)
    return Mark(at, box, text=_short(cluster), label=label, near=near, url=url)


def _people(number: int, *, about: bool = False, more: bool = False) -> str:
    words = {"people": _figure(number, about=about)}
    if more:
        return ngettext("au moins %(people)s médiateur", "au moins %(people)s médiateurs", number) % words
    if about:
        return ngettext("environ %(people)s médiateur", "environ %(people)s médiateurs", number) % words
    return ngettext("%(people)s médiateur", "%(people)s médiateurs", number) % words


def _figure(number: int, *, about: bool) -> str:
    if about and number >= ROUNDED:
        number = round(number, 1 - floor(log10(number)))
    return wording.number(number, get_language() or "fr")


def _elsewhere(at: str, sent: Mapping[str, str]) -> str:
    """The same question there, in the smallest circle."""
    lat, lon = map(float, at.split(","))
    page = reverse("search")
    return page + filters.link(sent, lieu=f"{lat:.3f},{lon:.3f}", rayon=RADII[0], tri=None)


def _degrees(x: float, y: float) -> str:
    lat, lon = grid.degrees_of(x, y)
    return f"{lat:.4f},{lon:.4f}"


def _corners(cluster: Cluster) -> str:
    """South, west, north, east."""
    box = cluster.box
    return f"{_degrees(box.left, box.bottom)},{_degrees(box.right, box.top)}"
