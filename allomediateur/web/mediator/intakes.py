"""Stub."""

from django.http import HttpRequest, HttpResponse


def listing(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def intake(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError
