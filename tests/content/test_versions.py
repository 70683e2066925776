"""The version of a page that is in force on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from allomediateur.content import shelf, versions
from allomediateur.content.checking import Refused
from allomediateur.content.documents import Document
from allomediateur.content.models import PageVersion
from tests.agenda.standings import make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def titled(title: str) -> Document:
    found = shelf.shipped("couts").document
    return replace(found, fr=replace(found.fr, title=title))


def title(now: datetime) -> str:
    return versions.in_force("couts", now).document.fr.title


def test_the_shipped_one_holds_until_the_first_minute_of_the_day_in_paris() -> None:
    before = title(NOW)
    versions.plan("couts", titled("Le prix"), date(2026, 12, 25), by=make_staff(), now=NOW)
    assert title(datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)) == before
    assert title(datetime(2026, 12, 24, 23, 0, tzinfo=UTC)) == "Le prix"
    assert [one.number for one in versions.planned(NOW)["couts"]] == [2]
    assert versions.planned(NOW + 30 * DAY) == {}


def test_the_last_written_wins_on_a_day() -> None:
    for word in ("Un", "Deux"):
        versions.plan("couts", titled(word), date(2026, 12, 1), by=make_staff(), now=NOW)
    assert (title(NOW), [one.number for one in versions.history("couts")]) == ("Deux", [3, 2, 1])


def test_verified_again_is_a_version_of_the_same_words_and_leaves_the_planned_one() -> None:
    sam = make_staff()
    versions.plan("couts", titled("Plus tard"), date(2027, 9, 1), by=sam, now=NOW)
    late = datetime(2027, 8, 1, 10, tzinfo=UTC)
    assert "couts" in [one.slug for one in versions.to_verify(late)]
    again = versions.verify_again("couts", by=sam, now=late)
    assert (again.number, again.verified_on, again.document) == (3, date(2027, 8, 1), shelf.shipped("couts").document)
    assert "couts" not in [one.slug for one in versions.to_verify(late)]
    assert title(late + 31 * DAY) == "Plus tard"


def test_a_page_is_to_be_verified_until_somebody_compared_it_and_again_after_six_months() -> None:
    def is_due(now: datetime) -> bool:
        return "couts" in [one.slug for one in versions.to_verify(now)]

    assert is_due(NOW)
    versions.verify_again("couts", by=make_staff(), now=NOW)
    assert [is_due(NOW + days * DAY) for days in (0, 183, 184)] == [False, False, True]


def test_a_day_that_is_over_a_wrong_document_and_an_unknown_page_are_refused() -> None:
    sam = make_staff()
    with pytest.raises(versions.TooLate):
        versions.plan("couts", titled("Hier"), date(2026, 11, 30), by=sam, now=NOW)
    with pytest.raises(Refused):
        versions.plan("couts", titled(""), date(2026, 12, 2), by=sam, now=NOW)
    with pytest.raises(KeyError):
        versions.plan("rien", titled("Rien"), date(2026, 12, 2), by=sam, now=NOW)
    assert not PageVersion.objects.exists()


def test_a_version_is_never_changed_nor_removed_but_its_writer_may_be_forgotten() -> None:
    sam = make_staff()
    versions.plan("couts", titled("Le prix"), date(2026, 12, 1), by=sam, now=NOW)
    rows = PageVersion.objects.all()
    for act in (lambda: rows.update(verified_on=date(2027, 1, 1)), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert rows.update(by=None) == 1
