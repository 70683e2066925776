import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from allomediateur.web.ui import errors


def asked(path: str = "/", **headers: str) -> HttpRequest:
    request = RequestFactory().get(path, headers=headers)
    request.user = AnonymousUser()
    return request


def test_our_own_fault_is_said_without_database_session_or_hashed_files() -> None:
    response = errors.server_error(HttpRequest())
    page = response.content.decode()
    assert response.status_code == 500
    assert "elle vient de nous" in page
    assert 'href="/static/css/base.css"' in page
    assert 'href="/static/css/utilities.css"' in page  # which hides what is for screen readers only


@pytest.mark.parametrize("failure", [OperationalError("the server closed the connection"), InterfaceError("closed")])
def test_a_database_that_does_not_answer_asks_to_come_back(failure: Exception) -> None:
    try:
        raise failure
    except (OperationalError, InterfaceError):
        response = errors.server_error(HttpRequest())
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "rien n’est réservé deux fois" in response.content.decode()


def test_a_session_that_the_database_could_not_keep_is_not_the_readers_fault() -> None:
    interrupted = SessionInterrupted("deleted before the request completed")
    interrupted.__context__ = UpdateError()
    interrupted.__context__.__context__ = OperationalError("the server closed the connection")
    assert errors.bad_request(HttpRequest(), interrupted).status_code == 503
    assert errors.bad_request(HttpRequest(), SessionInterrupted("deleted")).status_code == 400


def test_an_unreadable_request_is_answered_without_reading_it_again() -> None:
    response = errors.bad_request(HttpRequest(), ValueError())
    assert response.status_code == 400
    assert "Nous n’avons pas pu lire cette demande" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("response", "status", "said"),
    [
        (lambda: errors.forbidden(asked(), PermissionError()), 403, "Cette page ne vous est pas ouverte"),
        (lambda: errors.not_found(asked("/rien/"), LookupError()), 404, "Cette page n’existe pas, ou plus"),
        (lambda: errors.csrf_failure(asked()), 403, "Cet envoi est à recommencer"),
    ],
)
def test_each_error_is_a_calm_page_with_a_way_out(response: object, status: int, said: str) -> None:
    assert callable(response)
    answer = response()
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert "Revenir à l’accueil" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("referer", "way_back"),
    [("http://testserver/rendez-vous/x/", True), ("https://elsewhere.example/", False), ("", False)],
)
def test_a_refused_form_leads_back_to_its_own_page_only(referer: str, way_back: bool) -> None:
    page = errors.csrf_failure(asked(Referer=referer)).content.decode()
    assert ("Recharger la page précédente" in page) is way_back
    assert "elsewhere.example" not in page
