"""Stub."""

from django.http import HttpRequest, HttpResponse


def queue(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def note(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def intake(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError
