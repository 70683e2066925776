"""The tables of law as staff change them: beside the shipped ones, or in their place; what a change changes is said."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from allomediateur.content import rulebook
from allomediateur.content.models import TableVersion
from allomediateur.law import shelf
from allomediateur.law.nodes import Malformed
from allomediateur.law.tables import Inconsistent, PriorAttempt
from tests.agenda.standings import make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
TODAY = date(2026, 12, 1)


def document(name: str = "V3", table: str = "prior_attempt", **changed: Any) -> dict[str, Any]:
    return rulebook.rule(table, name).document | changed


def in_force(day: date) -> PriorAttempt:
    return rulebook.current().on(PriorAttempt, day)


def test_until_somebody_writes_they_are_the_shipped_ones() -> None:
    assert rulebook.current() == shelf.shipped()
    assert all(one.is_shipped for one in rulebook.rules())


def test_a_version_planned_for_a_day_holds_for_actions_from_that_day_on() -> None:
    later = document(id="V4", in_force_from="2027-03-01", ceiling=10_000)
    assert rulebook.changes(later) == ()
    made = rulebook.write(later, by=make_staff(), now=NOW)
    assert (made.verified_on, made.at_source) == (TODAY, False)
    assert [in_force(date(2027, 2, 28)).id, in_force(date(2027, 3, 1)).id] == ["V3", "V4"]
    assert in_force(date(2027, 3, 1)).ceiling_cents == 1_000_000
    assert not rulebook.rule("prior_attempt", "V4").is_shipped


def test_which_cases_change_is_said_before_anything_is_kept() -> None:
    changed = rulebook.changes(document(ceiling=10_000))
    assert len(changed) >= 4
    assert {one.case.facts.claim_cents for one in changed} <= {500_001, 1_000_000}
    assert in_force(TODAY).ceiling_cents == 500_000


def test_written_in_place_of_a_shipped_one_then_taken_away() -> None:
    sam = make_staff()
    rulebook.write(document(ceiling=4_000), by=sam, now=NOW)
    assert (in_force(TODAY).ceiling_cents, in_force(TODAY).id) == (400_000, "V3")
    rulebook.withdraw("prior_attempt", "V3", by=sam, now=NOW)
    assert rulebook.current() == shelf.shipped()
    assert [bool(one.document) for one in rulebook.history("prior_attempt", "V3")] == [False, True]
    with pytest.raises(rulebook.Shipped):
        rulebook.withdraw("prior_attempt", "V3", by=sam, now=NOW)


def test_one_of_our_own_that_is_taken_away_is_there_no_more() -> None:
    sam = make_staff()
    rulebook.write(document(id="V4", in_force_from="2027-03-01"), by=sam, now=NOW)
    rulebook.withdraw("prior_attempt", "V4", by=sam, now=NOW)
    with pytest.raises(rulebook.Unknown):
        rulebook.rule("prior_attempt", "V4")


def test_what_others_need_is_not_taken_away() -> None:
    """An article that a version of ours cites."""
    sam = make_staff()
    articles = document("R1", "articles")
    more = [*articles["articles"], {"id": "cpc-9999", "code": "cpc", "number": "9999"}]
    rulebook.write(articles | {"articles": more}, by=sam, now=NOW)
    rulebook.write(document(id="V4", in_force_from="2027-03-01", articles=["cpc-9999"]), by=sam, now=NOW)
    with pytest.raises(Inconsistent):
        rulebook.withdraw("articles", "R1", by=sam, now=NOW)
    assert not rulebook.rule("articles", "R1").is_shipped


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"ceiling": -1}, Malformed),
        ({"in_force_from": "2027-02-30"}, Malformed),
        ({"id": "V4"}, Inconsistent),
        ({"id": "V4", "in_force_from": "2027-01-01", "articles": ["cpc-9999"]}, Inconsistent),
    ],
)
def test_what_is_wrong_is_not_kept(changed: dict[str, Any], error: type[Exception]) -> None:
    wrong = document(**changed)
    with pytest.raises(error):
        rulebook.changes(wrong)
    with pytest.raises(error):
        rulebook.write(wrong, by=make_staff(), now=NOW)
    assert not TableVersion.objects.exists()


def test_verified_is_said_of_who_compared_with_the_text_only_and_for_six_months() -> None:
    sam = make_staff()
    assert {one.version.at_source for one in rulebook.rules()} == {False}
    assert len(rulebook.to_verify(NOW)) == len(rulebook.rules())
    rulebook.verify_again("prior_attempt", "V3", by=sam, now=NOW)
    found = rulebook.rule("prior_attempt", "V3")
    assert (found.version.at_source, found.version.verified_on, found.is_to_verify(NOW)) == (True, TODAY, False)
    assert found.document["ceiling"] == 5000
    assert not found.is_to_verify(datetime(2027, 6, 2, 10, tzinfo=UTC))
    assert found.is_to_verify(datetime(2027, 6, 3, 10, tzinfo=UTC))


def test_what_was_written_is_never_changed_nor_removed() -> None:
    rulebook.verify_again("prior_attempt", "V3", by=make_staff(), now=NOW)
    rows = TableVersion.objects.all()
    for act in (lambda: rows.update(name="V1"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert rows.update(by=None) == 1


def test_who_reads_meanwhile_reads_again_once_somebody_wrote(django_assert_num_queries: Any) -> None:
    rulebook.current()
    with django_assert_num_queries(1):
        rulebook.current()
    rulebook.write(document(ceiling=4_000), by=make_staff(), now=NOW)
    assert in_force(TODAY).ceiling_cents == 400_000


def stored(name: str, **changed: Any) -> None:
    """A row as an older release of the site may have kept it."""
    table = changed.pop("table", "prior_attempt")
    told = document(table=table, name="V3" if table == "prior_attempt" else "R1") | {"id": name} | changed
    TableVersion.objects.create(table=table, name=name, document=told, created_at=NOW)


def test_what_an_upgrade_left_behind_is_not_applied_and_the_rest_is() -> None:
    sam = make_staff()
    stored("V4", in_force_from="2027-03-01", articles=["cpc-9999"])
    stored("V5", in_force_from="2023-10-01")
    stored("V6", in_force_from="2027-04-01", gone="a key that is no more")
    stored("V7", in_force_from="2027-05-01", ceiling=7_000)
    articles = document("R1", "articles")["articles"]
    stored("R1", table="articles", articles=[*articles, {"id": "cpc-9999", "code": "cpc", "number": "9999"}])
    assert rulebook.unread() == [("prior_attempt", "V5"), ("prior_attempt", "V6")]
    assert [in_force(date(2027, month, 1)).id for month in (2, 3, 4, 5)] == ["V3", "V4", "V4", "V7"]
    for name in ("V5", "V6"):
        rulebook.withdraw("prior_attempt", name, by=sam, now=NOW)
    assert rulebook.unread() == []
    assert in_force(date(2027, 5, 1)).ceiling_cents == 700_000
