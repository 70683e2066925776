"""Stub."""

from django.http import HttpRequest, HttpResponse


def whom(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def choose(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def link(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def withdraw(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError


def book(request: HttpRequest, **told: str) -> HttpResponse:
    raise NotImplementedError
