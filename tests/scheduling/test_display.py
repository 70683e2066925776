from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from allomediateur.scheduling.display import display_zones, visitor_zone

PARIS, MARTINIQUE, BRUSSELS = "Europe/Paris", "America/Martinique", "Europe/Brussels"
WINTER, SUMMER = datetime(2027, 1, 13, 9, tzinfo=UTC), datetime(2027, 7, 13, 9, tzinfo=UTC)


@pytest.mark.parametrize("modality", ["phone", "video"])
def test_at_a_distance_the_visitor_s_clock_comes_first(modality: str) -> None:
    assert display_zones(modality, PARIS, MARTINIQUE, WINTER) == (ZoneInfo(MARTINIQUE), ZoneInfo(PARIS))


def test_in_person_the_place_s_clock_comes_first() -> None:
    assert display_zones("in_person", PARIS, MARTINIQUE, WINTER) == (ZoneInfo(PARIS), ZoneInfo(MARTINIQUE))


def test_zones_that_show_the_same_are_shown_once() -> None:
    assert display_zones("video", PARIS, BRUSSELS, WINTER) == (ZoneInfo(BRUSSELS), None)
    assert display_zones("in_person", PARIS, PARIS, WINTER) == (ZoneInfo(PARIS), None)


def test_whether_they_differ_is_a_matter_of_season() -> None:
    cayenne, miquelon = "America/Cayenne", "America/Miquelon"
    assert display_zones("phone", cayenne, miquelon, WINTER) == (ZoneInfo(miquelon), None)
    assert display_zones("phone", cayenne, miquelon, SUMMER) == (ZoneInfo(miquelon), ZoneInfo(cayenne))


def test_an_unknown_modality_is_refused() -> None:
    with pytest.raises(ValueError):
        display_zones("letter", PARIS, PARIS, WINTER)


def test_the_visitor_s_zone_is_the_first_that_is_one() -> None:
    assert visitor_zone(None, "Indian/Reunion", MARTINIQUE) == "Indian/Reunion"
    assert visitor_zone("Europe", "", "nowhere", MARTINIQUE) == MARTINIQUE
    assert visitor_zone(None, None, None) == PARIS
