"""Answers, forms and people for the questionnaire’s tests."""

from datetime import date

from hypothesis import strategies as st

from allomediateur.cases.questionnaire import reading, shelf, walking
from allomediateur.cases.questionnaire.exploring import candidates
from allomediateur.cases.questionnaire.reading import Communes, Given
from allomediateur.cases.questionnaire.shapes import Answer, Questionnaire, Screen
from allomediateur.cases.questionnaire.words import Commune

TODAY = date(2026, 11, 23)
FIRST = shelf.version(1)
RENNES = Commune("35238", "Rennes (35)")
SAINT_DENIS = (Commune("93066", "Saint-Denis (93)"), Commune("97411", "Saint-Denis (974)"))

PAUL: dict[str, Answer] = {"name": "Paul Martin", "link": "voisin", "contact": "06 39 98 00 01", "knows": "yes"}
NEIGHBOUR: dict[str, Answer] = {
    "role": "party",
    "origin": "chosen",
    "safety": ["none"],
    "domain": "voisinage",
    "other_side": "neighbour",
    "story": "La haie.\nElle pousse.",
    "since": "2025-03",
    "steps_taken": ["talked", "wrote"],
    "project": "Dormir.",
    "direction": "rearrange",
    "parties": [PAUL],
    "contact_others": "yes",
    "proceedings": "none",
    "has_amount": "yes",
    "amount": 500_000,
    "deadline": "no",
    "urgency": "weeks",
    "legal_aid": ["insurance"],
    "place": {"code": "35238", "name": "Rennes (35)"},
    "modality": ["phone", "in_person"],
    "languages": ["fr", "en"],
    "interpreter": "no",
    "sign_language": "no",
    "accessibility": ["none"],
    "times": ["evening", "saturday"],
    "consent_names": "yes",
    "consent_send": "yes",
    "reach": ["email"],
    "name": "Alice Durand",
    "email": "alice@example.org",
    "phone": {"said": "unknown"},
}


def communes(typed: str) -> Communes:
    """A country of three towns."""
    plain = typed.casefold()
    if plain in ("rennes", "35000", RENNES.code):
        return Communes((RENNES,))
    known = tuple(one for one in SAINT_DENIS if plain in (one.code, "saint-denis"))
    return Communes(known) if known else Communes(near=(RENNES,) if plain.startswith("ren") else ())


def post(screen: str, answers: dict[str, Answer] | None = None, **typed: str | list[str]) -> Given:
    """A screen of version 1, posted by somebody who is on the way of these answers."""
    posted = {name.replace("__", "-"): [value] if isinstance(value, str) else value for name, value in typed.items()}
    return read(FIRST, FIRST.by_id[screen], posted, answers or {})


def read(
    questionnaire: Questionnaire, screen: Screen, posted: dict[str, list[str]], answers: dict[str, Answer]
) -> Given:
    return reading.validate(questionnaire, screen, posted, answers=answers, today=TODAY, communes=communes)


JUNK: st.SearchStrategy[Answer] = st.recursive(
    st.text(max_size=12) | st.integers() | st.sampled_from(["yes", "unknown"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def some_answers(draw: st.DrawFn, questionnaire: Questionnaire = FIRST, *, junk: bool = False) -> dict[str, Answer]:
    """Some of the questions answered, each on its own: on the way or not, and damaged ones with `junk`."""
    questions = [question for _, question in questionnaire.each_question()]
    chosen = draw(st.lists(st.sampled_from(questions), unique_by=lambda one: one.id))
    return {
        one.id: draw(JUNK) if junk and draw(st.booleans()) else draw(st.sampled_from(list(candidates(one))))
        for one in chosen
    }


@st.composite
def answered_whole(draw: st.DrawFn, questionnaire: Questionnaire = FIRST) -> dict[str, Answer]:
    """Answered to an ending, with answers left aside on other ways."""
    answers = draw(some_answers(questionnaire))
    while screen := walking.next_screen(questionnaire, answers):
        if screen.is_stop:
            break
        answers |= draw(answered(screen, answers, questionnaire))
    return answers


@st.composite
def answered(
    draw: st.DrawFn, screen: Screen, answers: dict[str, Answer], questionnaire: Questionnaire = FIRST
) -> dict[str, Answer]:
    """A screen answered well: where one of some is needed, the first."""
    questions = walking.asked(questionnaire, screen, answers)
    given = {one.id: draw(st.sampled_from(list(candidates(one)))) for one in questions}
    proper = {one.id: next(candidates(one)) for one in questions if one.id in screen.needs_one_of[:1]}
    return given | proper


def marked(questionnaire: Questionnaire, answers: dict[str, Answer]) -> dict[str, Answer]:
    """The same ways, with the question’s name in every text that was typed."""
    return {id_: _marked(questionnaire.by_question[id_][1].kind, id_, answer) for id_, answer in answers.items()}


def _marked(kind: str, id_: str, answer: Answer) -> Answer:
    if isinstance(answer, str) and kind in ("short", "long"):
        return f"MARK<{id_}>"
    if isinstance(answer, str) and kind == "email":
        return f"mark.{id_}@example.org"
    if isinstance(answer, dict) and "code" in answer:
        return {"code": answer["code"], "name": f"MARK<{id_}>"}
    if isinstance(answer, list) and kind == "group":
        return [{name: _marked("short", f"{id_}.{name}", value) if name != "knows" else value
                 for name, value in entry.items()} for entry in answer if isinstance(entry, dict)]  # fmt: skip
    return answer
