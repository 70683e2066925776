"""What a mediator hands out: the short address, the QR code, cards, a link for their own site; their rights."""

import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from PIL import Image
from pypdf import PdfReader

from allomediateur.directory.models import Mediator
from allomediateur.directory.sharing import Format
from tests.factories import make_mediator, make_service, service_of
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db
PAST = (NOW - 2 * DAY).date()
UNLISTED: list[dict[str, Any]] = [{"capm_verified": False}, {"suspended_at": NOW}, {"trained_until": PAST}]
HOSTILE = '<script>alert(1)</script> #{panic()} "quoted" $x$ \\ `a` @b *c* _d_'


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def entered(bob: Mediator) -> Client:
    client = Client()
    enter(client, bob.user)
    return client


def pdf(client: Client, shape: str) -> PdfReader:
    answer = client.get(reverse("mediator_card", args=[shape]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(answer.content))


def words_of(found: PdfReader) -> str:
    return " ".join(found.pages[0].extract_text().split())


def test_codes_are_short_clear_and_of_each(bob: Mediator) -> None:
    codes = {bob.code, *(make_mediator(f"M {number}", now=NOW).code for number in range(5))}
    assert len(codes) == 6
    assert all(re.fullmatch("[2-9bcdfghjk]{8}", one) for one in codes)


def test_the_short_address_leads_to_the_page_in_any_case(client: Client, bob: Mediator) -> None:
    for code in (bob.code, bob.code.upper()):
        answer = client.get(f"/m/{code}/")
        assert (answer.status_code, answer["Location"], answer["Cache-Control"]) == (
            302, f"/mediateurs/{bob.slug}/", "no-cache",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "kept"),
    [("prestation=12", "?prestation=12#creneaux"), ("prestation=//evil.example", ""), ("prestation=%0d%0aX:1", ""),
     ("prestation=²", ""), ("next=https://evil.example", ""), ("prestation=", "")],
)  # fmt: skip
def test_only_a_service_goes_on_with_it(client: Client, bob: Mediator, query: str, kept: str) -> None:
    assert client.get(f"/m/{bob.code}/?{query}")["Location"] == f"/mediateurs/{bob.slug}/{kept}"


@pytest.mark.parametrize("standing", UNLISTED)
def test_who_is_unlisted_has_no_short_address_and_no_code(client: Client, standing: dict[str, Any]) -> None:
    hidden = make_mediator(now=NOW, **standing)
    paths = (f"/m/{hidden.code}/", reverse("qr_svg", args=[hidden.slug]), reverse("qr_png", args=[hidden.slug]))
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]


def test_an_unknown_short_address_is_not_found(client: Client) -> None:
    assert [client.get(f"/m/{code}/").status_code for code in ("x", "abcdefgh-abcdefgh", "%00")] == [404, 404, 404]


def test_the_code_is_a_picture_of_the_short_address(client: Client, bob: Mediator) -> None:
    png, svg = (client.get(reverse(name, args=[bob.slug])) for name in ("qr_png", "qr_svg"))
    picture = Image.open(io.BytesIO(png.content))
    assert picture.width == picture.height > 400
    assert (svg["Content-Type"], svg["Cache-Control"]) == ("image/svg+xml", "no-cache")
    assert svg.content.startswith(b"<?xml")
    assert b"<script" not in svg.content


def test_the_page_offers_all_of_it(bob: Mediator) -> None:
    page = text(entered(bob).get(reverse("mediator_share")))
    short = f"{settings.SITE_URL}/m/{bob.code}/"
    for said in (
        f'data-copy="{short}"',
        f'alt="QR code qui mène à {short}"',
        'download="qr-',
        "/mediateur/partager/a6.pdf",
    ):
        assert said in page
    assert escape(f'<a href="{short}">Prendre rendez-vous avec Bob Durand</a>') in page


def test_the_link_may_name_a_service_of_theirs_only(bob: Mediator) -> None:
    second, others = make_service(bob, rank=2, name_fr="Réunion"), service_of(make_mediator("Carole", now=NOW))
    client = entered(bob)
    assert f"?prestation={second.pk}&quot;" in text(client.get(reverse("mediator_share"), {"prestation": second.pk}))
    for wrong in (others.pk, "x", '"><script>'):
        page = text(client.get(reverse("mediator_share"), {"prestation": wrong}))
        assert f"/m/{bob.code}/&quot;" in page
        assert "<script>" not in page


def test_the_link_for_another_site_holds_no_markup_of_the_name(bob: Mediator) -> None:
    Mediator.objects.filter(pk=bob.pk).update(name='"><script>x</script>')
    page = text(entered(bob).get(reverse("mediator_share")))
    assert "<script>x" not in page
    assert escape(escape('"><script>x</script>')) in page


@pytest.mark.parametrize(("shape", "width", "height"), [("carte", 85, 55), ("a6", 105, 148)])
def test_a_card_is_one_page_of_its_size_and_says_what_matters(
    bob: Mediator, shape: str, width: int, height: int
) -> None:
    found = pdf(entered(bob), shape)
    box = found.pages[0].mediabox
    said = words_of(found)
    assert (len(found.pages), round(box.width * 25.4 / 72), round(box.height * 25.4 / 72)) == (1, width, height)
    for word in ("Bob Durand", "Médiateur professionnel", "Paris", "Famille", f"/m/{bob.code}"):
        assert word in said
    assert "01 99 00 00 01" not in said


@pytest.mark.parametrize("shape", list(Format))
@pytest.mark.parametrize("name", [HOSTILE, "W" * 120, "مريم الوسيط", "\u202eevil\u0000"[:5], "é" * 60])
def test_names_are_data_and_never_take_a_second_page(bob: Mediator, shape: str, name: str) -> None:
    Mediator.objects.filter(pk=bob.pk).update(name=name)
    found = pdf(entered(bob), shape)
    assert len(found.pages) == 1
    if name == HOSTILE:
        assert "#{panic()}" in words_of(found)


@pytest.mark.parametrize("standing", [*UNLISTED, {"cpmn_member": False}, {"member_until": PAST}])
def test_who_may_not_be_booked_is_told_calmly_and_has_no_card(standing: dict[str, Any]) -> None:
    dan = make_mediator("Dan", now=NOW, **standing)
    client = entered(dan)
    page = text(client.get(reverse("mediator_share")))
    assert ("Rien à partager pour l’instant" in page, dan.code in page) == (True, False)
    assert client.get(reverse("mediator_card", args=["carte"])).status_code == 404


def test_another_format_is_not_found(bob: Mediator) -> None:
    assert entered(bob).get("/mediateur/partager/a0.pdf").status_code == 404
