"""Signed in by the proof of an address: only into an account that was just made for it."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from allomediateur.accounts.models import User


def sign_in(request: HttpRequest, user: User) -> None:
    """Whole or not at all: a fault in the middle would leave the browser a session that is gone."""
    with transaction.atomic():
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        UserSession.objects.create_from_request(request)
