from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from allomediateur.web.ui.templatetags import ui

TUESDAY = datetime(2035, 11, 27, 13, 30, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).replace("\u00a0", " ")


def test_an_instant_is_said_in_the_page_s_language_with_a_year_that_is_not_this_one() -> None:
    assert drawn("{{ at|when:zone }}", at=TUESDAY, zone="Europe/Paris") == "mardi 27 novembre 2035 à 14 h 30"
    with override("en"):
        assert drawn("{{ at|when:zone }}", at=TUESDAY, zone="Europe/Paris") == "Tuesday 27 November 2035 at 2:30 pm"


def test_a_date_needs_no_zone_and_an_instant_has_the_day_of_its_zone() -> None:
    late = datetime(2035, 11, 27, 23, 30, tzinfo=UTC)
    assert drawn("{{ day|day_short }}", day=date(2035, 12, 1)) == "sam. 1er déc. 2035"
    assert drawn("{{ at|day_short:'Europe/Paris' }}", at=late) == "mer. 28 nov. 2035"
    assert drawn("{{ at|day_short:'America/Martinique' }}", at=late) == "mar. 27 nov. 2035"


def test_time_says_the_instant_to_machines_too() -> None:
    assert drawn("{% time at 'Europe/Paris' %}", at=TUESDAY) == (
        '<time datetime="2035-11-27T14:30:00+01:00">mardi 27 novembre 2035 à 14 h 30</time>'
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33612345678", "06 12 34 56 78"),
        ("+590590272829", "0590 27 28 29"),
        ("+596696123456", "0696 12 34 56"),
        ("+3225551212", "+32 2 555 12 12"),
        ("12", "12"),
        ("", ""),
        (None, ""),
    ],
)
def test_phones_as_people_read_them(number: str | None, shown: str) -> None:
    assert ui.phone(number) == shown


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Claire Berthier", "CB"), ("Jean-Baptiste Le Goff", "JG"), ("Zoé", "Z"), ("", "")],
)
def test_monograms(name: str, letters: str) -> None:
    assert ui.initials(name) == letters


def test_a_name_keeps_its_hue() -> None:
    assert ui.hue("Claire Berthier") == ui.hue("Claire Berthier")
    assert {ui.hue(f"Nom {number}") for number in range(200)} == set(range(12))


def test_languages_by_their_names() -> None:
    assert ui.language_name("en") == "anglais"
    with override("en"):
        assert ui.language_name("ar") == "Arabic"
    assert ui.language_name("zz") == "zz"


def test_the_query_is_changed_and_the_rest_kept() -> None:
    request = RequestFactory().get("/mediateurs/?lieu=Rennes&page=3&modalite=visio")
    source = "{% query page=2 modalite=None %}"
    assert drawn(source, request=request) == "?lieu=Rennes&amp;page=2"
    assert drawn("{% query lieu='' page=None modalite=None %}", request=request) == "/mediateurs/"


@pytest.mark.parametrize(
    ("start", "minutes", "place"),
    [(570, 45, "h-1 q-2 n-3"), (480, 50, "h-0 q-0 n-4"), (450, 60, "h-0 q-0 n-2"), (485, 5, "h-0 q-0 n-1")],
)
def test_a_block_of_the_week_has_its_classes(start: int, minutes: int, place: str) -> None:
    assert ui.week_place(start, minutes, 8) == place


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(1, 1, [1]), (1, 3, [1, 2, 3]), (5, 9, [1, None, 4, 5, 6, None, 9]), (9, 9, [1, None, 8, 9])],
)
def test_page_numbers(page: int, pages: int, shown: list[int | None]) -> None:
    assert ui.page_numbers(pages, page) == shown


def test_an_icon_is_for_the_eye_only_and_cannot_be_misspelt() -> None:
    assert 'aria-hidden="true"' in ui.icon("video")
    with pytest.raises(Exception, match="does not exist"):
        ui.icon("vidéo")
