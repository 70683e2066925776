"""Tables as data: what is wrong is refused with a clear sentence; a planned version changes what it says it changes."""

import copy
import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from allomediateur.law import examples, reckonings, sayings, shelf, words
from allomediateur.law.answering import prior_attempt
from allomediateur.law.facts import Court, Facts, Parties
from allomediateur.law.judging import Verdict
from allomediateur.law.loading import load
from allomediateur.law.nodes import Malformed
from allomediateur.law.reading import read
from allomediateur.law.tables import Inconsistent, Need, PriorAttempt, Tables
from allomediateur.law.texts import Text
from tests.law.telling import USUAL
from tools.typography import mended

DOCUMENTS: list[dict[str, Any]] = [one for one in shelf.documents() if isinstance(one, dict)]


def document(of: str, name: str, **changed: Any) -> dict[str, Any]:
    """A copy of a shipped version, as JSON would keep it."""
    found = next(one for one in DOCUMENTS if (one["table"], one["id"]) == (of, name))
    return json.loads(json.dumps(copy.deepcopy(found), default=str)) | changed  # type: ignore[no-any-return]


def test_every_version_reads_the_same_from_json() -> None:
    again = Tables.of(load(json.loads(json.dumps(one, default=str))) for one in DOCUMENTS)
    assert again == shelf.shipped()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ceiling": -5}, "prior_attempt V3.ceiling\u00a0: il faut un montant"),
        ({"ceiling": "5000.001"}, "prior_attempt V3.ceiling\u00a0: il faut un montant"),
        ({"in_force_from": "2026-02-30"}, "prior_attempt V3.in_force_from\u00a0: il faut une date"),
        ({"verified_on": None}, "prior_attempt V3.verified_on\u00a0: il faut une date"),
        ({"enabled": "yes"}, "prior_attempt V3.enabled\u00a0: il faut «"),
        ({"subjects": {"moon": "cpc-750-1"}}, "prior_attempt V3.subjects\u00a0: «\u00a0moon\u00a0» n’est pas connu"),
        ({"exemptions": {"urgency": {"number": 0, "force": "applies"}}}, "number\u00a0: il faut un nombre entier"),
        ({"source": {"fr": "décret"}}, "source\u00a0: il faut un texte en français et un en anglais"),
        ({"ceilling": 5000}, "prior_attempt V3\u00a0: «\u00a0ceilling\u00a0» n’est pas connu ici"),
        ({"table": "taxes"}, "table.table\u00a0: «\u00a0taxes\u00a0» n’est pas connu"),
    ],
)
def test_a_wrong_table_is_refused_with_where(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Malformed) as raised:
        load(document("prior_attempt", "V3", **changed))
    assert said in raised.value.message.fr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "V4"}, "commencent le même jour"),
        ({"id": "V4", "in_force_from": "2027-01-01", "articles": ["cpc-9999"]}, "cite «\u00a0cpc-9999\u00a0»"),
    ],
)
def test_versions_that_contradict_the_others_are_refused(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Inconsistent) as raised:
        shelf.shipped().having(load(document("prior_attempt", "V3", **changed)))
    assert said in raised.value.message.fr


