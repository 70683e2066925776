"""Closings and other days that differ: told as periods, listed, taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from allomediateur.agenda.models import OpeningException, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.factories import book, make_mediator, office_of
from tests.web.signing_in import enter, text
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db
PAGE = "/mediateur/exceptions/"
DAY = timedelta(days=1)
FIRST = TEN.date() + 20 * DAY


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


def send(client: Client, **told: Any) -> Any:
    return client.post(PAGE, {"kind": "closed", "first": str(FIRST), **told})


def rows() -> list[tuple[Any, ...]]:
    names = ("kind", "day", "modality", "office_id", "start_minute", "end_minute")
    return list(OpeningException.objects.values_list(*names))


def test_a_period_is_kept_day_by_day_and_shown_as_one(client: Client, bob: Mediator) -> None:
    assert send(client, last=str(FIRST + 4 * DAY)).status_code == 302
    assert [one[1] for one in rows()] == [FIRST + number * DAY for number in range(5)]
    page = client.get(PAGE)
    assert [(run.first.day, run.last) for run in page.context["runs"]] == [(FIRST, FIRST + 4 * DAY)]
    assert "5 jours sont fermés" in text(page)
    ids = page.context["runs"][0].value
    assert client.post(f"{PAGE}retirer/", {"lesquelles": ids}).status_code == 302
    assert rows() == []


def test_an_extra_opening_at_an_office_and_other_hours_on_some_weekdays(client: Client, bob: Mediator) -> None:
    word = f"presentiel-{office_of(bob).pk}"
    send(client, kind="open", start="19:00", end="21:00", place=word)
    monday = FIRST - FIRST.weekday() * DAY + 7 * DAY
    send(client, kind="other_hours", first=str(monday), last=str(monday + 13 * DAY), start="10:00", end="00:00",
         weekdays=["1"])  # fmt: skip
    assert rows() == [
        ("open", FIRST, "in_person", office_of(bob).pk, 1140, 1260),
        ("other_hours", monday + DAY, "", None, 600, 1440),
        ("other_hours", monday + 8 * DAY, "", None, 600, 1440),
    ]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"first": ""}, "Donnez le premier jour"),
        ({"first": "32/13/2026"}, "Écrivez le jour ainsi"),
        ({"first": "2020-01-01"}, "Ce jour est passé"),
        ({"first": "2222-01-01"}, "C’est trop loin"),
        ({"last": str(FIRST - DAY)}, "Le dernier jour vient avant le premier"),
        ({"last": str(FIRST + 10_000 * DAY)}, "un an au plus"),
        ({"kind": "open"}, "Donnez les heures"),
        ({"start": "10:00"}, "Donnez le début et la fin"),
        ({"start": "18:00", "end": "09:00"}, "La fin vient avant le début"),
        ({"start": "25:00", "end": "26:00"}, "Écrivez l’heure ainsi"),
        ({"kind": "x"}, "Choisissez."),
        ({"place": "presentiel-999999"}, "Choisissez dans la liste"),
        ({"weekdays": [str((FIRST.weekday() + 1) % 7)]}, "Aucun de ces jours"),
    ],
)
def test_what_cannot_be_is_explained_and_what_was_typed_stays(
    client: Client, bob: Mediator, told: dict[str, Any], sentence: str
) -> None:
    answer = send(client, **told)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{told.get("first", FIRST)}"' in text(answer)
    assert rows() == []


def test_a_day_with_appointments_proposes_to_move_them(client: Client, bob: Mediator) -> None:
    appointment = book(bob, TEN, now=NOW)
    asked = send(client, first=str(TEN.date()))
    (row,) = asked.context["rows"]
    assert (row.appointment, row.chosen) == (appointment, "move")
    assert "Votre médiateur est empêché." in text(asked)
    assert rows() == []
    answer = send(
        client, first=str(TEN.date()), decide="1", motif="Souffrant",
        **{f"choix-{appointment.reference}": "move"},
    )  # fmt: skip
    assert answer.status_code == 302
    appointment.refresh_from_db()
    assert appointment.starts_at.date() == (TEN + DAY).date()
    assert appointment.state == State.CONFIRMED


def test_one_act_cancels_the_whole_day(client: Client, bob: Mediator) -> None:
    several = [book(bob, TEN + number * timedelta(minutes=30), now=NOW) for number in range(3)]
    told = {"first": str(TEN.date()), "decide": "1", "tous": "cancel"}
    assert send(client, **told, motif="").status_code == 422
    assert send(client, **told, motif="Souffrant").status_code == 302
    for one in several:
        one.refresh_from_db()
    assert {(one.state, one.cancel_reason) for one in several} == {(State.CANCELLED, "Souffrant")}
    assert Letter.objects.filter(kind="appointment_cancelled").count() == 3


def test_i_am_prevented_is_that_day_already_filled_in(client: Client, bob: Mediator) -> None:
    page = text(client.get(f"{PAGE}?motif=empechement&jour={FIRST}"))
    assert "Je suis empêché" in page
    assert f'value="{FIRST}"' in page
    assert client.get(f"{PAGE}?motif=empechement&jour=x").status_code == 200


def test_another_mediators_are_not_taken_back(client: Client, bob: Mediator) -> None:
    other = make_mediator("Charlie", now=NOW)
    theirs = OpeningException.objects.create(mediator=other, kind="closed", day=FIRST)
    answer = client.post(f"{PAGE}retirer/", {"lesquelles": f"{theirs.pk},x,{'9' * 40}"}, follow=True)
    assert "déjà retirée" in text(answer)
    assert OpeningException.objects.filter(pk=theirs.pk).exists()


def test_past_ones_are_not_listed_and_thousands_are_paged(client: Client, bob: Mediator) -> None:
    every_other = [
        OpeningException(mediator=bob, kind="closed", day=date(2026, 1, 1) + 2 * number * DAY)
        for number in range(2_000)
    ]
    OpeningException.objects.bulk_create(every_other)
    page = client.get(PAGE)
    assert len(page.context["runs"]) == 20
    assert page.context["pages"] > 50
    assert page.context["runs"][0].first.day >= NOW.date()
