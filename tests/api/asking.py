"""The API as a program calls it: Alice books Bob, Tuesday at ten."""

import json
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from allomediateur.accounts import tokens
from allomediateur.accounts.models import ApiToken, User
from allomediateur.directory.models import Mediator
from tests.agenda.steps import code_of, last_letter
from tests.factories import service_of
from tests.web.times import NOW, TEN

READ, WRITE = ApiToken.Scope.READ, ApiToken.Scope.WRITE
BOTH = (READ, WRITE)
WHO = {"name": "Alice Martin", "email": "alice@example.org", "phone": "06 39 98 01 02"}
KEY = "6f1c1a52-7d2e-4f43-9c1f-0d6c2f6e8b11"


def program(**more: Any) -> Client:
    """Without cookies, and with CSRF checked as everywhere."""
    return Client(enforce_csrf_checks=True, **more)


def send(client: Client, path: str, body: Any = None, *, token: str = "", key: str = "", **headers: str) -> Any:
    """A POST of JSON."""
    told = {
        **headers,
        **({"Authorization": f"Bearer {token}"} if token else {}),
        **({"Idempotency-Key": key} if key else {}),
    }
    text = body if isinstance(body, str | bytes) else json.dumps(body) if body is not None else ""
    return client.post(f"/api/v1/{path}", text, content_type="application/json", headers=told)


def read(client: Client, path: str, token: str = "", **query: Any) -> Any:
    return client.get(f"/api/v1/{path}", query, headers={"Authorization": f"Bearer {token}"} if token else None)


def wish(bob: Mediator, start: datetime = TEN, **more: Any) -> dict[str, Any]:
    asked = {"mediator": bob.slug, "service": service_of(bob).pk, "modality": "phone", "start": start.isoformat()}
    return asked | more


def held(client: Client, bob: Mediator, start: datetime = TEN, **more: Any) -> str:
    answer = send(client, "holds", wish(bob, start, **more))
    assert answer.status_code == 201, answer.content
    return str(answer.json()["hold"])


def booked(client: Client, bob: Mediator, start: datetime = TEN, *, token: str = "", **told: Any) -> Any:
    """`id`, `manage_token`…: not yet confirmed unless the token's person gives their own address."""
    answer = send(client, "appointments", {"hold": held(client, bob, start), **WHO, **told}, token=token)
    assert answer.status_code == 201, answer.content
    return answer.json()


def confirmed(client: Client, bob: Mediator, start: datetime = TEN) -> Any:
    made = booked(client, bob, start)
    code = code_of(last_letter("appointment_to_confirm"))
    answer = send(client, f"appointments/{made['id']}/confirm", {"code": code}, token=made["manage_token"])
    assert answer.status_code == 200, answer.content
    return made


def problem(answer: Any, status: int, code: str = "") -> Any:
    """The problem's members: every refusal has these."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body.get("code", "") == code or not code, body
    return body


def token_for(user: User, *scopes: ApiToken.Scope, name: str = "Programme") -> str:
    lasts = timedelta(days=90)
    return tokens.make(user, name=name, scopes=scopes or BOTH, lasts=lasts, now=NOW)[1]


def with_factor(user: User) -> User:
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Clé", "credential": {}})
    return user
