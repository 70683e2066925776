"""The grid of openings: the typical week, weeks A and B, one week; saved, copied, changed elsewhere meanwhile."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda import editing, patterns
from allomediateur.agenda.models import Appointment, Opening, OpeningException, State
from allomediateur.agenda.truth import Pair
from allomediateur.directory.models import Mediator
from tests.factories import book, make_mediator, office_of
from tests.web.signing_in import enter, text
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db
GRID = "/mediateur/plages/"
PHONE: Pair = ("phone", None)
DAY = timedelta(days=1)


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


def monday_of(appointment_day: date) -> date:
    return appointment_day - timedelta(days=appointment_day.weekday())


NEXT_WEEK = monday_of(TEN.date()) + 7 * DAY


def sent(page: Any, *, tick: tuple[str, ...] = (), untick: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a browser sends of that page, with cells ticked and unticked."""
    grid = page.context["grid"]
    ticked = {cell.value for row in grid.rows for cell in row.cells if cell.is_open and not cell.is_locked}
    return {
        "vu": page.context["seen"], "de": grid.first, "a": grid.last, "pas": grid.step,
        "c": sorted(ticked - set(untick) | set(tick)),
    }  # fmt: skip


def hours(bob: Mediator, weeks: int = 1) -> list[list[tuple[int, int]]]:
    return patterns.pattern(bob, PHONE).shown(weeks)


def test_every_cell_has_its_name(client: Client, bob: Mediator) -> None:
    names = re.findall(r'aria-label="([^"]+)"', text(client.get(f"{GRID}?semaine={NEXT_WEEK}")))
    assert f"lundi {NEXT_WEEK.day} {'décembre' if NEXT_WEEK.month == 12 else 'novembre'}, 9 h 00 à 9 h 30" in names
    names = re.findall(r'aria-label="([^"]+)"', text(client.get(GRID)))
    assert "lundi, 9 h 00 à 9 h 30" in names
    assert len(set(names)) == len(names)
    assert "Monday, 9:00 am to 9:30 am" in text(client.get(f"/en{GRID}"))


def test_what_is_sent_back_untouched_changes_nothing(client: Client, bob: Mediator) -> None:
    before = sorted(Opening.objects.values_list("modality", "weekday", "start_minute", "end_minute"))
    assert client.post(GRID, sent(client.get(GRID))).status_code == 302
    assert sorted(Opening.objects.values_list("modality", "weekday", "start_minute", "end_minute")) == before


def test_a_week_without_two_o_clock_comes_back_untouched(client: Client, bob: Mediator) -> None:
    Opening.objects.create(mediator=bob, modality="phone", weekday=6, start_minute=0, end_minute=240)
    march = date(TEN.year + 1, 3, 31)
    spring = march - timedelta(days=(march.weekday() + 1) % 7 + 6)
    address = f"{GRID}?semaine={spring}"
    page = client.get(address)
    assert "cette heure n’existe pas ce jour-là" in text(page)
    client.post(address, sent(page))
    assert not OpeningException.objects.exists()
    client.post(address, sent(client.get(address), untick=("0-540",)))
    assert {one.day for one in OpeningException.objects.all()} == {spring}


def test_cells_open_and_close_the_typical_week(client: Client, bob: Mediator) -> None:
    client.post(GRID, sent(client.get(GRID), tick=("5-540", "5-570"), untick=("0-540", "0-570")))
    assert hours(bob)[0] == [(600, 720), (840, 1080)]
    assert hours(bob)[5] == [(540, 600)]
    assert "Vos heures sont enregistrées" in text(client.get(GRID))


def test_hours_that_no_cell_shows_are_kept(client: Client, bob: Mediator) -> None:
    Opening.objects.filter(mediator=bob, modality="phone", weekday=0, start_minute=540).update(start_minute=550)
    page = client.get(GRID)
    assert "(en partie ouverte)" in text(page)
    client.post(GRID, sent(page, tick=("5-540",)))
    assert hours(bob)[0] == [(550, 720), (840, 1080)]


