"""The page of statistics and its sheet: the same figures, of nobody in particular; what is hidden is said to be."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import figures
from allomediateur.agenda.models import DailyFigure, State
from allomediateur.directory.models import Mediator, Specialty
from allomediateur.scheduling.wall import local_day
from tests.factories import book, make_commune, make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.times import DAY, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
TODAY = local_day(NOW, figures.ZONE)
PAST = TEN - 28 * DAY
"""A Tuesday at ten, some weeks ago: within the last two months."""


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_user("staff@example.org", name="Sam", role=User.Role.STAFF))
    return client


def fill(number: int, each: int, department: str = "75", name: str = "Médiatrice", state: str = State.ATTENDED) -> None:
    commune = make_commune(f"{department}001", f"Ville {department}", department, [f"{department}000"])
    for place in range(number):
        one = make_mediator(f"{name} {department} {place}", commune=commune, now=NOW)
        for slot in range(each):
            book(one, PAST + slot * 30 * MINUTE, state=state, now=NOW)


def note(of: str = "all", key: str = "", **told: Any) -> None:
    values = {"mediators": 8, "open_minutes": 1000, "taken_minutes": 250, "waits": [1, 2, 5]}
    DailyFigure.objects.create(day=local_day(PAST, figures.ZONE), of=of, key=key, **(values | told))


def page(staff: Client, **query: str) -> str:
    return text(staff.get(reverse("staff_statistics"), query))


def sheet(staff: Client, **query: str) -> list[list[str]]:
    answer = staff.get(reverse("staff_statistics_sheet"), query)
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(text(answer)[1:], newline=""), delimiter=";"))


def test_an_empty_site_says_so_and_has_a_way_out(staff: Client) -> None:
    found = page(staff)
    assert "Rien à compter sur cette période" in found
    assert reverse("staff_appointments") in found
    assert '<svg class="chart"' not in found


def test_a_site_of_a_few_says_why_nothing_is_shown(staff: Client) -> None:
    fill(4, 6)
    found = page(staff)
    assert "Trop peu de médiateurs pour en parler" in found
    assert '<dl class="tallies">' not in found
    assert sheet(staff)[1] == ["Ensemble", "", *["non montré"] * 4]


def test_where_all_departments_are_gathered_there_is_no_empty_drawing(staff: Client) -> None:
    fill(3, 2, "75")
    fill(3, 2, "69")
    found = page(staff)
    assert found.count('<svg class="chart"') == 2
    assert "2 autres départements" in found


def test_the_page_shows_totals_bars_and_tables(staff: Client) -> None:
    fill(6, 3)
    note()
    found = page(staff)
    for said in ("<dd>15</dd>", "<dd>2 jours</dd>", "<dd>25 %</dd>", "Paris (75)", "Famille"):
        assert said in found
    assert found.count('<svg class="chart" role="img"') == 3
    assert found.count("<table") == 3
    assert "style=" not in found.partition("<main")[2]
    assert 'aria-current="page">Attente' in page(staff, mesure="attente").replace("\n", "")
    assert 'aria-current="page">Rendez-vous' in page(staff, mesure="inconnue")


def test_the_sheet_says_the_same(staff: Client) -> None:
    fill(6, 3)
    fill(5, 2, "69")
    fill(2, 7, "13")
    note()
    rows = sheet(staff)
    assert rows[0] == ["Par", "Ligne", "Rendez-vous réservés", "Attente du premier créneau (jours, médiane)",
                       "Remplissage des agendas (%)", "Absences (%)"]  # fmt: skip
    assert rows[1] == ["Ensemble", "", "40", "2", "25", "non montré"]
    assert ["Par département", "Paris (75)", "15", "non montré", "non montré", "non montré"] in rows
    assert ["Par département", "2 autres départements", "20", "non montré", "non montré", "non montré"] in rows
    found = page(staff)
    assert all(row[1] in found for row in rows[2:])
    assert "13)" not in found


def test_nobody_is_named_on_either(staff: Client) -> None:
    fill(5, 2, name="Zénobie Quarante")
    words = page(staff) + str(sheet(staff))
    for name in ("Zénobie", "Quarante", "alice", "example.org"):
        assert name not in words.replace("staff@example.org", "")


def test_a_specialty_that_is_a_formula_is_a_word_in_the_sheet(staff: Client) -> None:
    fill(5, 1)
    Specialty.objects.update(label_fr='=HYPERLINK("https://evil.example")')
    assert sheet(staff)[-1][1] == '\'=HYPERLINK("https://evil.example")'


def test_small_counts_are_said_to_be_small(staff: Client) -> None:
    fill(5, 12)
    one = Mediator.objects.all()[0]
    book(one, PAST + DAY, state=State.NO_SHOW, now=NOW)
    assert "<dd>moins de 9 %</dd>" in page(staff, mesure="absences")
    assert sheet(staff)[1][5] == "moins de 9 %"


def test_a_period_is_chosen_by_its_months(staff: Client) -> None:
    fill(5, 1)
    month = f"{local_day(PAST, figures.ZONE):%Y-%m}"
    assert "<dd>5</dd>" in page(staff, du=month, au=month)
    before = f"{date(TODAY.year - 1, 1, 1):%Y-%m}"
    assert "Rien à compter" in page(staff, du=before, au=before)


@pytest.mark.parametrize(
    "asked", [{"du": "2100-01"}, {"au": "x"}, {"du": "", "au": ""}, {"du": "2026-13"}, {"au": "1999-12"}]
)
def test_a_period_that_is_none_is_refused_with_a_sentence(staff: Client, asked: dict[str, str]) -> None:
    answer = staff.get(reverse("staff_statistics"), asked)
    assert answer.status_code == 422
    assert "Choisissez un mois dans la liste." in text(answer)
    assert staff.get(reverse("staff_statistics_sheet"), asked).status_code == 302


def test_a_period_backwards_is_refused(staff: Client) -> None:
    asked = {"du": f"{TODAY:%Y-%m}", "au": f"{date(TODAY.year - 1, 6, 1):%Y-%m}"}
    answer = staff.get(reverse("staff_statistics"), asked)
    assert answer.status_code == 422
    assert "Choisissez le même mois que le premier, ou un mois qui vient après." in text(answer)


def test_in_english(staff: Client) -> None:
    fill(5, 1)
    found = text(staff.get(f"/en{reverse('staff_statistics')}"))
    assert ["Statistics" in found, "By department" in found, "Par département" in found] == [True, True, False]


def test_pages_cost_the_same_for_one_and_for_many(staff: Client) -> None:
    def statements() -> list[int]:
        found = []
        for name in ("staff_statistics", "staff_statistics_sheet"):
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(reverse(name)).status_code == 200
            found.append(len(queries))
        return found

    fill(1, 1)
    staff.get(reverse("staff_statistics"))
    before = statements()
    fill(5, 2, "69")
    fill(6, 2, "13")
    note()
    note("department", "69")
    assert statements() == before


def test_every_other_page_of_the_room_leads_here(staff: Client) -> None:
    assert reverse("staff_statistics") in text(staff.get(reverse("staff_home")))
