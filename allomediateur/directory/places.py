"""From what people type to a point: communes, postal codes, INSEE codes, coordinates."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product
from math import asin, cos, radians, sin, sqrt

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from allomediateur.directory.models import Commune

EARTH_KM = 6371.0088
_ARTICLES = ("le", "la", "les", "l")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_CODE = re.compile(r"\d{5}|2[ab]\d{3}", re.IGNORECASE)
_LABEL = re.compile(r"(?P<name>.+?)\s*\((?P<department>\d{2,3}|2[ab])\)\s*", re.IGNORECASE)
_DISTRICT = re.compile(r"(?P<city>paris|lyon|marseille) (?P<number>\d{1,2})(?: ?(?:er|e|eme|nd))?(?: arrondissement)?")


@dataclass(frozen=True)
class Place:
    """A point with its zone; `code` is the INSEE code when it is a commune."""

    label: str
    lat: float
    lon: float
    zone: str
    code: str | None


class UnknownPlace(LookupError):
    """Nothing of that name; `suggestions` are communes that look like it."""

    def __init__(self, text: str, suggestions: list[Commune]) -> None:
        super().__init__(text)
        self.suggestions = suggestions


class AmbiguousPlace(LookupError):
    """Several communes of that name: `candidates`, the most populous first."""

    def __init__(self, text: str, candidates: list[Commune]) -> None:
        super().__init__(text)
        self.candidates = candidates


def normalise(name: str) -> str:
    """Without accents, in lower case, words apart by one space, “St” and “Ste” written out.

    “Saint-Étienne”, “st etienne” and “SAINT ETIENNE” are one.
    """
    return " ".join(_SHORT.get(word, word) for word in _words(name))


def _words(text: str) -> list[str]:
    plain = text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    bare = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", bare).split()


def resolve(text: str) -> Place:
    """The place meant by an INSEE code, a postal code, a commune's name, “Rennes (35)”, “Paris 11” or “48.85,2.35”.

    Accents, case and “saint” or “st” do not matter. A postal code of several communes is the most populous one; a
    code that is both a postal code and another commune's INSEE code is read as the postal code.
    Raises UnknownPlace, AmbiguousPlace.
    """
    text = text.strip()[:200]
    if point := _POINT.fullmatch(text):
        return _at(text, float(point[1]), float(point[2]))
    if _CODE.fullmatch(text):
        return _by_code(text.upper())
    found = list(_named(text))
    if not found:
        raise UnknownPlace(text, suggest(text))
    if len(found) > 1:
        raise AmbiguousPlace(text, found)
    return place_of(found[0])


def place_of(commune: Commune) -> Place:
    return Place(str(commune), commune.lat, commune.lon, commune.zone, commune.code)


def _by_code(code: str) -> Place:
    by_size = Commune.objects.order_by("-population", "code")
    found = by_size.filter(postal_codes__contains=[code]).first() or by_size.filter(code=code).first()
    if found is None:
        raise UnknownPlace(code, suggest(code[:3]))
    return place_of(found)


def _named(text: str) -> QuerySet[Commune]:
    communes = Commune.objects.order_by("-population", "code")
    if label := _LABEL.fullmatch(text):
        communes = communes.filter(department=label["department"].upper())
        text = label["name"]
    key = normalise(text)
    exact = communes.filter(key=_district(key) or key)
    if exact or not key:
        return exact
    return communes.filter(key__in=[f"{article} {key}" for article in _ARTICLES])


def _district(key: str) -> str | None:
    """“paris 11” as its key reads in the table."""
    found = _DISTRICT.fullmatch(key)
    if found is None:
        return None
    number = int(found["number"])
    return f"{found['city']} {number}{'er' if number == 1 else 'e'} arrondissement"


def _at(text: str, lat: float, lon: float) -> Place:
    """A point; its zone and label are those of the nearest commune."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise UnknownPlace(text, [])
    near = Commune.objects.order_by(_distance_sql(lat, lon)).first()
    if near is None:
        raise UnknownPlace(text, [])
    return Place(str(near), lat, lon, near.zone, None)


def _distance_sql(lat: float, lon: float) -> RawSQL:
    return RawSQL(
        "power(sin(radians(lat - %s) / 2), 2) + cos(radians(%s)) * cos(radians(lat)) * power(sin(radians(lon - %s) / 2), 2)",
        [lat, lat, lon],
    )


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Along the great circle, in km; right across the antimeridian."""
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def suggest(text: str, limit: int = 8) -> list[Commune]:
    """Communes whose name or postal code begins so, the exact name first, then the most populous."""
    words = _words(text[:80])
    if not words:
        return []
    found = Commune.objects.filter(_begins(words)).order_by("-population", "code")[:limit]
    return list(found)


def _begins(words: list[str]) -> Q:
    if words[0].isdigit():
        return Q(postal_codes__0__startswith=words[0])
    starts = {" ".join(words), normalise(" ".join(words))}
    forms = starts | {f"{article} {start}" for article, start in product(_ARTICLES, starts)}
    condition = Q()
    for form in sorted(forms):
        condition |= Q(key__startswith=form)
    return condition