def test_one_week_in_two(client: Client, bob: Mediator) -> None:
    page = client.get(f"{GRID}?rythme=a")
    client.post(f"{GRID}?rythme=a", sent(page, untick=("2-540",)))
    assert hours(bob, 1)[2] == [(570, 720), (840, 1080)]
    assert hours(bob, 2)[2] == [(540, 720), (840, 1080)]
    said = text(client.get(GRID))
    assert "mercredi, 9 h 00 à 9 h 30 (Semaine B seulement)" in said
    assert "Semaine A" in said


def test_one_week_only(client: Client, bob: Mediator) -> None:
    address = f"{GRID}?semaine={NEXT_WEEK + 3 * DAY}"
    client.post(address, sent(client.get(address), untick=("0-540",)))
    assert hours(bob)[0] == [(540, 720), (840, 1080)]
    assert patterns.dated_week(bob, PHONE, NEXT_WEEK).hours[0] == [(570, 720), (840, 1080)]
    assert OpeningException.objects.get().day == NEXT_WEEK


def test_a_day_closed_everywhere_is_locked_and_says_why(client: Client, bob: Mediator) -> None:
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", NEXT_WEEK)], NOW)
    page = client.get(f"{GRID}?semaine={NEXT_WEEK}")
    assert "exception pour plusieurs lieux" in text(page)
    assert all(row.cells[0].is_locked and not row.cells[1].is_locked for row in page.context["grid"].rows)


def test_an_office_has_its_own_grid(client: Client, bob: Mediator) -> None:
    word = f"presentiel-{office_of(bob).pk}"
    page = client.get(f"{GRID}?lieu={word}")
    client.post(f"{GRID}?lieu={word}", sent(page, untick=("0-540",)))
    assert hours(bob)[0] == [(540, 720), (840, 1080)]
    assert patterns.pattern(bob, ("in_person", office_of(bob).pk)).a[0] == [(570, 720), (840, 1080)]


def test_the_second_of_two_windows_is_told_and_loses_nothing(client: Client, bob: Mediator) -> None:
    first = second = client.get(GRID)
    client.post(GRID, sent(first, untick=("0-540",)))
    late = client.post(GRID, sent(second, tick=("6-600",)))
    assert late.status_code == 409
    assert "changé dans une autre fenêtre" in text(late)
    assert hours(bob)[0] == [(570, 720), (840, 1080)]
    cells = {cell.value: cell for row in late.context["grid"].rows for cell in row.cells}
    assert (cells["6-600"].is_open, cells["6-600"].is_other) == (True, True)
    assert (cells["0-540"].is_open, cells["0-540"].is_other) == (True, True)
    assert not cells["0-570"].is_other
    assert client.post(GRID, sent(late)).status_code == 302
    assert hours(bob)[0] == [(540, 720), (840, 1080)]
    assert hours(bob)[6] == [(600, 630)]


def test_closing_a_week_that_holds_appointments_asks_what_becomes_of_each(client: Client, bob: Mediator) -> None:
    kept, moved, gone = (book(bob, TEN + number * timedelta(minutes=30), now=NOW) for number in range(3))
    address = f"{GRID}?semaine={TEN.date()}"
    page = client.get(address)
    data = sent(page) | {"c": []}
    asked = client.post(address, data)
    assert asked.status_code == 200
    assert "3 rendez-vous sont concernés" in text(asked)
    assert "Le déplacer au prochain moment libre" in text(asked)
    assert not OpeningException.objects.exists()
    kept_fields = dict(asked.context["kept"])
    assert kept_fields["vu"] == page.context["seen"]
    choices = {
        f"choix-{kept.reference}": "keep",
        f"choix-{moved.reference}": "move",
        f"choix-{gone.reference}": "cancel",
    }
    answer = client.post(address, data | choices | {"decide": "1", "motif": ""})
    assert answer.status_code == 422
    assert "Écrivez en quelques mots" in text(answer)
    assert not OpeningException.objects.exists()
    answer = client.post(address, data | choices | {"decide": "1", "motif": "Congés"}, follow=True)
    said = text(answer)
    assert "1 rendez-vous est déplacé" in said
    assert "1 rendez-vous est annulé" in said
    assert "1 rendez-vous reste où il est" in said
    states = [Appointment.objects.get(pk=one.pk) for one in (kept, moved, gone)]
    assert [(one.state, one.starts_at == TEN + n * timedelta(minutes=30)) for n, one in enumerate(states)] == [
        (State.CONFIRMED, True), (State.CONFIRMED, False), (State.CANCELLED, True),
    ]  # fmt: skip
    # What was moved left the closed week.
    assert states[1].starts_at.date() >= NEXT_WEEK


