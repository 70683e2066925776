"""From what people type to a point: communes, postal codes, INSEE codes, coordinates."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.db.models import Case, Q, QuerySet, TextField, When
from django.db.models.expressions import RawSQL

from allomediateur.directory.models import Commune

EARTH_KM = 6371.0088
NEAR_KM = 30
SHORTEST = 3
_ARTICLES = ("le", "la", "les", "l")
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_POINT = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
_CODE = re.compile(r"\d{5}|2[ab]\d{3}", re.IGNORECASE)
_CEDEX = re.compile(r" cedex(?: \d{1,2})?$")
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
        raise UnknownPlace(text, _alike(text))
    if len(found) > 1:
        raise AmbiguousPlace(text, found)
    return place_of(found[0])


def point_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude as a map gives them; None for anything else, and for what is not on earth."""
    found = _POINT.fullmatch(text.strip()[:200])
    point = (float(found[1]), float(found[2])) if found else None
    return point if point and -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None


def place_of(commune: Commune) -> Place:
    return Place(str(commune), commune.lat, commune.lon, commune.zone, commune.code)


def _by_code(code: str) -> Place:
    found = _by_postal_code(code).first() or Commune.objects.filter(code=code).first()
    if found is None:
        raise UnknownPlace(code, _alike(code))
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
    """A point; its zone is that of the nearest commune, and its label when it is near."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise UnknownPlace(text, [])
    near = Commune.objects.order_by(_distance_sql(lat, lon)).first()
    if near is None:
        raise UnknownPlace(text, [])
    is_near = distance_km(lat, lon, near.lat, near.lon) <= NEAR_KM
    return Place(str(near) if is_near else f"{lat:.2f}, {lon:.2f}", lat, lon, near.zone, None)


def _distance_sql(lat: float, lon: float) -> RawSQL:
    return RawSQL(
        "power(sin(radians(lat - %s) / 2), 2)"
        " + cos(radians(%s)) * cos(radians(lat)) * power(sin(radians(lon - %s) / 2), 2)",
        [lat, lat, lon],
    )


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Along the great circle, in km; right across the antimeridian."""
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    chord = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, chord)))


def by_postal_codes(codes: Iterable[str]) -> dict[str, list[Commune]]:
    """The communes of each of these codes, arrondissements before their city, the most populous first; one query."""
    wanted = set(codes)
    found: dict[str, list[Commune]] = {code: [] for code in wanted}
    district = Case(When(name__endswith=" Arrondissement", then=0), default=1)
    rows = Commune.objects.filter(postal_codes__overlap=sorted(wanted)).order_by(district, "-population", "code")
    for commune in rows:
        for code in wanted.intersection(commune.postal_codes):
            found[code].append(commune)
    return found


def pick(communes: Iterable[Commune], name: str) -> Commune | None:
    """The one of that name, as an address writes it: “Paris”, “PARIS 11”, “Rennes Cedex 7” are read."""
    key = _CEDEX.sub("", normalise(name))
    district = _district(key)
    names = {district} if district else {key, *(f"{article} {key}" for article in _ARTICLES)}

    def is_meant(one: Commune) -> bool:
        return one.key in names or (one.key.startswith(f"{key} ") and one.name.endswith(" Arrondissement"))

    return next(filter(is_meant, communes), None)


def around_code(name: str, postal_code: str) -> Commune | None:
    """The one of that name in the department of a code that no commune has (a company's, a post office's)."""
    department = postal_code[:3] if postal_code.startswith(("97", "98")) else postal_code[:2]
    try:
        found = resolve(f"{_CEDEX.sub('', normalise(name))} ({department})")
    except LookupError:
        return None
    return Commune.objects.filter(code=found.code).first()


def suggest(text: str, limit: int = 8) -> list[Commune]:
    """Communes whose name or postal code begins so: the exact name first, then the most populous.

    A whole postal code puts the arrondissement before its city.
    """
    words = _words(text[:80])
    if not words:
        return []
    if words[0].isdigit():
        found = _by_postal_code(words[0])
    else:
        key = normalise(" ".join(words))
        exact = Case(When(key__in=[key, _district(key) or key], then=0), default=1)
        found = Commune.objects.filter(_begins(" ".join(words), key)).order_by(exact, "-population", "code")
    return list(found[:limit])


def _by_postal_code(digits: str) -> QuerySet[Commune]:
    if len(digits) >= 5:
        district = Case(When(name__endswith=" Arrondissement", then=0), default=1)
        return Commune.objects.filter(postal_codes__contains=[digits]).order_by(district, "-population", "code")
    first = Q(postal_codes__0__startswith=digits)
    later = Q(postal_codes__1__isnull=False, codes__contains=f" {digits}")
    listed = RawSQL("' ' || array_to_string(postal_codes, ' ')", [], output_field=TextField())
    return Commune.objects.alias(codes=listed).filter(first | later).order_by("-population", "code")


def _begins(*starts: str) -> Q:
    """The name, its article aside, begins with one of these."""
    condition = Q()
    for start in sorted(set(starts)):
        for article in ("", *_ARTICLES):
            condition |= Q(key__startswith=f"{article} {start}".strip())
    return condition


def _alike(text: str) -> list[Commune]:
    """What begins like a text that is no place: its end is left out until something does."""
    start = " ".join(_words(text[:80]))
    while len(start) >= SHORTEST:
        if found := suggest(start):
            return found
        start = start[:-1]
    return []
