"""The staff's pages of the import: read, shown line by line, written once confirmed; a report that runs nothing."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from allomediateur.agenda import importing
from allomediateur.directory import rosters
from allomediateur.directory.models import Mediator, Roster
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.directory.files import PDF
from tests.factories import make_commune, make_mediator, make_specialty, make_user
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db
CSV = b"nom;email\nClaire Berthier;claire@example.org\nSans adresse;nulle part\nBob;bob@example.org\n"


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_staff())
    make_mediator(now=NOW, user=make_user("bob@example.org", role="mediator"))
    return client


def send(client: Client, data: bytes = CSV, name: str = "anciens.csv") -> Any:
    return client.post(reverse("staff_import"), {"fichier": SimpleUploadedFile(name, data)})


def sent(client: Client, data: bytes = CSV) -> str:
    """The reference of a file that was read."""
    assert send(client, data).status_code == 302
    return Roster.objects.latest("pk").reference


def url(name: str, reference: str) -> str:
    return reverse(f"staff_import_{name}", args=[reference])


def test_the_page_says_every_column_and_gives_a_model_that_is_right(staff: Client) -> None:
    make_commune("35238", "Rennes", "35", ["35000"], 225_000, 48.11, -1.68)
    for slug in ("famille", "succession"):
        make_specialty(slug)
    page = text(staff.get(reverse("staff_import")))
    assert all(f"<code>{one}</code>" in page for one in rosters.COLUMNS)
    model = staff.get(reverse("staff_import_model"))
    assert (model["Content-Type"], "no-store" in model["Cache-Control"]) == ("text/csv; charset=utf-8", True)
    reference = sent(staff, model.content)
    (line,) = importing.lines(Roster.objects.get(reference=reference))
    assert (line.problem, line.person is not None) == ("", True)


def test_a_file_is_shown_line_by_line_and_nothing_is_written(staff: Client) -> None:
    before = Mediator.objects.count()
    page = text(staff.get(url("preview", sent(staff))))
    for said in ("Prête", "À corriger", "L’adresse e-mail n’est pas complète", "Déjà là", "1 ligne est prête"):
        assert said in page
    assert Mediator.objects.count() == before
    for view, name in (("pretes", "Claire"), ("corriger", "Sans adresse"), ("connues", "bob@example.org")):
        shown = text(staff.get(url("preview", Roster.objects.get().reference), {"vue": view}))
        assert shown.count("<tr>") == 2
        assert name in shown


def test_confirmed_it_runs_and_the_report_says_what_became_of_each(staff: Client) -> None:
    reference = sent(staff)
    assert "La reprise commence" in text(staff.post(url("confirm", reference), follow=True))
    assert "0 lignes sur 3" in text(staff.get(url("preview", reference)))
    part = staff.get(url("preview", reference), headers={"HX-Request": "true"})
    assert "<html" not in text(part)
    importing.run(Roster.objects.get().pk, NOW)
    assert staff.get(url("preview", reference), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = text(staff.get(url("preview", reference)))
    assert ("1 médiateur repris" in page, "Reprise" in page) == (True, True)
    told = list(csv.reader(io.StringIO(staff.get(url("report", reference)).content.decode("utf-8-sig")), delimiter=";"))
    assert [row[3] for row in told] == ["état", "Reprise", "À corriger", "Déjà là"]
    assert Mediator.objects.filter(slug="claire-berthier").exists()
    assert Entry.objects.get(act="imported").detail == "1 rows"


def test_a_second_confirmation_changes_nothing(staff: Client) -> None:
    reference = sent(staff)
    staff.post(url("confirm", reference))
    assert "déjà lancée" in text(staff.post(url("confirm", reference), follow=True))
    assert "déjà lancée" in text(staff.post(url("abandon", reference), follow=True))
    assert Entry.objects.filter(act="imported").count() == 1


def test_a_file_without_a_ready_line_cannot_be_confirmed(staff: Client) -> None:
    reference = sent(staff, b"nom;email\nA;b\n")
    assert "Confirmer la reprise" not in text(staff.get(url("preview", reference)))
    assert "Aucune ligne n’est prête" in text(staff.post(url("confirm", reference), follow=True))
    assert Roster.objects.get().confirmed_at is None


def test_abandoned_it_is_gone(staff: Client) -> None:
    reference = sent(staff)
    staff.post(url("abandon", reference))
    assert not Roster.objects.exists()
    assert staff.get(url("preview", reference)).status_code == 404


def test_after_a_day_it_is_not_there(staff: Client) -> None:
    reference = sent(staff)
    Roster.objects.update(kept_at=NOW - DAY)
    assert [staff.get(url(name, reference)).status_code for name in ("preview", "report")] == [404, 404]
    assert staff.post(url("confirm", reference)).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "vide"), (b"x" * 1_100_000, "1 Mo"), (b"a;b\n" * 13_000_000, "1 Mo"), (PDF, "colonnes"),
     (b"<html><script>alert(1)</script></html>", "colonnes"), (b"nom;email\nA\x00;a@b.fr", "CSV")],
    ids=["empty", "heavy", "50 MB", "pdf", "html", "nul"],
)  # fmt: skip
def test_what_is_no_roster_is_refused_with_a_sentence(staff: Client, data: bytes, said: str) -> None:
    answer = send(staff, data)
    assert (answer.status_code, "error-summary" in text(answer), said in text(answer)) == (422, True, True)
    assert not Roster.objects.exists()


def test_without_a_file_one_is_asked_for(staff: Client) -> None:
    answer = staff.post(reverse("staff_import"))
    assert (answer.status_code, "Choisissez un fichier" in text(answer)) == (422, True)


HOSTILE = ('=HYPERLINK("http://evil")', "+1", "-1", "@SUM(1)", "\t=1", "<script>alert(1)</script>", "A\r\n=B")


def test_what_a_file_says_runs_nowhere(staff: Client) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(
        [("nom", "email", "remarque <b>"), *((one, f"={number}@example.org", "") for number, one in enumerate(HOSTILE))]
    )
    assert send(staff, out.getvalue().encode(), '"><img src=x>.csv').status_code == 302
    reference = Roster.objects.get().reference
    for page in (text(staff.get(url("preview", reference))), text(staff.get(reverse("staff_import")))):
        assert ("<script>alert" in page, "<img src=x" in page, "<b>" in page) == (False, False, False)
    told = staff.get(url("report", reference)).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(told), delimiter=";") for cell in row]
    assert [one for one in cells if one.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert '\'=HYPERLINK("http://evil")' in cells


def test_who_has_not_proven_lately_who_they_are_proves_it_first(staff: Client) -> None:
    reference = sent(staff)
    session = staff.session
    for one in session["account_authentication_methods"]:
        one["at"] = 0
    session.save()
    for name, args in (
        ("staff_import", []),
        ("staff_import_confirm", [reference]),
        ("staff_import_report", [reference]),
    ):
        path = reverse(name, args=args)
        answer = staff.post(path) if name.endswith("confirm") else staff.get(path)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/compte/"), name
    assert Roster.objects.get().confirmed_at is None


def test_the_preview_costs_the_same_for_one_and_many(
    staff: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = url("preview", sent(staff, b"nom;email\nA;a@b.fr\n"))
    many = url("preview", sent(staff, b"nom;email\n" + b"".join(b"A;a%d@b.fr\n" % one for one in range(250))))
    for page in (few, many):
        staff.get(page)
    with django_assert_num_queries(_count(staff, few)):
        answer = text(staff.get(many))
    assert answer.count("<tr>") == 101


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)
