"""Facts to ask about: the usual case, and any case at all."""

from typing import Any

from hypothesis import strategies as st

from allomediateur.law import shelf
from allomediateur.law.answering import Answer, prior_attempt
from allomediateur.law.facts import Attempt, Court, Exemption, Parties, Procedure, Subject, Territory
from allomediateur.law.reading import read

USUAL: dict[str, Any] = {
    "date": "2024-03-15", "court": "judiciaire", "claim_amount": "1200.00", "subjects": ["other"],
    "procedure": "ordinary", "parties": "individuals", "exemptions": [], "attempt": "none", "territory": "metropole",
    "violence": False,
}  # fmt: skip
DAYS = (
    "2019-12-31", "2020-01-01", "2022-02-26", "2022-02-27", "2022-09-21", "2022-09-22", "2023-09-30", "2023-10-01",
    "2026-08-31", "2026-09-01", "2027-01-15",
)  # fmt: skip


def ask(**told: Any) -> Answer:
    """The usual case, but for what is told."""
    return prior_attempt(read(USUAL | told), shelf.shipped())


def answer(told: dict[str, Any]) -> Answer:
    return prior_attempt(read(told), shelf.shipped())


def cases() -> st.SearchStrategy[dict[str, Any]]:
    """Any facts, each said, unknown, or left out but for the day; some contradict themselves."""
    said: dict[str, st.SearchStrategy[Any]] = {
        "court": st.sampled_from(Court).map(str) | st.just("unknown"),
        "claim_amount": st.sampled_from(["0", "0.01", "5000.00", "5000.01", "10000.00", "10000.01", None]),
        "subjects": st.none() | st.lists(st.sampled_from(Subject).map(str), max_size=2),
        "procedure": st.none() | st.sampled_from(Procedure).map(str),
        "parties": st.none() | st.sampled_from(Parties).map(str),
        "exemptions": st.none() | st.lists(st.sampled_from(Exemption).map(str), max_size=2),
        "attempt": st.none() | st.sampled_from(Attempt).map(str),
        "territory": st.none() | st.sampled_from(Territory).map(str),
        "violence": st.none() | st.booleans(),
        "conciliator_delay_days": st.none() | st.sampled_from([10, 88, 89, 92, 93]),
    }
    return st.fixed_dictionaries({"date": st.sampled_from(DAYS)}, optional=said)
