"""Stub."""

from django.http import HttpRequest, HttpResponse


def page(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError
