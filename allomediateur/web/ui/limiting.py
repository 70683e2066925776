"""Limits against abuse, by network, by person and by address: how many, by setting; what one is told."""

import ipaddress
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from math import ceil
from typing import ParamSpec

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from allomediateur.accounts import limits
from allomediateur.accounts.limits import TooMany
from allomediateur.web.ui.pages import wants_partial

P = ParamSpec("P")
logger = logging.getLogger(__name__)
_IPV6_NETWORK = 64


def network(request: HttpRequest) -> str:
    """Whence the request comes, behind as many proxies as the settings say: an IPv4 address, an IPv6 /64."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if address.version == 6 and not address.ipv4_mapped:
        return str(ipaddress.ip_network(f"{address}/{_IPV6_NETWORK}", strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def allow(request: HttpRequest, scope: str, subject: str = "") -> None:
    """One more of `scope` (a name of settings.LIMITS) for that subject, the request's network by default.

    Raises TooMany.
    """
    rate = limits.Rate(*settings.LIMITS[scope])
    limits.take(scope, subject or network(request), rate, datetime.now(UTC))


def refused_calmly(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Around a view that asks `allow`: beyond a limit, a page that says when to come back (429)."""

    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except TooMany as many:
            request = args[0]
            assert isinstance(request, HttpRequest)  # noqa: S101 - said to the type checker
            return too_many(request, many)

    return answer


def too_many(request: HttpRequest, many: TooMany) -> HttpResponse:
    """The network is not written down: the limit's name is enough to see that something goes on."""
    logger.warning("limit reached: %s", many.scope)
    template = "ui/_too_many.html" if wants_partial(request) else "429.html"
    answer = render(request, template, {"page_error": True}, status=429)
    answer.headers["Retry-After"] = str(ceil(many.wait.total_seconds()))
    return answer


def allow_once(scope: str, subject: str) -> bool:
    """Whether it is the first time (of the two days that buckets are kept): a code then opens one door only."""
    try:
        limits.take(scope, subject, limits.Rate(1, 1e-6), datetime.now(UTC))
    except TooMany:
        return False
    return True
