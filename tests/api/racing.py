"""What a crowd does through the API and the pages at once: each answer is a status and what it says."""

import logging
from typing import Any

from django.test import Client

from tests.api.asking import send

logging.getLogger("django.request").setLevel(logging.ERROR)


def api(path: str, body: Any, number: int, key: str = "", token: str = "") -> tuple[int, str]:
    """From a network of its own, `number` telling which: limits are not what is raced for."""
    answer = send(_client(number), path, body, key=key, token=token)
    return answer.status_code, answer.content.decode()


def page(told: dict[str, str], number: int) -> tuple[int, str]:
    """The button of a slot, in a browser of its own."""
    answer = _client(number).post("/rendez-vous/reserver/", told)
    return answer.status_code, answer.headers.get("Location", "")


def _client(number: int) -> Client:
    return Client(REMOTE_ADDR=f"192.0.2.{number}", SERVER_NAME="localhost")
