"""Which screens matter: whatever was answered, in whatever order."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allomediateur.cases.questionnaire import outcomes, summaries, walking
from allomediateur.cases.questionnaire.exploring import candidates, explore
from allomediateur.cases.questionnaire.shapes import Answer
from tests.cases.questionnaire.answering import FIRST, NEIGHBOUR, answered, answered_whole, some_answers

FEW = settings(max_examples=60, deadline=None)
SECTIONS = [section.id for section in FIRST.sections]


@FEW
@given(some_answers(junk=True))
def test_a_way_is_short_ordered_and_never_comes_back(answers: dict[str, Answer]) -> None:
    way = [screen.id for screen in walking.path(FIRST, answers)]
    order = [screen.id for screen in FIRST.screens]
    assert way == sorted(set(way), key=order.index)


def test_every_screen_and_every_question_is_reached_by_some_answers() -> None:
    found = explore(FIRST)
    assert set(found.screens) == set(FIRST.by_id)
    for id_, answers in found.screens.items():
        assert id_ in [screen.id for screen in walking.path(FIRST, answers)]
    for id_, answers in found.questions.items():
        screen, _ = FIRST.by_question[id_]
        assert id_ in [question.id for question in walking.asked(FIRST, screen, answers)]
    assert set(found.questions) == set(FIRST.by_question)


@FEW
@given(st.data())
def test_any_order_of_answers_and_edits_comes_to_an_end_and_a_summary(data: st.DataObject) -> None:
    """Somebody goes back, changes, stops, comes again; then answers what is still asked."""
    answers = data.draw(some_answers(junk=True))
    for _ in range(data.draw(st.integers(0, 6))):
        screen = data.draw(st.sampled_from(walking.path(FIRST, answers)))
        for question in walking.asked(FIRST, screen, answers):
            answers[question.id] = data.draw(st.sampled_from(list(candidates(question))))
    turns = 0
    while (following := walking.next_screen(FIRST, answers)) and not following.is_stop:
        turns += 1
        assert turns <= len(FIRST.screens)
        answers |= data.draw(answered(following, answers))
    reached = outcomes.outcome(FIRST, answers)
    told = [line for part in summaries.summary(FIRST, answers, language="fr") for line in part.lines]
    assert reached.can_be_sent or reached.stop == following
    assert told
    assert not any(line.is_missing for line in told)
    assert all(line.lines and all(line.lines) for line in told)


@pytest.mark.parametrize("blank", ["", " ", "\r", "\n\u00a0\n"])
def test_a_text_of_blanks_is_no_answer(blank: str) -> None:
    assert walking.walk(FIRST, NEIGHBOUR | {"project": blank}).missing == ("project",)


@FEW
@given(answered_whole())
def test_the_steps_of_what_is_sent_are_all_there_in_order_and_their_number_never_moves(
    answers: dict[str, Answer],
) -> None:
    way = walking.path(FIRST, answers)
    progress = [walking.progress(FIRST, answers, screen) for screen in way]
    assert {one.steps for one in progress} == {len(SECTIONS)}
    steps = [one.step for one in progress]
    assert steps == sorted(steps)
    if outcomes.outcome(FIRST, answers).can_be_sent:
        assert set(steps) == set(range(1, len(SECTIONS) + 1))
        assert {one.share for one in progress} == {100}


@FEW
@given(some_answers())
def test_answers_that_do_not_count_are_apart_and_change_nothing(answers: dict[str, Answer]) -> None:
    aside = walking.apart(FIRST, answers)
    without = {id_: answer for id_, answer in answers.items() if id_ not in aside}
    assert walking.walk(FIRST, without) == walking.walk(FIRST, answers)


def test_one_screen_follows_another_and_leads_back() -> None:
    way = walking.path(FIRST, NEIGHBOUR)
    for before, after in pairwise(way):
        assert walking.next_screen(FIRST, NEIGHBOUR, after=before.id) == after
        assert walking.previous_screen(FIRST, NEIGHBOUR, after.id) == before
    assert walking.next_screen(FIRST, NEIGHBOUR, after=way[-1].id) is None
    assert walking.previous_screen(FIRST, NEIGHBOUR, way[0].id) is None


def test_who_comes_back_goes_on_where_something_is_to_be_answered() -> None:
    left = {id_: answer for id_, answer in NEIGHBOUR.items() if id_ not in ("story", "times")}
    resumed = walking.next_screen(FIRST, left)
    assert resumed is not None
    assert resumed.id == "story"
    assert walking.next_screen(FIRST, left | {"story": "…"}) == FIRST.screen("times")
    assert walking.next_screen(FIRST, NEIGHBOUR) is None


def test_the_screen_of_another_way_resumes_where_one_is() -> None:
    assert walking.next_screen(FIRST, {}, after="employer") == FIRST.screen("role")
    assert walking.previous_screen(FIRST, {}, "employer") is None


def test_an_edit_opens_its_questions_and_closes_the_others() -> None:
    """The lawyer’s questions are asked, then left aside, then found again."""
    lawyer = NEIGHBOUR | {"role": "lawyer", "for_whom": "Chloé Petit", "mandate": "written"}
    assert walking.next_screen(FIRST, lawyer) is None
    back = lawyer | {"role": "party"}
    assert walking.apart(FIRST, back) == {"for_whom": "Chloé Petit", "mandate": "written"}
    assert walking.apart(FIRST, back | {"role": "lawyer"}) == {}


def test_words_that_look_like_what_is_said_instead_decide_nothing() -> None:
    """« unknown » typed as a name is a name."""
    entry: dict[str, Answer] = {"name": "unknown"}
    typed = NEIGHBOUR | {"parties": [entry]}
    assert "contact_others" in [screen.id for screen in walking.path(FIRST, typed)]


def test_answers_of_another_version_count_as_not_given() -> None:
    """A choice that does not exist any more, a shape that changed."""
    other = NEIGHBOUR | {"domain": "astrologie", "times": "evening", "new": "question"}
    assert walking.walk(FIRST, other).missing == ("domain", "times")
    assert set(walking.apart(FIRST, other)) == {"domain", "times", "new"}
