"""Files that are not what they say, too big, booby-trapped: refused with a sentence; what is kept is clean, sealed."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from allomediateur.directory import papers
from allomediateur.directory.papers import PaperRefused
from allomediateur.vault import sealing
from tests.agenda.standings import KINDS, make_claim
from tests.directory.files import PDF, picture
from tests.factories import NOW, make_mediator

MARKER = b"SECRET-GPS-MARKER"


def bomb(side: int = 60_000) -> bytes:
    """A PNG that announces billions of pixels, in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


REFUSED = {
    "empty": b"",
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a declaration": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "gif and script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "html before a pdf": b"<html>" + PDF,
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "program": b"MZ" + b"\0" * 200,
    "truncated png": picture("PNG", (400, 400))[:-40],
    "half a jpeg": picture("JPEG", (400, 400))[:400],
    "truncated pdf": PDF[:-10],
    "image bomb": bomb(),
    "image beyond the pixels": picture(size=(5_001, 5_000)),
    "11 MB": PDF + b"\0" * (11 * 1024 * 1024),
    "50 MB": b"\xff\xd8\xff" + b"\0" * (50 * 1024 * 1024),
    "postscript": b"%!PS-Adobe-3.0\n(hello) show",
    "text": b"Je certifie",
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("take", [papers.check, lambda name, data: papers.portrait(data)])
def test_what_is_not_a_paper_is_refused_with_a_sentence(name: str, take: Any) -> None:
    with pytest.raises(PaperRefused) as refused:
        take("certificat.pdf", REFUSED[name])
    assert refused.value.sentence.endswith(".")


def test_a_pdf_is_no_portrait() -> None:
    with pytest.raises(PaperRefused):
        papers.portrait(PDF)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_made_anew(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = MARKER.decode()
    exif[0x8825] = {1: "N", 2: (48.0, 51.0, 24.0)}
    sent = picture(form, (800, 400), exif=exif.tobytes())
    assert MARKER in sent
    paper = papers.check("photo.png", sent + b"<script>alert(1)</script>" * (form == "JPEG"))
    assert (paper.media_type, paper.name) == ("image/jpeg", "photo.jpg")
    assert (MARKER in paper.data, b"script" in paper.data) == (False, False)
    kept = Image.open(io.BytesIO(paper.data))
    assert (kept.size, kept.format, dict(kept.getexif())) == ((800, 400), "JPEG", {})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("certificat.png", PDF), ("certificat.html", PDF), ("certificat.exe", PDF), ("certificat.pdf", picture()),
        ("photo.svg", picture()), ("photo.html", picture("JPEG")), ("photo.heic", picture("JPEG")),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(PaperRefused) as refused:
        papers.check(name, data)
    assert name.rpartition(".")[2] in refused.value.sentence


def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = Image.open(io.BytesIO(papers.check("a.jpg", picture("JPEG", (80, 40), exif=exif.tobytes())).data))
    assert kept.size == (40, 80)


def test_a_very_large_picture_is_made_smaller() -> None:
    kept = Image.open(io.BytesIO(papers.check("a.png", picture(size=(4800, 1200))).data))
    assert kept.size == (2400, 600)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK"])
def test_every_kind_of_picture_becomes_one(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.open(io.BytesIO(papers.portrait(picture(form, mode=mode))))
    assert (image.size, image.mode) == ((480, 480), "RGB")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ('a"; filename="b.pdf', "a filename b.pdf"),
        ("C:\\Users\\moi\\certificat CAP’M.PDF", "certificat CAP’M.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x 1.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("...", "document.pdf"),
        ("é" * 300 + ".pdf", "é" * 80 + ".pdf"),
    ],
)
def test_names_are_tidied(name: str, kept: str) -> None:
    assert papers.check(name, PDF).name == kept


@pytest.mark.django_db
def test_papers_are_sealed_to_their_own_row() -> None:
    bob = make_mediator()
    one, other = make_claim(bob, KINDS.CERTIFICATE), make_claim(bob, KINDS.INSURANCE)
    mine = papers.store(one, papers.check("a.pdf", PDF), NOW)
    yours = papers.store(other, papers.check("b.pdf", PDF + b" %%EOF"), NOW)
    mine.refresh_from_db()
    assert papers.read(mine) == PDF
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM directory_document WHERE position(%s::bytea in sealed) > 0", [b"%PDF"])
        assert cursor.fetchone() == (0,)
    mine.sealed, yours.sealed = yours.sealed, mine.sealed
    with pytest.raises(sealing.Unreadable):
        papers.read(mine)


@pytest.mark.django_db
def test_one_document_a_claim() -> None:
    claim = make_claim(make_mediator(), KINDS.CERTIFICATE)
    papers.store(claim, papers.check("a.pdf", PDF), NOW)
    second = papers.store(claim, papers.check("b.pdf", PDF), NOW)
    assert type(second).objects.get().name == "b.pdf"
