"""What a session has proven: a second factor, and lately that it is still the same person."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, get_reauthentication_flows
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from allomediateur.accounts.models import User

P = ParamSpec("P")
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
DEMO = "demo"
"""Entered by a button of the demo: it stands for everything, and is believed in the demo only."""


def has_second_factor(user: User | AnonymousUser) -> bool:
    return bool(get_adapter().is_mfa_enabled(user, FACTORS))


def used_second_factor(request: HttpRequest) -> bool:
    """In this session; a passkey is two factors in one gesture."""
    return any(one["method"] == "mfa" or _is_demo(one) for one in _records(request))


def may_work(request: HttpRequest) -> bool:
    """Mediators and staff need a second factor; clients may have one."""
    user = request.user
    return not isinstance(user, User) or not user.needs_second_factor or used_second_factor(request)


def is_recent(request: HttpRequest) -> bool:
    """Whether the person has proven again, minutes ago, who they are: by password, second factor or mailed code."""
    if any(_is_demo(one) for one in _records(request)):
        return True
    if get_reauthentication_flows(request.user):
        return bool(did_recently_reauthenticate(request))
    oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(one["at"] > oldest for one in _records(request))


def where_to_prove(request: HttpRequest, place: str) -> str:
    """The easiest way to prove again who one is, and back to that place."""
    easiest = account_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
    return f"{easiest}?{urlencode({'next': place})}"


def recently_proven(
    view: Callable[P, HttpResponse], back: str = "", *, to_open: bool = False
) -> Callable[P, HttpResponse]:
    """Around a sensitive act: who has not proven lately who they are does so, then comes back to it (or to the page
    named `back`). What they sent is not kept meanwhile: it may be a password.

    `to_open`: what is sent reaches the view, long texts are not lost there; the view itself keeps nothing of it unless
    `is_recent`.
    """

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)  # noqa: S101 - said to the type checker
        is_asked = request.user.is_authenticated and not (to_open and request.method == "POST")
        if is_asked and not is_recent(request):
            return redirect(where_to_prove(request, reverse(back) if back else request.get_full_path()))
        return view(*args, **kwargs)

    return answer


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return records


def _is_demo(record: dict[str, Any]) -> bool:
    return settings.DEMO and record["method"] == DEMO
