"""What holds of any case at all."""

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from allomediateur.law.facts import BadFacts
from allomediateur.law.judging import Verdict
from allomediateur.law.tables import Need
from tests.law.telling import answer, cases

CERTAIN = st.sampled_from(["court", "claim_amount", "subjects", "procedure", "parties", "territory", "violence"])


def _sound(told: dict[str, Any]) -> bool:
    try:
        answer(told)
    except BadFacts:
        return False
    return True


@given(cases(), CERTAIN)
def test_a_fact_that_is_unknown_never_raises_certainty(told: dict[str, Any], name: str) -> None:
    unknown = told | {name: None}
    assume(_sound(told) and _sound(unknown))
    with_fact, without = answer(told), answer(unknown)
    assert without.verdict in (with_fact.verdict, Verdict.UNCERTAIN)
    assert without.lawyer in (with_fact.lawyer, Need.UNCERTAIN)


@given(cases())
def test_exemptions_that_are_unknown_never_raise_certainty(told: dict[str, Any]) -> None:
    """One exemption at most is invoked: two of them may well say more together."""
    assume(len(set(told.get("exemptions") or ())) < 2 and "conciliator_delay_days" not in told)
    unknown = told | {"exemptions": None}
    assume(_sound(told) and _sound(unknown))
    assert answer(unknown).verdict in (answer(told).verdict, Verdict.UNCERTAIN)


@given(cases(), st.sampled_from([None, "none", "formal_notice", "refused_invitation", "held"]))
def test_an_attempt_never_changes_the_verdict(told: dict[str, Any], attempt: str | None) -> None:
    assume(_sound(told))
    assert answer(told | {"attempt": attempt}).verdict is answer(told).verdict


@given(cases(), st.sampled_from(["boundary", "servitude_682", "ownership", "other"]))
def test_before_the_commercial_court_subject_and_amount_are_irrelevant(told: dict[str, Any], subject: str) -> None:
    here = told | {"court": "commerce", "parties": "companies", "territory": "metropole"}
    assume(_sound(here))
    changed = here | {"subjects": [subject], "claim_amount": "1234.56"}
    assert answer(here).verdict is answer(changed).verdict is Verdict.NOT_REQUIRED


@given(cases())
def test_a_day_in_the_gap_never_requires_an_attempt(told: dict[str, Any]) -> None:
    for day in ("2022-09-22", "2023-09-30"):
        here = told | {"date": day}
        assume(_sound(here))
        assert answer(here).verdict is not Verdict.REQUIRED


@given(cases())
def test_an_answer_is_whole_in_both_languages(told: dict[str, Any]) -> None:
    assume(_sound(told))
    found = answer(told)
    assert found.reasons
    assert found.articles
    assert found.version is not None
    texts = (*found.reasons, *found.evidence, *found.warnings, *found.assistance.sentences)
    assert all(one.fr and one.en and "{" not in one.fr + one.en for one in texts)


@given(cases())
def test_a_missing_fact_is_named_exactly_when_ways_disagree(told: dict[str, Any]) -> None:
    assume(_sound(told))
    found = answer(told)
    assert not found.missing or found.verdict is Verdict.UNCERTAIN
    assert all(
        told.get("claim_amount" if name == "claim_cents" else name) in (None, "unknown") for name in found.missing
    )
