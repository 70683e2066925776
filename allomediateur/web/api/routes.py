"""Where booking and managing hang their operations: an address has one view, whatever the method."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from ninja import Router

booking = Router()
PUBLIC = ("GET", "/api/v1/mediators")


def as_asked(operation: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """In the language the request asks for; no cache keeps what is told to somebody."""

    @wraps(operation)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            response = operation(request, *args, **kwargs)
        method, beginning = PUBLIC
        if request.method != method or not request.path.startswith(beginning):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return answer