def test_the_hours_of_a_way_are_copied_to_another(client: Client, bob: Mediator) -> None:
    client.post(GRID, sent(client.get(GRID), untick=("0-540",)))
    client.post("/mediateur/plages/copier/?lieu=telephone", {"vers": ["visio", "telephone", "fax"]})
    assert patterns.pattern(bob, ("video", None)) == patterns.pattern(bob, PHONE)


def test_a_week_is_copied_to_those_that_follow(client: Client, bob: Mediator) -> None:
    address = f"{GRID}?semaine={NEXT_WEEK}"
    client.post(address, sent(client.get(address), untick=("0-540",)))
    client.post(f"/mediateur/plages/copier/?semaine={NEXT_WEEK}", {"semaines": "2"})
    weeks = [patterns.dated_week(bob, PHONE, NEXT_WEEK + 7 * n * DAY).hours[0] for n in range(4)]
    assert weeks == [[(570, 720), (840, 1080)]] * 3 + [[(540, 720), (840, 1080)]]


@pytest.mark.parametrize(
    "data", [{}, {"pas": "7", "de": "0", "a": "60"}, {"pas": "30", "de": "60", "a": "0"}, {"pas": "x", "de": "-1"}]
)
def test_a_broken_grid_changes_nothing(client: Client, bob: Mediator, data: dict[str, str]) -> None:
    before = hours(bob)
    answer = client.post(GRID, data)
    assert answer.status_code == 422
    assert "Rien n’a été enregistré" in text(answer)
    assert hours(bob) == before


def test_cells_that_are_none_are_not_counted(client: Client, bob: Mediator) -> None:
    before = hours(bob)
    data = sent(client.get(GRID))
    data["c"] += ["7-540", "0-541", "x", "-1", "0-99999999999", "0-1440"]
    assert client.post(GRID, data).status_code == 302
    assert hours(bob) == before


@pytest.mark.parametrize(
    "query", ["semaine=9999-12-31", "semaine=x", "lieu=nowhere", "rythme=z", "heures=x", "lieu=presentiel-999999"]
)
def test_an_address_that_makes_no_sense_shows_the_typical_week(client: Client, bob: Mediator, query: str) -> None:
    page = client.get(f"{GRID}?{query}")
    assert page.status_code == 200
    assert page.context["asked"].monday is None


def test_the_night_is_shown_when_asked_or_open(client: Client, bob: Mediator) -> None:
    assert len(client.get(f"{GRID}?heures=24").context["grid"].rows) == 48
    assert len(client.get(GRID).context["grid"].rows) == 28
    Opening.objects.filter(mediator=bob, modality="phone", weekday=0).update(
        start_minute=1320, end_minute=120, ends_next_day=True
    )
    assert len(client.get(GRID).context["grid"].rows) == 48


def test_an_hour_the_clock_skips_says_so(client: Client, bob: Mediator) -> None:
    page = text(client.get(f"{GRID}?semaine=2027-03-28&heures=24"))
    assert "dimanche 28 mars, 2 h 00 à 2 h 30 (cette heure n’existe pas ce jour-là)" in page
    assert "samedi 27 mars, 2 h 00 à 2 h 30 (" not in page
