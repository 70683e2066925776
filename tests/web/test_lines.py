"""All weekly openings as lines of a form."""

from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda import editing
from allomediateur.agenda.models import Agenda, Opening
from allomediateur.directory.models import Mediator
from tests.factories import book, make_mediator, make_openings, office_of, refresh
from tests.web.signing_in import enter, text
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db
LINES = "/mediateur/plages/liste/"


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


def send(client: Client, bob: Mediator, data: dict[str, Any]) -> Any:
    """From a page that was just drawn."""
    return client.post(LINES, {"vu": editing.openings_seen(bob), **data})


def rows(*values: tuple[Any, ...], **more: str) -> dict[str, Any]:
    """(weekday, place or places, start, end, the box ticked: ends_next_day or DELETE) a row."""
    data: dict[str, Any] = {"form-TOTAL_FORMS": str(len(values) + 3), "form-INITIAL_FORMS": "0", **more}
    for number, (weekday, place, start, end, *ticked) in enumerate(values):
        data |= {f"form-{number}-weekday": str(weekday), f"form-{number}-start": start, f"form-{number}-end": end}
        data[f"form-{number}-places"] = place if isinstance(place, list) else [place]
        for name in ticked:
            data[f"form-{number}-{name}"] = "on"
    return data


def kept(bob: Mediator) -> list[tuple[Any, ...]]:
    fields = ("weekday", "modality", "office_id", "start_minute", "end_minute", "ends_next_day")
    return list(Opening.objects.filter(mediator=bob).values_list(*fields))


def test_the_form_shows_what_is_open(client: Client, bob: Mediator) -> None:
    page = client.get(LINES)
    assert len(page.context["rows"].forms) == 10 + 3
    assert text(page).count('value="09:00"') == 5


def test_what_is_typed_replaces_what_was(client: Client, bob: Mediator) -> None:
    office = office_of(bob)
    answer = send(
        client,
        bob,
        rows(
            (0, ["telephone", "visio"], "9:30", "12h"),
            (1, f"presentiel-{office.pk}", "14 h 15", "00:00"),
            (4, "visio", "22:00", "01:30", "ends_next_day"),
            (5, "telephone", "10:00", "11:00", "DELETE"),
        ),
    )
    assert answer.status_code == 302
    assert kept(bob) == [
        (0, "phone", None, 570, 720, False),
        (0, "video", None, 570, 720, False),
        (1, "in_person", office.pk, 855, 1440, False),
        (4, "video", None, 1320, 90, True),
    ]
    assert "4 plages sont enregistrées" in text(client.get(LINES))


def test_the_form_sent_back_untouched_changes_nothing(client: Client, bob: Mediator) -> None:
    before = kept(bob)
    forms = client.get(LINES).context["rows"].forms
    names = ("weekday", "places", "start", "end")
    typed = [tuple(form.initial.get(name, [] if name == "places" else "") for name in names) for form in forms]
    assert send(client, bob, rows(*typed)).status_code == 302
    assert sorted(kept(bob), key=str) == sorted(before, key=str)


def test_an_end_before_its_start_is_explained_and_kept(client: Client, bob: Mediator) -> None:
    before = kept(bob)
    answer = send(client, bob, rows((2, "telephone", "18:00", "09:00"), (3, "telephone", "25:00", "")))
    assert answer.status_code == 422
    page = text(answer)
    assert "Ligne 1 : La fin vient avant le début" in page
    assert "Ligne 2 : Écrivez l’heure ainsi" in page
    assert "Ligne 2 : Donnez l’heure de la fin" in page
    assert 'value="18:00"' in page
    assert 'value="25:00"' in page
    assert kept(bob) == before


def test_more_lines_keep_what_was_typed_without_judging_it(client: Client, bob: Mediator) -> None:
    before = kept(bob)
    answer = send(client, bob, rows((2, "telephone", "18:00", ""), add="1"))
    assert answer.status_code == 200
    assert 'value="18:00"' in text(answer)
    assert "à revoir" not in text(answer)
    assert len(answer.context["rows"].forms) == 4
    assert kept(bob) == before


def test_closing_everything_is_possible(client: Client, bob: Mediator) -> None:
    send(client, bob, rows())
    assert kept(bob) == []
    assert "aucune n’est ouverte" in text(client.get(LINES))


