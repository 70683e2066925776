"""Stub."""

from django.http import HttpRequest, HttpResponse


def start(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def page(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def screen(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def check(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def erase(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def printed(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def resume(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError
