"""Schemathesis on the OpenAPI description: whatever is sent, no fault of ours, and answers are as described.

Real names, secrets and starts are mixed in with what it invents, so that it goes past the doors; each case finds
everything as it was. The cases are the same at each run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from allomediateur.web.api.api import api
from tests.agenda.steps import code_of, last_letter
from tests.api.asking import KEY, WHO, booked, confirmed, held, program, token_for, wish, with_factor
from tests.factories import book, make_mediator, make_user, office_of
from tests.web.times import DAY, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db

SCHEMA = schemathesis.openapi.from_dict(dict(api.get_openapi_schema(path_prefix="/api/v1/")))
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}  # type: ignore[union-attr]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOSTILE = st.text([chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x100))], max_size=300)
EXAMPLES = 25


@pytest.fixture(scope="module")
def site(static_root: None) -> WSGIHandler:
    """Itself, middleware and all."""
    return WSGIHandler()


@contextmanager
def undone() -> Iterator[None]:
    """In the test's own transaction, as Django's test client has it; what is done inside did not happen."""
    ends = (request_started, request_finished)
    for one in ends:
        one.disconnect(close_old_connections)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for one in ends:
        one.connect(close_old_connections)


@dataclass(frozen=True)
class Seeds:
    """What is really there: values by the name of a parameter or of a member of the body, bearer tokens, and by the
    operation's name one call that is right: parameters of the address, body, bearer."""

    known: dict[str, list[Any]]
    bearers: list[str]
    right: dict[str, tuple[dict[str, str], Any, str]]


def sow() -> Seeds:
    """A hold, an appointment to confirm with its code, a confirmed one, one of an account's; and all their tokens."""
    alone, bob, alice = program(), make_mediator(now=NOW), make_user("zoe@example.org")
    hold = held(alone, bob)
    waiting = booked(alone, bob, TEN + 30 * MINUTE)
    code = code_of(last_letter("appointment_to_confirm"))
    sure = confirmed(alone, bob, TEN + 60 * MINUTE)
    hers = book(bob, TEN + DAY, client=alice, now=NOW)
    asked = wish(bob, TEN + 4 * 60 * MINUTE)
    known = {
        "hold": [hold, "unknown"], "code": [code, "000000"],
        "id": [waiting["id"], sure["id"], hers.reference, "A" * 22],
        "slug": [bob.slug, "nobody"], "mediator": [bob.slug], "service": [asked["service"]],
        "office": [office_of(bob).pk, None], "modality": ["phone", "in_person"],
        "start": [asked["start"], TEN.isoformat(), (TEN + 2 * DAY).isoformat(), (TEN + 7 * MINUTE).isoformat()],
        "reason": ["Empêché"], "page": [1, 2], "from": [str(TEN.date())], "near": ["Paris", "75001"],
        **{name: [word] for name, word in WHO.items()},
    }  # fmt: skip
    bearers = [waiting["manage_token"], sure["manage_token"], token_for(alice), token_for(with_factor(bob.user))]
    wait, there = ({"id": waiting["id"]}, bearers[0]), ({"id": sure["id"]}, bearers[1])
    right: dict[str, tuple[dict[str, str], Any, str]] = {
        "GET /api/v1/appointments": ({}, None, bearers[2]),
        "GET /api/v1/appointments/{id}": (*there[:1], None, there[1]),
        "POST /api/v1/holds": ({}, asked, ""),
        "POST /api/v1/appointments": ({}, {"hold": hold, **WHO}, ""),
        "DELETE /api/v1/holds/{hold}": ({"hold": hold}, None, ""),
        "POST /api/v1/appointments/{id}/code": (wait[0], None, wait[1]),
        "POST /api/v1/appointments/{id}/confirm": (wait[0], {"code": code}, wait[1]),
        "POST /api/v1/appointments/{id}/move": (there[0], {"start": (TEN + 2 * DAY).isoformat()}, there[1]),
        "POST /api/v1/appointments/{id}/cancel": (there[0], {"reason": "Empêchée"}, there[1]),
    }
    return Seeds(known, bearers, right)


def seed(data: st.DataObject, case: Any, seeds: Seeds) -> str | None:
    """Real values in the place of most invented ones; in an address always, where the others lead elsewhere. One in
    three is a right call, with what its bearer is, but for the headers."""
    if case.operation.label in seeds.right and data.draw(st.integers(0, 2)) == 0:
        case.path_parameters, body, bearer = seeds.right[case.operation.label]
        case.path_parameters = dict(case.path_parameters)
        if body is not None:
            case.body, case.media_type = dict(body), "application/json"
        return bearer
    for name in case.path_parameters:
        case.path_parameters[name] = data.draw(st.sampled_from(seeds.known[name]))
    for told in (case.query, case.body):
        if not isinstance(told, dict):
            continue
        for name in sorted(set(told) & set(seeds.known)):
            if data.draw(st.integers(0, 4)):
                told[name] = data.draw(st.sampled_from(seeds.known[name]))
    return None


def headers(data: st.DataObject, seeds: Seeds, bearer: str | None) -> dict[str, str]:
    shown = data.draw(st.one_of(st.none(), *map(st.just, seeds.bearers), HOSTILE)) if bearer is None else bearer
    told = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {shown}"} if shown else {})
    names = ("Idempotency-Key", "Accept-Language", "Cookie", "X-Forwarded-For", "X-CSRFToken", "If-None-Match")
    for name in names:
        if data.draw(st.integers(0, 5)) == 0:
            told[name] = data.draw(HOSTILE)
    if "Idempotency-Key" not in told and data.draw(st.booleans()):
        told["Idempotency-Key"] = KEY
    return told


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_fault_and_answers_as_described(site: WSGIHandler, name: str) -> None:
    operation, seeds, statuses = OPERATIONS[name], sow(), set()
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,), verbosity=Verbosity.quiet,
    )  # fmt: skip
    @given(data=st.data())
    def attempt(data: st.DataObject) -> None:
        case = data.draw(cases)
        bearer = seed(data, case, seeds)
        told = headers(data, seeds, bearer)
        with undone():
            response = case.call(headers=told, app=site)
        statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    attempt()
    assert min(statuses) < 300, f"only refused: {sorted(statuses)}"