@pytest.mark.parametrize(
    ("table", "name", "changed", "said"),
    [
        ("lawyer", "L1", {"courts": {}}, "lawyer L1.courts\u00a0: il manque\u00a0: judiciaire, proximite"),
        ("assistance", "A1", {"courts": {"commerce": {}}}, "assistance A1.courts\u00a0: il manque"),
        ("lawyer", "L1", {"parties": {"family": "by_ceiling"}}, "«\u00a0by_ceiling\u00a0» n’est pas connu"),
        ("lawyer", "L1", {"procedures": {"interim": "by_ceiling"}}, "«\u00a0by_ceiling\u00a0» n’est pas connu"),
        ("lawyer", "L1", {"ceiling": None}, "lawyer L1.ceiling\u00a0: il faut un montant"),
        ("prior_attempt", "V3", {"conciliator_months": 999_999}, "1200 au plus"),
        ("consumer", "C1", {"outcome_days": 10**12}, "1200 au plus"),
    ],
)
def test_a_table_that_could_not_answer_is_refused(table: str, name: str, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(Malformed) as raised:
        load(document(table, name, **changed))
    assert said in raised.value.message.fr


@pytest.mark.parametrize(
    ("table", "name", "changed"),
    [
        ("prior_attempt", "V0", {"in_force_from": "2010-01-01"}),
        ("prior_attempt", "V0", {"enabled": False}),
        ("lawyer", "L0", {"enabled": False}),
        ("assistance", "A0", {"in_force_from": "1900-01-02"}),
        ("articles", "R1", {"in_force_from": "2027-01-01"}),
    ],
)
def test_a_table_that_says_nothing_of_a_day_is_refused(table: str, name: str, changed: dict[str, Any]) -> None:
    with pytest.raises(Inconsistent) as raised:
        shelf.shipped().having(load(document(table, name, **changed)))
    assert f"«\u00a0{table}\u00a0» ne dit rien avant le" in raised.value.message.fr


def test_a_lawyer_planned_for_a_later_day_is_uncertain_while_nobody_knows_the_day() -> None:
    courts = document("lawyer", "L1")["courts"] | {"prudhommes": {"need": "required"}}
    planned = load(document("lawyer", "L1", id="L2", in_force_from="2027-03-01", courts=courts))
    told = Facts(None, Court.PRUDHOMMES, parties=Parties.EMPLOYEE_VS_EMPLOYER)
    assert prior_attempt(told, shelf.shipped()).lawyer is Need.NOT_REQUIRED
    assert prior_attempt(told, shelf.shipped().having(planned)).lawyer is Need.UNCERTAIN


def test_a_decision_without_hearing_the_other_exempts_no_more_than_the_version_says() -> None:
    exemptions = document("prior_attempt", "V3")["exemptions"] | {"ex_parte": {"number": 3, "force": "unsure"}}
    tables = shelf.shipped().having(load(document("prior_attempt", "V3", exemptions=exemptions)))
    found = prior_attempt(read(USUAL | {"procedure": "ex_parte"}), tables)
    assert found.verdict is Verdict.UNCERTAIN


def test_a_version_planned_for_a_later_day_changes_only_the_cases_from_that_day() -> None:
    old = shelf.shipped()
    new = old.having(load(document("prior_attempt", "draft", id="V4", enabled=True)))
    changed = examples.differences(old, new)
    assert {one.case.id for one in changed} == {
        "5000.01 euros once the draft was to begin", "10000.00 euros once the draft was to begin",
    }  # fmt: skip
    assert {(str(one.before.verdict), str(one.after.verdict)) for one in changed} == {("not_required", "required")}
    assert new.on(PriorAttempt, date(2026, 8, 31)).id == "V3"
    assert new.on(PriorAttempt, date(2026, 9, 1)).id == "V4"


def test_nothing_changes_while_the_version_is_not_enabled() -> None:
    old = shelf.shipped()
    assert [one.id for one in old.each(PriorAttempt, enabled=False)] == ["draft"]
    assert examples.differences(old, old.having(load(document("prior_attempt", "draft", ceiling=20_000)))) == ()


def test_a_case_that_cannot_be_is_refused_with_where() -> None:
    with pytest.raises(Malformed) as raised:
        examples.load([{"id": "x", "expected": "required", "facts": {"date": "2024-02-30"}}])
    assert raised.value.message.fr.startswith("cases[0].facts")


def test_french_words_have_their_typography() -> None:
    texts = [one.fr for module in (words, sayings, reckonings) for one in _texts(vars(module).values())]
    texts += [text for one in DOCUMENTS for text in _french(one)]
    assert len(texts) > 150
    assert [text for text in texts if mended(text) != text] == []


def _texts(values: Iterable[object]) -> Iterator[Text]:
    for value in values:
        if isinstance(value, Text):
            yield value
        elif isinstance(value, dict):
            yield from _texts(value.values())


def _french(document: object) -> Iterator[str]:
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    for key, part in parts:
        if key == "fr" and isinstance(part, str):
            yield part
        else:
            yield from _french(part)
