"""What a browser carries of the database's journal; tests/faults/test_replica.py says what comes of it."""

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.web.ui.replicas import COOKIE


@pytest.mark.django_db
def test_without_replicas_no_browser_carries_a_position(client: Client) -> None:
    client.post(reverse("choose_zone"), {"tz": "Europe/Paris"})
    assert COOKIE not in client.cookies
