"""Somebody signed in, and what a page says."""

import time
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from allomediateur.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(client: Client, user: User, *methods: str) -> None:
    """Signed in, by those methods just now; by default with all that the person's role asks for."""
    client.force_login(user, BACKEND)
    asked = methods or (("password", "mfa") if user.needs_second_factor else ("password",))
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": method, "at": time.time(), "reauthenticated": True} for method in asked
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()


def text(response: Any) -> str:
    """With plain spaces."""
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")
