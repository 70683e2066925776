"""What leaves, who is shown what, and what a stop keeps back."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from allomediateur.cases.questionnaire import facets, outcomes, summaries, walking
from allomediateur.cases.questionnaire.facets import Facets
from allomediateur.cases.questionnaire.outcomes import Safety
from allomediateur.cases.questionnaire.shapes import Answer, Reader
from tests.cases.questionnaire.answering import FIRST, NEIGHBOUR, answered_whole, marked, some_answers

FEW = settings(max_examples=60, deadline=None)
BEFORE = {"for_whom", "domain", "urgency", "place", "modality", "parties", "name"}


def lines(answers: dict[str, Answer], reader: Reader) -> dict[str, tuple[str, ...]]:
    told = summaries.shown(FIRST, answers, reader=reader, language="fr")
    return {line.question: line.lines for part in told for line in part.lines}


@FEW
@given(some_answers(junk=True))
def test_nothing_off_the_way_is_told_sent_or_used(answers: dict[str, Answer]) -> None:
    live = set(walking.walk(FIRST, answers).answers)
    asked = {
        line.question
        for part in summaries.summary(FIRST, answers, language="en")
        for line in part.lines
        if not line.is_missing
    }
    assert asked == live
    assert set(outcomes.sent(FIRST, answers)) <= live
    without = {id_: answer for id_, answer in answers.items() if id_ in live}
    assert facets.facets(FIRST, answers) == facets.facets(FIRST, without)
    assert outcomes.outcome(FIRST, answers) == outcomes.outcome(FIRST, without)


@FEW
@given(answered_whole())
def test_each_reader_is_shown_what_its_questions_promise(answers: dict[str, Answer]) -> None:
    """A marker in each answer: it is found with the readers its question names, and with nobody else."""
    answers = marked(FIRST, answers)
    sent = outcomes.sent(FIRST, answers)
    for reader in Reader:
        told = lines(answers, reader)
        assert set(told) == {id_ for id_ in sent if reader in FIRST.by_question[id_][1].seen_by}
        fields = [field for field in FIRST.by_question["parties"][1].fields if reader not in field.seen_by]
        assert not any(f"MARK<parties.{field.id}>" in str(told) for field in fields)
    assert set(lines(answers, Reader.BEFORE)) <= BEFORE
    assert "MARK<story>" not in str(lines(answers, Reader.BEFORE)) + str(lines(answers, Reader.STAFF))


@FEW
@given(answered_whole())
def test_a_stop_passes_on_nothing(answers: dict[str, Answer]) -> None:
    reached = outcomes.outcome(FIRST, answers)
    if reached.can_be_sent:
        return
    assert outcomes.sent(FIRST, answers) == {}
    assert facets.facets(FIRST, answers) == Facets(1)
    assert [summaries.shown(FIRST, answers, reader=reader, language="fr") for reader in Reader] == [()] * 4


@FEW
@given(answered_whole())
def test_fear_or_silence_about_it_never_lets_an_invitation_leave(answers: dict[str, Answer]) -> None:
    reached = outcomes.outcome(FIRST, answers | {"contact_others": "yes"})
    assert (reached.safety is Safety.NONE) == (answers.get("safety") == ["none"])
    assert reached.safety is Safety.NONE or not reached.may_invite


def test_answers_left_aside_do_not_leave_with_what_is_sent() -> None:
    """Whoever was a lawyer, then was not, and stopped being afraid."""
    changed = NEIGHBOUR | {
        "for_whom": "MARK",
        "mandate": "written",
        "trusted": "MARK",
        "safe_times": "MARK",
        "new": "MARK",
    }
    assert outcomes.sent(FIRST, changed) == NEIGHBOUR
    assert facets.facets(FIRST, changed) == facets.facets(FIRST, NEIGHBOUR)
    assert "MARK" not in str([lines(changed, reader) for reader in Reader])
    assert "MARK" not in str(summaries.summary(FIRST, changed, language="fr"))


def test_an_invitation_is_forbidden_even_by_a_version_that_asks_about_it() -> None:
    """The engine does not rely on the questionnaire for that."""
    screens = tuple(replace(one, when=None) if one.id == "contact_others" else one for one in FIRST.screens)
    careless = replace(FIRST, screens=screens)
    afraid = NEIGHBOUR | {"safety": ["fear"], "discreet": "email", "consent_sensitive": "yes"}
    assert walking.walk(careless, afraid).answers["contact_others"] == "yes"
    reached = outcomes.outcome(careless, afraid)
    assert (reached.can_be_sent, reached.may_invite) == (True, False)
    assert outcomes.outcome(careless, NEIGHBOUR).may_invite


def test_a_neighbour_is_routed() -> None:
    assert facets.facets(FIRST, NEIGHBOUR) == Facets(
        version=1,
        role="party",
        origin="chosen",
        specialty="voisinage",
        commune="35238",
        modalities=("phone", "in_person"),
        languages=("fr", "en"),
        times=("evening", "saturday"),
        urgency="weeks",
        amount_band="5000",
        parties=("Alice Durand", "Paul Martin"),
        may_invite=True,
        name="Alice Durand",
        email="alice@example.org",
    )


@pytest.mark.parametrize(
    ("cents", "expected"),
    [(500_000, "5000"), (500_001, "10000"), (1_000_000, "10000"), (1_000_001, "more"), (1, "5000")],
)
def test_an_amount_is_in_the_band_whose_bound_it_does_not_pass(cents: int, expected: str) -> None:
    assert facets.facets(FIRST, NEIGHBOUR | {"amount": cents}).amount_band == expected


def test_a_mediator_who_has_not_accepted_is_shown_domain_place_ways_urgency_and_names() -> None:
    assert lines(NEIGHBOUR, Reader.BEFORE) == {
        "domain": ("Les voisins",),
        "parties": ("Nom de la personne ou de l’organisme\u00a0: Paul Martin",),
        "urgency": ("Dans les prochaines semaines",),
        "place": ("Rennes (35)",),
        "modality": ("Par téléphone", "Face à face"),
        "name": ("Alice Durand",),
    }


def test_after_accepting_the_story_is_read_and_contacts_too() -> None:
    told = lines(NEIGHBOUR, Reader.AFTER)
    assert told["story"] == ("La haie.", "Elle pousse.")
    assert "06 39 98 00 01" in told["parties"][0]
    assert told["since"] == ("mars 2025",)
    assert told["amount"] == ("5\u202f000\u00a0€",)


def test_what_nobody_reads_is_shown_to_nobody() -> None:
    employee = NEIGHBOUR | {"other_side": "employer", "employer_next": "go_on"}
    assert outcomes.outcome(FIRST, employee).can_be_sent
    assert not any("employer_next" in lines(employee, reader) for reader in Reader if reader is not Reader.NOBODY)


def test_a_refused_consent_keeps_back_safety_and_health_and_stays_careful() -> None:
    afraid = NEIGHBOUR | {
        "safety": ["fear"], "discreet": "phone", "safe_times": "Le mardi", "accessibility": ["hearing"],
        "consent_sensitive": "no",
    }  # fmt: skip
    sent = outcomes.sent(FIRST, afraid)
    assert {"safety", "accessibility", "sign_language"}.isdisjoint(sent)
    told = facets.facets(FIRST, afraid)
    assert (told.accessibility, told.is_in_danger, told.discreet, told.may_invite) == ((), True, "phone", False)
    agreed = outcomes.sent(FIRST, afraid | {"consent_sensitive": "yes"})
    assert agreed["safety"] == ["fear"]


def test_unfinished_is_not_sent() -> None:
    unfinished = {id_: answer for id_, answer in NEIGHBOUR.items() if id_ != "urgency"}
    assert outcomes.outcome(FIRST, unfinished).ending == outcomes.UNFINISHED
    assert outcomes.sent(FIRST, unfinished) == {}
    told = [
        line for part in summaries.summary(FIRST, unfinished, language="en") for line in part.lines if line.is_missing
    ]
    assert [(line.question, line.screen, line.lines) for line in told] == [("urgency", "urgency", ("To be answered",))]


def test_answers_are_kept_as_json() -> None:
    assert json.loads(json.dumps(NEIGHBOUR)) == NEIGHBOUR
