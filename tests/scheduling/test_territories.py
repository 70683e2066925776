"""Public holidays by territory (R13): mainland, Alsace-Moselle, overseas, neighbours and Canada."""

from datetime import date

import pytest

from allomediateur.scheduling.territories import UnknownTerritory, holidays_of, is_territory, territory_of

GOOD_FRIDAY, ST_STEPHEN, VICTORY = date(2026, 4, 3), date(2026, 12, 26), date(2026, 5, 8)


@pytest.mark.parametrize(
    ("department", "territory"),
    [("75", "FR"), ("2A", "FR"), ("67", "FR-6AE"), ("68", "FR-6AE"), ("57", "FR-57"), ("971", "FR-971"),
     ("975", "FR-PM"), ("976", "FR-976"), ("978", "FR-MF"), ("986", "FR-WF"), ("987", "FR-PF"), ("988", "FR-NC")],
)  # fmt: skip
def test_a_department_has_its_territory(department: str, territory: str) -> None:
    assert territory_of(department) == territory
    assert is_territory(territory)


@pytest.mark.parametrize(
    ("territory", "day", "closed"),
    [
        ("FR", date(2026, 11, 11), True),
        ("FR", GOOD_FRIDAY, False),
        ("FR", ST_STEPHEN, False),
        ("FR-6AE", GOOD_FRIDAY, True),
        ("FR-57", ST_STEPHEN, True),
        ("FR-971", date(2026, 5, 27), True),  # abolition of slavery, a day for each island
        ("FR-972", date(2026, 5, 22), True),
        ("FR-973", date(2026, 6, 10), True),
        ("FR-974", date(2026, 12, 20), True),
        ("FR-976", date(2026, 4, 27), True),
        ("FR-971", date(2026, 6, 10), False),
        ("FR-NC", date(2026, 9, 24), True),
        ("BE", date(2026, 7, 21), True),
        ("BE", VICTORY, False),
        ("LU", date(2026, 6, 23), True),
        ("CH-GE", date(2026, 12, 31), True),
        ("CH-VD", date(2026, 12, 31), False),
        ("CA-QC", date(2026, 6, 24), True),
        ("CA-ON", date(2026, 6, 24), False),
    ],
)
def test_a_day_is_a_holiday_where_the_law_says_so(territory: str, day: date, closed: bool) -> None:
    assert (day in holidays_of(territory, [day.year])) is closed


def test_days_come_in_order_with_their_french_names_for_all_years() -> None:
    found = holidays_of("FR", [2026, 2027])
    assert list(found) == sorted(found)
    assert len(found) == 22
    assert found[date(2027, 1, 1)] == "Jour de l’an"


@pytest.mark.parametrize("code", ["", "XX", "FR-99", "FR-Zone A", "CA-", "fr", "Europe/Paris"])
def test_what_is_no_territory_is_refused(code: str) -> None:
    assert not is_territory(code)
    with pytest.raises(UnknownTerritory):
        holidays_of(code, [2026])
