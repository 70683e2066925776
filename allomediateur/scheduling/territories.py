"""Public holidays of a territory (R13), named by ISO 3166: `FR`, `FR-971`, `BE`, `CH-GE`, `CA-QC`.

France is one territory by department or collectivity that has days of its own; Alsace (`FR-6AE`) and Moselle (`FR-57`)
keep those of the local law. The dates come from the `holidays` package; a law of tomorrow comes with its next version.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

import holidays

_OWN_DAYS = {
    "57": "FR-57", "67": "FR-6AE", "68": "FR-6AE", "971": "FR-971", "972": "FR-972", "973": "FR-973", "974": "FR-974",
    "975": "FR-PM", "976": "FR-976", "977": "FR-BL", "978": "FR-MF", "986": "FR-WF", "987": "FR-PF", "988": "FR-NC",
}  # fmt: skip
_NOT_PLACES = ("Zone ",)  # the package files school zones among France’s subdivisions


class UnknownTerritory(ValueError):
    """No country or subdivision of ISO 3166 whose holidays are known."""


def territory_of(department: str) -> str:
    """The territory of a French department or collectivity, by its INSEE code; `FR` without days of its own."""
    return _OWN_DAYS.get(department, "FR")


@lru_cache(maxsize=256)
def is_territory(code: str) -> bool:
    country, dash, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    return country in known and (not dash or (part in known[country] and not part.startswith(_NOT_PLACES)))


def holidays_of(territory: str, years: Iterable[int], language: str = "fr") -> dict[date, str]:
    """The days off of these years, in order, with their names: in `language` where the package knows them, else as
    the country says them. Raises UnknownTerritory."""
    return {day: name for year in years for day, name in _of_year(territory, year, language[:2]).items()}


@lru_cache(maxsize=1024)
def _of_year(territory: str, year: int, language: str) -> Mapping[date, str]:
    if not is_territory(territory):
        raise UnknownTerritory(territory)
    country, _dash, part = territory.partition("-")
    known = holidays.list_localized_countries().get(country, [])
    spoken = next((code for code in sorted(known) if code.startswith(language)), None)
    found = holidays.country_holidays(country, subdiv=part or None, years=year, language=spoken)
    return {day: found[day].replace("'", "’") for day in sorted(found) if day.year == year}
