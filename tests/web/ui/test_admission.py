"""More readers than can be served: who waits, who is turned away and how, and who never is."""

import threading

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from allomediateur.web.ui import admission
from allomediateur.web.ui.admission import Gate
from tests.launch.waiting import eventually

READERS = (
    "/carte/",
    "/en/carte/",
    "/",
    "/en/",
    "/mediateurs/",
    "/en/mediateurs/",
    "/lieux/",
    "/api/v1/mediators",
    "/api/v1/mediators/bob/slots",
)
ALWAYS_READERS = ("/mediateurs/", "/carte/", "/lieux/", "/api/v1/mediators")


def request_of(path: str, method: str = "GET", **cookies: str) -> HttpRequest:
    request = RequestFactory().generic(method, path)
    request.COOKIES.update(cookies)
    return request


def test_who_waits_is_served_when_there_is_room_and_who_comes_after_is_not_kept() -> None:
    found: list[bool] = []
    gate = Gate(1, 1, seconds=30)

    def wait() -> None:
        with gate.passage() as entered:
            found.append(entered)

    second = threading.Thread(target=wait)
    with gate.passage() as first:
        second.start()
        assert eventually(lambda: gate._line._value == 0, 30)
        with gate.passage() as third:
            assert (first, third, found) == (True, False, [])
    second.join(30)
    assert found == [True]
    with gate.passage() as later:
        assert later


def test_nobody_waits_for_ever() -> None:
    gate = Gate(1, 1, seconds=0.01)
    with gate.passage(), gate.passage() as entered:
        assert not entered


def _fail(gate: Gate) -> None:
    with gate.passage() as entered:
        assert entered
        raise ZeroDivisionError


def test_a_page_that_fails_gives_its_place_back() -> None:
    gate = Gate(1, 0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            _fail(gate)


def turned_away(path: str, **cookies: str) -> HttpResponse:
    """What is told to a second reader while a first one is served."""
    found: list[HttpResponse] = []

    def view(request: HttpRequest) -> HttpResponse:
        if not found:
            found.append(HttpResponse("inside"))
            found.append(middleware(request_of(path, **cookies)))
        return HttpResponse("served")

    with override_settings(READERS_AT_ONCE=1, READERS_WAITING=0):
        middleware = admission.middleware(view)
    assert middleware(request_of("/mediateurs/")).content == b"served"
    return found[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "language", "said"),
    [("/mediateurs/?lieu=Paris", "fr", "Beaucoup de monde"), ("/en/mediateurs/", "en", "Many people are searching")],
)
def test_who_is_turned_away_reads_a_calm_page_without_the_database(path: str, language: str, said: str) -> None:
    turned_away(path)
    with CaptureQueriesContext(connection) as captured:
        answer = turned_away(path)
    page = answer.content.decode()
    assert (answer.status_code, len(captured)) == (503, 0)
    assert f'<html lang="{language}">' in page
    assert said in page
    assert f'<a class="button" href="{path}">' in page
    assert int(answer.headers["Retry-After"]) > 0
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_an_address_is_only_an_address_in_the_page() -> None:
    page = admission.come_back(request_of('/mediateurs/?lieu="><script>')).content.decode()
    assert "<script>" not in page


@pytest.mark.django_db
def test_a_part_that_is_turned_away_becomes_a_page() -> None:
    request = request_of("/mediateurs/?lieu=Paris")
    request.META["HTTP_HX_REQUEST"] = "true"
    answer = admission.come_back(request)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (503, "/mediateurs/?lieu=Paris")


def test_a_program_is_told_in_its_own_way() -> None:
    answer = admission.come_back(request_of("/api/v1/mediators"))
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "Retry-After" in answer.headers


@pytest.mark.parametrize("path", READERS)
def test_readers_may_be_turned_away(path: str) -> None:
    assert admission.may_wait(request_of(path))
    assert admission.may_wait(request_of(path, "HEAD"))
    assert not admission.may_wait(request_of(path, "POST"))
    known = request_of(path, **{settings.SESSION_COOKIE_NAME: "k" * 32})
    assert admission.may_wait(known) == any(part in path for part in ALWAYS_READERS)


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("mediator", "bob-durand"), ("mediator_data", "bob-durand"), ("practice", "maison"), ("short", "bcdfghjk"),
        ("portrait", "bob-durand"), ("qr_svg", "bob-durand"), ("home", ""), ("privacy", ""), ("sitemap", ""),
    ],
)  # fmt: skip
def test_the_addresses_of_readers_are_those_of_the_pages(name: str, argument: str) -> None:
    assert admission.may_wait(request_of(reverse(name, args=[argument] if argument else [])))


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("hold", ""), ("booking_who", "ref"), ("booking_check", "ref"), ("booking_code", "ref"),
        ("booking_done", "ref"),
        ("wait_join", "bob-durand"), ("wait", "token"), ("support", ""), ("healthz", ""), ("account_login", ""),
        ("secretary_accept", "token"), ("reveal", "bob-durand"), ("quick_exit", ""),
    ],
)  # fmt: skip
def test_what_somebody_has_begun_is_never_turned_away(name: str, argument: str) -> None:
    assert not admission.may_wait(request_of(reverse(name, args=[argument] if argument else [])))


@pytest.mark.parametrize(
    "path", ["/rendez-vous/abc/", "/en/rendez-vous/abc/annuler/", "/api/v1/appointments/abc", "/espace/"]
)
def test_nor_an_appointment_nor_its_doors(path: str) -> None:
    assert not admission.may_wait(request_of(path))


@pytest.mark.django_db
def test_the_headers_of_a_refusal_are_those_of_every_page(client: Client) -> None:
    order = settings.MIDDLEWARE
    mine = order.index("allomediateur.web.ui.admission.middleware")
    assert order.index("csp.middleware.CSPMiddleware") < mine
    assert mine < order.index("django.contrib.sessions.middleware.SessionMiddleware")
    assert mine < order.index("allomediateur.web.ui.conditional.middleware")
