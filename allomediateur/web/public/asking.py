"""The question of a search, as its address says it. What makes no sense is as if it were not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allomediateur.agenda.finding import Query
from allomediateur.directory.models import Specialty
from allomediateur.directory.places import Place
from allomediateur.scheduling import wording
from allomediateur.web.ui.slots import MODALITIES, WORDS

RADII = (10, 30, 60, 100, 200)
RADIUS = 30
DELAYS = (3, 7, 14)
LANGUAGES = ("fr", "en", "es", "pt", "it", "de", "ar", "ru", "zh", "tr", "pl", "ro")
LONGEST = 80
"""Characters of a place's name."""


@dataclass(frozen=True)
class Asked:
    """`modality` is ours or empty; `delay` in days, None when any day will do."""

    place: str
    specialty: Specialty | None
    modality: str
    language: str
    radius: int
    delay: int | None
    soonest: bool
    step_free: bool
    page: int

    @property
    def modality_word(self) -> str:
        return WORDS.get(self.modality, "")  # type: ignore[call-overload, no-any-return]

    def query(self, place: Place | None, zone: str, now: datetime) -> Query:
        return Query(
            lat=place.lat if place else None,
            lon=place.lon if place else None,
            radius_km=self.radius,
            specialty_id=self.specialty.pk if self.specialty else None,
            modality=self.modality or None,
            language=self.language or None,
            sort="soonest" if self.soonest else "nearest",
            page=self.page,
            step_free=self.step_free,
            until=last_day(self.delay, zone, now) if self.delay else None,
        )


def read(sent: Mapping[str, str]) -> Asked:
    slug = sent.get("specialite", "")
    return Asked(
        place=" ".join(sent.get("lieu", "").replace("\x00", "").split())[:LONGEST],
        specialty=next((one for one in Specialty.objects.all() if one.slug == slug), None) if slug else None,
        modality=MODALITIES.get(sent.get("modalite", ""), ""),
        language=sent.get("langue", "") if sent.get("langue") in LANGUAGES else "",
        radius=_among(sent.get("rayon", ""), RADII) or RADIUS,
        delay=_among(sent.get("delai", ""), DELAYS),
        soonest=sent.get("tri") == "tot",
        step_free=sent.get("acces") == "plain-pied",
        page=max(1, _number(sent.get("page", ""))),
    )


def last_day(delay: int, zone: str, now: datetime) -> date:
    """On the viewer's calendar."""
    return wording.local(now, zone).date() + timedelta(days=delay)


def choices() -> dict[str, Any]:
    """What the search form offers."""
    return {
        "specialties": Specialty.objects.all(),
        "modality_words": [(word, one.value) for one, word in WORDS.items()],
    }


def _among(text: str, allowed: tuple[int, ...]) -> int | None:
    number = _number(text)
    return number if number in allowed else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
