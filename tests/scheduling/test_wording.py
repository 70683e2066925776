from datetime import UTC, date, datetime

import pytest

from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import UnknownZone

PARIS, MARTINIQUE, TAHITI = "Europe/Paris", "America/Martinique", "Pacific/Tahiti"
TUESDAY = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("instant", "language", "said"),
    [
        (TUESDAY, "fr", "mardi 24 novembre à 14 h 30"),
        (TUESDAY, "en", "Tuesday 24 November at 2:30 pm"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=UTC), "fr", "mardi 1er décembre à 10 h"),
        (datetime(2026, 12, 1, 11, 0, tzinfo=UTC), "en-gb", "Tuesday 1 December at 12 pm"),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), "fr", "vendredi 1er janvier 2027 à 0 h"),
        (datetime(2026, 11, 24, 8, 5, tzinfo=UTC), "fr", "mardi 24 novembre à 9 h 05"),
    ],
)
def test_an_instant_is_said_on_the_zone_s_clock(instant: datetime, language: str, said: str) -> None:
    assert plain(wording.when(instant, PARIS, language, now=NOW)) == said


def test_without_a_reference_the_year_is_left_out() -> None:
    assert plain(wording.when(datetime(2031, 1, 1, tzinfo=UTC), PARIS, "fr")) == "mercredi 1er janvier à 1 h"


def test_short_dates() -> None:
    assert plain(wording.when(TUESDAY, PARIS, "fr", short=True)) == "mar. 24 nov. à 14 h 30"
    assert plain(wording.when(TUESDAY, PARIS, "en", short=True)) == "Tue 24 Nov at 2:30 pm"


def test_the_day_and_the_hour_never_part_from_their_numbers() -> None:
    assert wording.when(TUESDAY, PARIS, "fr") == "mardi 24\u00a0novembre à 14\u00a0h\u00a030"


def test_a_naive_time_or_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        wording.when(datetime(2026, 1, 1), PARIS, "fr")  # noqa: DTZ001 - the naive value is the test
    with pytest.raises(UnknownZone):
        wording.when(TUESDAY, "Europe/Nowhere", "fr")


@pytest.mark.parametrize(
    ("minute", "french", "english"),
    [(0, "0 h", "12 am"), (570, "9 h 30", "9:30 am"), (720, "12 h", "12 pm"), (1440, "24 h", "12 am")],
)
def test_minutes_of_the_day(minute: int, french: str, english: str) -> None:
    assert (plain(wording.minute_clock(minute, "fr")), plain(wording.minute_clock(minute, "en"))) == (french, english)


def test_both_clocks_when_they_differ() -> None:
    said = wording.two_clocks(TUESDAY, PARIS, MARTINIQUE, "fr")
    assert plain(said) == "14 h 30, heure de Paris (9 h 30 à Fort-de-France)"
    assert plain(wording.two_clocks(TUESDAY, PARIS, MARTINIQUE, "en")) == (
        "2:30 pm Paris time (9:30 am in Fort-de-France)"
    )
    assert plain(wording.two_clocks(TUESDAY, PARIS, None, "fr")) == "14 h 30"


def test_the_other_clock_says_its_day_when_it_is_another_one() -> None:
    early = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    said = wording.two_clocks(early, PARIS, TAHITI, "fr")
    assert plain(said) == "8 h, heure de Paris (lundi 23 novembre à 21 h à Papeete)"


def test_zones_by_their_towns() -> None:
    assert wording.zone_time("Europe/Amsterdam", "fr") == "heure d’Amsterdam"
    assert wording.zone_city("America/New_York", "fr") == "New York"
    assert wording.zone_time("Europe/London", "en") == "London time"
    assert wording.zone_time("Europe/London", "fr") == "heure de Londres"


def test_spans() -> None:
    assert plain(wording.week_span(date(2026, 11, 23), "fr")) == "du 23 au 29 novembre"
    assert plain(wording.week_span(date(2026, 11, 30), "fr")) == "du 30 novembre au 6 décembre"
    assert plain(wording.week_span(date(2026, 11, 23), "en")) == "23 to 29 November"
    assert plain(wording.span(TUESDAY, TUESDAY.replace(hour=15, minute=0), "fr")) == "de 13 h 30 à 15 h"
    assert wording.month(date(2026, 11, 23), "fr") == "novembre 2026"


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (65, "1 h 05"), (0, "0 min")]
)
def test_durations(minutes: int, said: str) -> None:
    assert plain(wording.duration(minutes)) == said


@pytest.mark.parametrize(
    ("cents", "french", "english"),
    [(0, "gratuit", "free"), (6000, "60 €", "€60"), (6250, "62,50 €", "€62.50"), (123450, "1 234,50 €", "€1,234.50")],
)
def test_prices(cents: int, french: str, english: str) -> None:
    assert (plain(wording.price(cents, "fr")), wording.price(cents, "en")) == (french, english)


@pytest.mark.parametrize(
    ("km", "said"),
    [
        (0.0, "50 m"),
        (0.848, "850 m"),
        (0.99, "1,0 km"),
        (3.24, "3,2 km"),
        (9.96, "10 km"),
        (128.4, "128 km"),
        (6872.0, "6 872 km"),
    ],
)
def test_distances(km: float, said: str) -> None:
    assert plain(wording.distance(km, "fr")) == said


def test_lists() -> None:
    assert wording.listing(["a", "b", "c"], "fr") == "a, b et c"
    assert wording.listing(["a", "b"], "en") == "a and b"
    assert wording.listing(["a"], "fr") == "a"
    assert wording.listing([], "fr") == ""
