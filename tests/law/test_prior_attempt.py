"""Is an attempt required? Each boundary day and amount, each exemption, subject, court and territory."""

import pytest

from allomediateur.law import examples, sayings, shelf
from allomediateur.law.answering import Way, prior_attempt
from allomediateur.law.facts import Exemption, Subject, Territory
from allomediateur.law.judging import Verdict
from allomediateur.law.reading import read
from allomediateur.law.tables import Need
from tests.law.telling import ask


@pytest.mark.parametrize("case", examples.shipped(), ids=lambda case: case.id)
def test_the_case_has_its_verdict(case: examples.Case) -> None:
    assert examples.outcome(case, shelf.shipped()).verdict is case.expected


def test_every_exemption_subject_and_territory_has_its_case() -> None:
    facts = [case.facts for case in examples.shipped()]
    assert {one for fact in facts for one in fact.exemptions or ()} == set(Exemption)
    assert {one for fact in facts for one in fact.subjects or ()} == set(Subject)
    assert {fact.territory for fact in facts} == {*Territory, None}


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2019-12-31", "V0"), ("2020-01-01", "V1"), ("2022-02-26", "V1"), ("2022-02-27", "V2"), ("2022-09-21", "V2"),
        ("2022-09-22", "gap"), ("2023-09-30", "gap"), ("2023-10-01", "V3"), ("2026-09-01", "V3"),
    ],
)  # fmt: skip
def test_the_day_of_the_action_chooses_the_version(day: str, version: str) -> None:
    found = ask(date=day).version
    assert found is not None
    assert found.id == version


def test_the_announced_draft_is_said_and_not_applied() -> None:
    before, after = ask(date="2026-08-31", claim_amount="8000"), ask(date="2026-09-01", claim_amount="8000")
    assert [before.verdict, after.verdict] == [Verdict.NOT_REQUIRED] * 2
    assert not any("10\u202f000" in one.fr for one in before.warnings)
    assert any("10\u202f000" in one.fr and "pas appliqué" in one.fr for one in after.warnings)


def test_the_gap_warns_of_the_judges_who_read_it_otherwise() -> None:
    answer = ask(date="2022-12-01")
    assert any("Nîmes" in one.fr for one in answer.warnings)
    assert {"ce-436939", "ca-nimes-2023"} <= {one.id for one in answer.articles}


def test_the_free_conciliator_is_always_among_the_ways() -> None:
    for case in examples.shipped():
        ways = prior_attempt(case.facts, shelf.shipped()).alternatives
        assert ways[0].way is Way.CONCILIATOR
        assert ways[0].is_free


@pytest.mark.parametrize("parties", ["individuals", "family"])
def test_with_violence_the_helplines_come_first_and_nothing_paid_is_offered(parties: str) -> None:
    answer = ask(violence=True, parties=parties)
    assert "3919" in answer.warnings[0].fr
    assert all(one.is_free for one in answer.alternatives)


def test_a_consumer_is_shown_the_consumer_mediator() -> None:
    answer = ask(parties="consumer_vs_trader")
    assert Way.CONSUMER_MEDIATOR in [one.way for one in answer.alternatives]
    assert "conso-l612-1" in [one.id for one in answer.articles]


@pytest.mark.parametrize("attempt", ["held", "refused_invitation"])
def test_an_attempt_made_satisfies_the_requirement_and_its_proof_is_named(attempt: str) -> None:
    answer = ask(attempt=attempt)
    assert answer.verdict is Verdict.REQUIRED
    assert answer.evidence[0] in sayings.PROOFS.values()
    assert sayings.INADMISSIBLE not in answer.warnings


def test_a_formal_notice_is_not_an_attempt() -> None:
    answer = ask(attempt="formal_notice")
    assert {sayings.FORMAL_NOTICE, sayings.INADMISSIBLE} <= set(answer.warnings)
    assert answer.evidence[0] == sayings.TO_GET


def test_an_uncertain_answer_names_what_would_settle_it() -> None:
    answer = ask(court="unknown")
    assert (answer.verdict, answer.missing) == (Verdict.UNCERTAIN, ("court",))
    assert "le tribunal" in answer.reasons[0].fr


def test_what_nobody_spoke_of_is_presumed_and_said() -> None:
    told = {"date": "2024-03-15", "court": "judiciaire", "claim_amount": 1200}
    answer = prior_attempt(read(told), shelf.shipped())
    assert answer.verdict is Verdict.REQUIRED
    assert {sayings.PRESUMED["territory"], sayings.PRESUMED["exemptions"]} <= set(answer.warnings)
    assert sayings.PRESUMED["subjects"] not in answer.warnings


@pytest.mark.parametrize(
    ("told", "need"),
    [
        ({"claim_amount": "10000.00"}, Need.NOT_REQUIRED),
        ({"claim_amount": "10000.01"}, Need.REQUIRED),
        ({"claim_amount": "0"}, Need.REQUIRED),
        ({"claim_amount": None}, Need.UNCERTAIN),
        ({"claim_amount": "0", "subjects": ["boundary"]}, Need.UNCERTAIN),
        ({"claim_amount": "1200.00", "subjects": ["ownership"]}, Need.REQUIRED),
        ({"claim_amount": "90000.00", "parties": "tenant_vs_landlord"}, Need.NOT_REQUIRED),
        ({"claim_amount": "10000.00", "court": "commerce", "parties": "companies"}, Need.NOT_REQUIRED),
        ({"claim_amount": "10000.01", "court": "commerce", "parties": "companies"}, Need.REQUIRED),
        ({"claim_amount": "90000", "court": "prudhommes", "parties": "employee_vs_employer"}, Need.NOT_REQUIRED),
        ({"court": "administratif", "parties": "citizen_vs_administration"}, Need.UNCERTAIN),
        ({"court": "unknown"}, Need.UNCERTAIN),
    ],
)
def test_whether_a_lawyer_is_compulsory(told: dict[str, object], need: Need) -> None:
    assert ask(**told).lawyer is need


def test_relatives_may_help_where_no_lawyer_is_compulsory() -> None:
    alone, with_lawyer = ask().assistance, ask(claim_amount="10000.01").assistance
    assert any("époux" in one.fr for one in alone.others)
    assert with_lawyer.others == ()
    assert with_lawyer.sentences == (sayings.NOT_SELF,)


def test_where_the_rule_of_assistance_was_not_verified_it_is_said() -> None:
    found = ask(court="administratif", parties="citizen_vs_administration").assistance
    assert not found.certain
    assert sayings.OTHERS_UNSURE in found.sentences
