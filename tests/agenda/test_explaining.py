"""Why a start is not proposed: the reasons of booking's refusal, said in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from allomediateur.agenda import availability, editing, explaining, openings
from allomediateur.agenda.models import Busy, Service
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.slots import Refusal
from tests.agenda.steps import MINUTE, TEN, book
from tests.factories import NOW, make_mediator, make_user, office_of, service_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone", "in_person"))


def said(bob: Mediator, start: datetime, modality: str = "phone", now: datetime = NOW) -> str:
    office = office_of(bob) if modality == "in_person" else None
    answer = explaining.explain(bob, service_of(bob), modality, office, start, now)
    assert next(iter(answer.reasons), None) == openings.refusal(bob, service_of(bob), modality, office, start, now)
    assert bool(answer.reasons) == bool(answer.sentences)
    return " ".join(answer.sentences).replace("\u00a0", " ")


def test_a_proposed_start_has_nothing_against_it(bob: Mediator) -> None:
    assert said(bob, TEN) == ""


def test_outside_the_openings_of_the_day(bob: Mediator) -> None:
    assert said(bob, TEN + 3 * HOUR) == "Hors des plages d’ouverture, ce jour-là de 9 h à 12 h et de 14 h à 18 h."
    assert said(bob, TEN + timedelta(days=4)).startswith("Hors des plages d’ouverture : il n’y en a aucune")


def test_an_opening_that_ends_too_soon(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(minutes=120, step_minutes=30)
    assert said(bob, TEN + HOUR) == "La plage finit à 12 h : un rendez-vous de 2 h n’y tient plus."


def test_off_the_grid(bob: Mediator) -> None:
    assert said(bob, TEN + 10 * MINUTE) == "Ce début n’est pas sur la grille ; les plus proches : 10 h et 10 h 30."


def test_taken_by_an_appointment_its_buffer_or_elsewhere(bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(after_minutes=15)
    book(bob, user=make_user())
    assert said(bob, TEN) == "Un rendez-vous est pris de 10 h à 10 h 30."
    assert "Trop près du rendez-vous pris de 10 h à 10 h 30" in said(bob, TEN + HOUR / 2)
    Busy.objects.create(mediator=bob, starts_at=TEN + HOUR, ends_at=TEN + 30 * HOUR)
    assert "Temps pris ailleurs du mardi 24 novembre à 11 h au mercredi 25 novembre à 16 h." in said(bob, TEN + HOUR)


def test_a_person_is_never_named(bob: Mediator) -> None:
    book(bob, user=make_user())
    assert "Alice" not in said(bob, TEN)


def test_closed_by_a_holiday_or_an_exception(bob: Mediator) -> None:
    noel = datetime(2026, 12, 25, 9, tzinfo=UTC)
    assert said(bob, noel) == "Jour férié : Noël."
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", TEN.date())], NOW)
    assert said(bob, TEN) == "Fermeture exceptionnelle, toute la journée."
    after = TEN + timedelta(days=1)
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", after.date(), "", None, 600, 660)], NOW)
    assert said(bob, after) == "Fermeture exceptionnelle le mercredi 25 novembre, de 10 h à 11 h."


def test_a_holiday_that_an_exception_opens_is_not_given_as_a_reason(bob: Mediator) -> None:
    draft = editing.ExceptionDraft("open", date(2026, 12, 25), "phone", None, 9 * 60, 10 * 60)
    editing.add_exceptions(bob, [draft], NOW)
    noel = datetime(2026, 12, 25, 8, tzinfo=UTC)
    assert said(bob, noel) == ""
    assert said(bob, noel + HOUR) == "Hors des plages d’ouverture, ce jour-là de 9 h à 10 h."


def test_too_soon_and_too_far(bob: Mediator) -> None:
    soon = NOW + HOUR
    assert (
        said(bob, soon) == "Trop proche : le préavis est de 2 h, il fallait réserver avant le lundi 23 novembre à 8 h."
    )
    far = TEN + timedelta(days=62)
    assert said(bob, far).startswith("Trop loin : il sera proposé à partir du ")


def test_several_reasons_are_all_said(bob: Mediator) -> None:
    editing.add_exceptions(bob, [editing.ExceptionDraft("closed", NOW.date())], NOW)
    answer = explaining.explain(bob, service_of(bob), "phone", None, NOW + 70 * MINUTE, NOW)
    assert answer.reasons == [Refusal.CLOSED, Refusal.OFF_GRID, Refusal.NOTICE]
    assert len(answer.sentences) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda bob: Mediator.objects.filter(pk=bob.pk).update(cpmn_member=False), "pas ouverte aux réservations"),
        (lambda bob: Service.objects.filter(mediator=bob).update(is_active=False), "n’est plus proposée"),
        (lambda bob: Service.objects.filter(mediator=bob).update(modalities=["video"]), "de cette manière"),
    ],
)
def test_what_is_never_proposed_says_why(bob: Mediator, change: object, words: str) -> None:
    assert callable(change)
    change(bob)
    bob = Mediator.objects.select_related("user").get(pk=bob.pk)
    availability.rebuild(bob.pk, NOW)
    assert words in said(bob, TEN)


def test_in_english(bob: Mediator) -> None:
    with translation.override("en"):
        assert said(bob, TEN + 10 * MINUTE) == "This start is not on the grid; the nearest ones: 10 am and 10:30 am."
