"""Whom a request is directed to: each thing it looks at, in the smallest example; then whose turn it is."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q

from allomediateur.agenda.models import Opening, Service
from allomediateur.cases import routing
from allomediateur.cases.models import Proposal
from allomediateur.cases.questionnaire.facets import Facets
from allomediateur.cases.routing import Why
from allomediateur.directory.models import Mediator
from tests.cases import telling
from tests.factories import NOW, make_commune, make_openings, office_of, refresh

pytestmark = pytest.mark.django_db
FOUND = Facets(
    1, specialty="voisinage", commune="35238", modalities=("phone",), languages=("fr",), phone="+33639980001",
    name="Alice Durand", parties=("Paul Martin", "Alice Durand"),
)  # fmt: skip
DAY = timedelta(days=1)


def nobody_known(accounts: Any) -> set[int]:
    return set()


def names(found: Facets = FOUND, now: datetime = NOW, **more: Any) -> list[str]:
    told = {"most": 9, **more}
    rows = routing.suited(found, told.pop("crossed", nobody_known), now, **told)
    people = Mediator.objects.in_bulk([one.mediator_id for one in rows])
    return [people[one.mediator_id].name for one in rows]


@pytest.fixture(autouse=True)
def _rennes() -> None:
    telling.rennes()


UNENTITLED: tuple[dict[str, Any], ...] = (
    {"capm_verified": False}, {"cpmn_member": False}, {"suspended_at": NOW}, {"trained_until": date(2026, 1, 1)},
)  # fmt: skip


@pytest.mark.parametrize("standing", UNENTITLED)
def test_only_the_entitled_are_asked(standing: dict[str, Any]) -> None:
    telling.make_one("Carole", **standing)
    assert names() == []


def test_the_specialty_is_theirs() -> None:
    telling.make_one("Bob")
    telling.make_one("Carole", specialties=("famille",))
    assert names() == ["Bob"]
    assert sorted(names(replace(FOUND, specialty=""))) == ["Bob", "Carole"]
    assert names(replace(FOUND, specialty="nulle-part")) == []


def test_a_language_in_common_or_an_interpreter() -> None:
    telling.make_one("Bob", languages=["es"])
    assert names() == []
    assert names(replace(FOUND, languages=("fr", "es"))) == ["Bob"]
    assert names(replace(FOUND, languages=("fr", "other"))) == ["Bob"]
    assert names(replace(FOUND, languages=())) == ["Bob"]


def test_the_way_to_meet_is_one_they_offer_and_a_call_needs_a_number() -> None:
    telling.make_one("Bob", modalities=("phone",))
    assert names(replace(FOUND, modalities=("video",))) == []
    assert names(replace(FOUND, phone="")) == []
    assert names(replace(FOUND, modalities=())) == ["Bob"]


def test_near_before_around_before_remote() -> None:
    far = make_commune("13055", "Marseille", "13", ["13001"], 860_000, 43.30, 5.37)
    telling.make_one("Farida", commune=far)
    assert names() == ["Farida"]
    around = make_commune("44109", "Nantes", "44", ["44000"], 320_000, 47.22, -1.55)
    telling.make_one("Nora", commune=around)
    (found,) = routing.suited(FOUND, nobody_known, NOW)
    assert (names(), found.why[-4]) == (["Nora"], Why.AROUND)
    telling.make_one("Bob")
    assert names() == ["Bob"]
    assert names(replace(FOUND, modalities=("in_person",))) == ["Bob"]
    assert sorted(names(replace(FOUND, commune=""))) == ["Bob", "Farida", "Nora"]


def test_nobody_is_met_in_person_from_afar() -> None:
    telling.make_one("Farida", commune=make_commune("13055", "Marseille", "13", ["13001"], 860_000, 43.30, 5.37))
    assert names(replace(FOUND, modalities=("in_person",))) == []


def test_a_place_without_steps_where_it_is_needed() -> None:
    bob = telling.make_one("Bob")
    asked = replace(FOUND, modalities=("in_person",), accessibility=("step_free",))
    assert names(asked) == []
    office = office_of(bob)
    office.step_free = True
    office.save()
    refresh(bob)
    assert names(asked) == ["Bob"]


def test_a_place_to_be_agreed_is_offered_to_nobody() -> None:
    bob = telling.make_one("Bob", modalities=("phone",))
    make_openings(bob, "in_person", None)
    Service.objects.filter(mediator=bob).update(travel_km=50, modalities=["phone", "in_person"])
    refresh(bob)
    assert names(replace(FOUND, modalities=("in_person",))) == []


def test_a_time_that_suits_may_be_beyond_the_first_that_search_knows() -> None:
    bob = telling.make_one("Bob")
    asked = replace(FOUND, times=("saturday",))
    assert names(asked) == []
    make_openings(bob, "phone", weekdays=(5,))
    refresh(bob)
    assert names(asked) == ["Bob"]
    (found,) = routing.suited(asked, nobody_known, NOW)
    assert found.time.start.weekday() == 5


def test_soon_enough() -> None:
    bob = telling.make_one("Bob")
    Opening.objects.filter(mediator=bob).update(valid_from=(NOW + 10 * DAY).date())
    refresh(bob)
    assert names(replace(FOUND, urgency="days")) == []
    assert names(replace(FOUND, urgency="weeks")) == ["Bob"]


def test_who_is_known_to_a_party_is_passed_over_in_silence() -> None:
    bob = telling.make_one("Bob")
    telling.make_one("Carole")
    assert names(crossed=lambda accounts: {bob.user_id}) == ["Carole"]


def test_a_namesake_of_a_party_is_no_mediator_of_theirs() -> None:
    telling.make_one("Martin Paul")
    telling.make_one("Carole")
    intake = telling.sent()
    asked = Mediator.objects.get(pk=telling.asked(intake)[0][0])
    assert asked.name == "Carole"


def test_whom_it_was_proposed_to_is_not_asked_again() -> None:
    bob = telling.make_one("Bob")
    assert names(but=Q(pk=bob.pk)) == []


def test_who_was_served_least_recently_comes_first() -> None:
    bob, carole, denis = (telling.make_one(name) for name in ("Bob", "Carole", "Denis"))
    intake, _ = telling.begin()
    for one, days in ((bob, 3), (denis, 5)):
        Proposal.objects.create(
            intake=intake, mediator=one, state="declined", hand="routing", made_at=NOW - days * DAY,
            due_at=NOW, ended_at=NOW,
        )  # fmt: skip
    assert names() == ["Carole", "Denis", "Bob"]
    Proposal.objects.create(
        intake=intake, mediator=carole, state="declined", hand="person", made_at=NOW, due_at=NOW, ended_at=NOW
    )
    assert names()[0] == "Carole", "being chosen is no turn"


def test_the_reasons_told_are_those_that_counted() -> None:
    telling.make_one("Bob")
    bare = Facets(1, phone="+33639980001")
    (found,) = routing.suited(bare, nobody_known, NOW)
    assert found.why == (Why.VERIFIED, Why.SOON, Why.TURN)


def test_as_many_requests_as_mediators_who_all_accept_are_shared_out_evenly() -> None:
    people = [telling.make_one(f"Bob {number}") for number in range(4)]
    for number in range(10):
        when = NOW + timedelta(minutes=number)
        answers = {**telling.STORY, "email": telling.UNKNOWN, "reach": ["phone"], "name": f"Alice {number}"}
        telling.send(telling.tell({**answers, "parties": telling.UNKNOWN}, now=when), now=when)
    counts = [Proposal.objects.filter(mediator=one).count() for one in people]
    assert sorted(counts) == [2, 2, 3, 3]
