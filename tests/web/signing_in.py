"""Somebody signed in, and what a page says."""

from typing import Any

from django.test import Client

from allomediateur.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(client: Client, user: User) -> None:
    client.force_login(user, BACKEND)


def text(response: Any) -> str:
    """With plain spaces."""
    return str(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")
