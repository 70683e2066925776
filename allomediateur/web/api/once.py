"""`Idempotency-Key`: the same request sent again, because no answer came, acts once and is answered alike.

The answer is kept sealed (vault): it holds secrets. A refusal that changed nothing is not kept: the same request is
judged anew, and may succeed. Keys are a caller's own (`Caller.subject`) and an address's own.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from allomediateur.accounts import idempotency
from allomediateur.accounts.idempotency import Answered, Claimed, KeyReused
from allomediateur.accounts.limits import TooMany
from allomediateur.vault import sealing
from allomediateur.web.api import problems
from allomediateur.web.api.callers import Caller
from allomediateur.web.api.problems import Problem

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
SHORTEST, LONGEST = 16, 200
PURPOSE = "api answer"


@dataclass(frozen=True)
class Answer:
    """JSON values; none for an empty answer."""

    status: int
    body: dict[str, Any] | None = None

    def respond(self) -> HttpResponse:
        if self.body is None:
            return HttpResponse(status=self.status)
        kind = "application/json" if self.status < 400 else problems.MEDIA_TYPE
        told = {"ensure_ascii": False}
        return JsonResponse(self.body, status=self.status, content_type=kind, json_dumps_params=told)


def once(
    request: HttpRequest,
    caller: Caller,
    asked: str,
    act: Callable[[], Answer],
    allowed: Callable[[], None] = lambda: None,
) -> HttpResponse:
    """What `act` answers, or answered before. `asked`: the body, in one form. `allowed` counts what limits count, only
    when it acts; it and `act` raise Problem or TooMany. Raises Problem 422 for a key that came with another body."""
    key = _key(request)
    if not key:
        allowed()
        return act().respond()
    own = idempotency.fingerprint("api", caller.subject, request.method, request.path, key)
    with transaction.atomic():
        claim = _claim(own, idempotency.fingerprint(asked))
        if isinstance(claim, Answered):
            return _replayed(claim)
        done = _act(claim, allowed, act)
    if isinstance(done, Exception):
        raise done
    return done.respond()


def _act(claim: Claimed, allowed: Callable[[], None], act: Callable[[], Answer]) -> Answer | Problem | TooMany:
    """What was counted stays counted; what was refused did not happen."""
    try:
        allowed()
        with transaction.atomic():
            done = act()
    except (Problem, TooMany) as refused:
        idempotency.give_back(claim)
        return refused
    told = json.dumps({"status": done.status, "body": done.body}, ensure_ascii=False)
    idempotency.record(claim, sealing.seal(told, PURPOSE))
    return done


def _key(request: HttpRequest) -> str:
    """Long enough for nobody to have the same by chance. Raises Problem 422."""
    key = request.headers.get(HEADER, "").strip()
    if key and not (SHORTEST <= len(key) <= LONGEST and all("!" <= one <= "~" for one in key)):
        detail = _(
            "« Idempotency-Key » compte %(shortest)s à %(longest)s caractères tirés au hasard : un UUID convient."
        )
        raise Problem(422, detail % {"shortest": SHORTEST, "longest": LONGEST}, code="idempotency_key_invalid")
    return key


def _claim(own: str, fingerprint: str) -> Claimed | Answered:
    try:
        return idempotency.claim(own, fingerprint, datetime.now(UTC))
    except KeyReused:
        detail = _("Cette clé d’idempotence a déjà servi pour autre chose : prenez-en une autre.")
        raise Problem(422, detail, code="idempotency_key_reused") from None


def _replayed(known: Answered) -> HttpResponse:
    told = json.loads(sealing.unseal(known.answer, PURPOSE))
    response = Answer(told["status"], told["body"]).respond()
    response.headers[REPLAYED] = "true"
    return response
