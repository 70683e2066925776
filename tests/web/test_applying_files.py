"""Files sent by the pages: refused with a sentence, kept sealed, given back to owner and staff as downloads."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.directory.models import Document, Mediator, Photo
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.directory.files import PDF, picture
from tests.directory.test_papers import bomb
from tests.factories import make_mediator
from tests.web.drafting import LIST, begin, file, tell, telling
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
MARKER = b"MARQUE-DU-SECRET"
MB = 1024 * 1024
BAD = {
    "svg": ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "ni un PDF, ni une photo"),
    "html": ("a.pdf", b"<!doctype html><script>alert(1)</script>", "ni un PDF, ni une photo"),
    "gif and script": ("a.jpg", b"GIF89a/*" + b"\0" * 30 + b"*/=1;alert(1)", "ni un PDF, ni une photo"),
    "bomb": ("a.png", bomb(), "ni un PDF, ni une photo"),
    "too many pixels": ("a.png", bomb(5_001), "25 millions de pixels"),
    "truncated": ("a.png", picture("PNG", (400, 400))[:-40], "ni un PDF, ni une photo"),
    "empty": ("a.pdf", b"", "vide"),
    "12 MB": ("a.pdf", PDF + b"\0" * 12 * MB, "10 Mo"),
    "50 MB": ("a.jpg", b"\xff\xd8\xff" + b"\0" * 50 * MB, "10 Mo"),
}


@pytest.fixture
def nora(client: Client) -> Mediator:
    return begin(client)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(("step", "field"), [("certificat", "paper"), ("photo", "photo")])
def test_a_bad_file_is_refused_with_a_sentence_and_what_was_typed_stays(
    client: Client, nora: Mediator, name: str, step: str, field: str
) -> None:
    called, data, sentence = BAD[name]
    told: dict[str, Any] = {"number": "C-12", "year": "2015"} if step == "certificat" else {}
    answer = tell(client, step, told | {field: file(called, data)})
    page = text(answer)
    assert (answer.status_code, sentence in page) == (422, True)
    assert step == "photo" or 'value="C-12"' in page
    assert (Document.objects.count(), Photo.objects.count()) == (0, 0)


def test_what_the_name_says_must_be_what_the_file_holds(client: Client, nora: Mediator) -> None:
    told = telling()["certificat"] | {"paper": file("certificat.png", PDF, "image/png")}
    page = text(tell(client, "certificat", told))
    assert "Ce fichier se nomme « .png », mais contient un PDF" in page


def test_two_files_at_once_are_refused(client: Client, nora: Mediator) -> None:
    assert tell(client, "photo", {"photo": file("a.jpg", picture("JPEG")), "b": file()}).status_code == 400


def test_a_good_file_beside_a_wrong_answer_is_asked_again(client: Client, nora: Mediator) -> None:
    page = text(tell(client, "certificat", telling()["certificat"] | {"year": "1900"}))
    assert "Choisissez de nouveau le fichier" in page


def test_no_byte_of_a_paper_lies_in_the_database_in_clear(client: Client, nora: Mediator) -> None:
    """Every column of every table is read as text."""
    tell(client, "certificat", telling()["certificat"] | {"paper": file("c.pdf", PDF + MARKER + b"\n%%EOF\n")})
    assert MARKER in download(client).content
    assert found(MARKER.decode()) == []
    Photo.objects.create(mediator=nora, image=MARKER, digest="x", stored_at=NOW)
    assert found(MARKER.decode()) == ["directory_photo"]  # the net catches


def found(marker: str) -> list[str]:
    hits = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s OR t::text LIKE %s',  # noqa: S608
                [f"%{marker}%", f"%{marker.encode().hex()}%"],
            )
            row = cursor.fetchone()
            if row and row[0]:
                hits.append(table)
    return hits


def download(client: Client, name: str = "apply_paper") -> Any:
    return client.get(reverse(name, args=[Document.objects.latest("pk").reference]))


def test_ones_own_paper_is_a_download_and_nothing_else(client: Client, nora: Mediator) -> None:
    told = telling()["certificat"]
    tell(client, "certificat", told | {"paper": file('mon "certificat".pdf')})
    answer = download(client)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PDF, "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''mon%20")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies.get("csrf") is None


def test_the_papers_of_somebody_else_are_not_there(client: Client, nora: Mediator) -> None:
    tell(client, "certificat", telling()["certificat"])
    other, bob, sam = Client(), Client(), Client()
    begin(other, "zoe@example.org", "Zoé Petit")
    enter(bob, make_mediator(now=NOW).user)
    staff = make_staff()
    enter(sam, staff, "password")
    assert download(other).status_code == 404
    assert download(bob, "mediator_paper").status_code == 404
    assert download(Client())["Location"].startswith("/compte/connexion/")
    assert download(sam, "staff_document").status_code == 302  # without the second factor
    assert not Entry.objects.filter(act="seen").exists()
    enter(sam, staff)
    assert download(sam, "staff_document").content == PDF
    assert Entry.objects.filter(act="seen", actor=staff.pk, person=nora.user_id).exists()
    assert client.get(f"{LIST}pieces/inconnue/").status_code == 404


def test_the_photo_is_previewed_replaced_and_removed(client: Client, nora: Mediator) -> None:
    assert client.get(f"{LIST}photo.jpg").status_code == 404
    tell(client, "photo", telling()["photo"])
    assert f'src="{LIST}photo.jpg?v=' in text(client.get(f"{LIST}photo/"))
    assert client.get(f"{LIST}photo.jpg")["Content-Type"] == "image/jpeg"
    tell(client, "photo", {"photo": file("a.png", picture(size=(90, 90)))})
    assert Photo.objects.count() == 1
    tell(client, "photo", {"acte": "retirer"})
    assert not Photo.objects.exists()


def test_pictures_are_work_so_many_an_hour_are_taken(client: Client, nora: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"file": (1, 60)}
    assert tell(client, "photo", telling()["photo"]).status_code == 302
    assert tell(client, "photo", telling()["photo"]).status_code == 429
    assert tell(client, "identite", telling()["identite"]).status_code == 302