def test_another_mediators_office_is_refused(client: Client, bob: Mediator) -> None:
    others = office_of(make_mediator("Charlie", now=NOW))
    answer = send(client, bob, rows((0, f"presentiel-{others.pk}", "9:00", "10:00")))
    assert answer.status_code == 422
    assert "Cochez comment vous recevez" in text(answer)


@pytest.mark.parametrize("total", ["", "x", "-1", "201", "5000", "9" * 30])
def test_a_broken_form_is_refused_calmly(client: Client, bob: Mediator, total: str) -> None:
    before = kept(bob)
    answer = send(client, bob, {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": "0"})
    assert answer.status_code in (302, 422)
    assert send(client, bob, {"form-TOTAL_FORMS": total, "add": "1"}).status_code == 200
    if answer.status_code == 422:
        assert kept(bob) == before


def test_a_mediator_whose_agenda_was_never_opened_can_open_it(client: Client, bob: Mediator) -> None:
    Agenda.objects.filter(mediator=bob).delete()
    send(client, bob, rows((0, "telephone", "9:00", "10:00")))
    assert kept(bob) == [(0, "phone", None, 540, 600, False)]


def test_every_other_week_and_for_a_time_only(client: Client, bob: Mediator) -> None:
    data = rows((0, "telephone", "9:00", "10:00"), (1, "telephone", "9:00", "10:00"))
    data |= {"form-0-weeks": "2", "form-1-valid_from": "2026-12-01", "form-1-valid_until": "2026-12-31"}
    assert send(client, bob, data).status_code == 302
    found = Opening.objects.filter(mediator=bob).values_list("weeks", "valid_from", "valid_until")
    assert [tuple(map(str, one)) for one in found] == [
        ("2", "None", "None"), ("0", "2026-12-01", "2026-12-31"),
    ]  # fmt: skip
    page = text(client.get(LINES))
    assert 'value="2026-12-31"' in page
    assert '<option value="2" selected>' in page


def test_a_time_that_ends_before_it_begins_is_explained(client: Client, bob: Mediator) -> None:
    data = rows((0, "telephone", "9:00", "10:00"))
    data |= {"form-0-valid_from": "2026-12-02", "form-0-valid_until": "2026-12-01"}
    answer = send(client, bob, data)
    assert answer.status_code == 422
    assert "finit avant de commencer" in text(answer)


def test_the_second_of_two_windows_is_told_and_loses_nothing(client: Client, bob: Mediator) -> None:
    shown = editing.openings_seen(bob)
    send(client, bob, rows((0, "telephone", "9:00", "10:00")))
    late = rows((2, "telephone", "15:00", "16:00"), vu=shown)
    answer = client.post(LINES, late)
    assert answer.status_code == 409
    assert "changé dans une autre fenêtre" in text(answer)
    assert 'value="15:00"' in text(answer)
    assert kept(bob) == [(0, "phone", None, 540, 600, False)]
    again = rows((2, "telephone", "15:00", "16:00"), vu=answer.context["seen"])
    assert client.post(LINES, again).status_code == 302
    assert kept(bob) == [(2, "phone", None, 900, 960, False)]


def test_appointments_left_outside_are_asked_about_first(client: Client, bob: Mediator) -> None:
    appointment = book(bob, TEN, now=NOW)
    data = rows((2, "telephone", "15:00", "16:00"))
    before = kept(bob)
    asked = send(client, bob, data)
    assert asked.status_code == 200
    assert "1 rendez-vous est concerné" in text(asked)
    assert kept(bob) == before
    answer = send(client, bob, data | {"decide": "1", f"choix-{appointment.reference}": "keep"})
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert (appointment.state, kept(bob)) == ("confirmed", [(2, "phone", None, 900, 960, False)])


def test_rows_of_an_agreed_place_are_kept(client: Client, bob: Mediator) -> None:
    make_openings(bob, "in_person", None, weekdays=(2,), hours=((840, 960),))
    refresh(bob)
    assert "Au lieu convenu" in text(client.get(LINES))
    send(client, bob, rows((2, "presentiel-convenu", "14:00", "16:00")))
    assert kept(bob) == [(2, "in_person", None, 840, 960, False)]
