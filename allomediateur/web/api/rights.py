"""Is an attempt required before going to court? Facts in, the answer out; nothing is kept."""

import json
from collections import Counter
from datetime import date as Day  # noqa: N812 - a fact is named `date`
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Schema

from allomediateur.content import rulebook
from allomediateur.law import words
from allomediateur.law.answering import Answer, InForce, Way, prior_attempt
from allomediateur.law.facts import (
    Attempt,
    BadFacts,
    Court,
    Exemption,
    Fault,
    Parties,
    Procedure,
    Subject,
    Territory,
)
from allomediateur.law.judging import Verdict
from allomediateur.law.reading import read
from allomediateur.law.tables import Need
from allomediateur.law.texts import Text
from allomediateur.web.api.booking_schemas import InvalidOut, RefusalOut
from allomediateur.web.api.problems import Problem
from allomediateur.web.api.routes import booking as router
from allomediateur.web.ui import statutes

NOT_TOLD = "Left out: the usual case is presumed, and `warnings` say so. `null`: nobody knows."


class FactsIn(Schema):
    """Facts of a case. Only `date` is needed; what is unknown lowers certainty and is never invented."""

    date: Day = Field(description="The day the court action is or will be started: it chooses the version of the law.")
    court: Court | Literal["unknown"] | None = Field(None, description="`null` or `unknown`: nobody knows.")
    claim_amount: float | str | None = Field(None, description="Euros, without costs, two decimals; 0: no money.")
    subjects: list[Subject] | None = Field([], description=NOT_TOLD)
    procedure: Procedure | None = Field(Procedure.ORDINARY, description=NOT_TOLD)
    parties: Parties | None = Field(Parties.INDIVIDUALS, description=NOT_TOLD)
    exemptions: list[Exemption] | None = Field([], description=NOT_TOLD)
    conciliator_referred_on: Day | None = None
    conciliator_meeting_on: Day | None = None
    conciliator_delay_days: int | None = Field(None, ge=0, description="89 to 92 cannot decide three months.")
    attempt: Attempt | None = None
    territory: Territory | None = Field(Territory.METROPOLE, description=NOT_TOLD)
    violence: bool | None = Field(False, description=NOT_TOLD)


class ArticleOut(Schema):
    """`url` is its search on Légifrance."""

    id: str
    label: str
    url: str


class VersionOut(Schema):
    """`until` is the first day of the next one."""

    id: str
    since: Day
    until: Day | None
    source: str


class AlternativeOut(Schema):
    way: Way
    text: str
    free: bool


class AssistanceOut(Schema):
    """Who may help or represent there. `self` is null where it is uncertain; not `certain`: to be verified."""

    self: bool | None
    lawyer: bool
    others: list[str]
    certain: bool
    sentences: list[str]


class AnswerOut(Schema):
    """General information, not legal advice. `missing`: the facts that would settle an uncertain verdict."""

    verdict: Verdict
    reasons: list[str]
    articles: list[ArticleOut]
    version: VersionOut | None
    evidence: list[str]
    warnings: list[str]
    alternatives: list[AlternativeOut]
    lawyer: Literal["required", "not_required", "uncertain"]
    assistance: AssistanceOut
    missing: list[str]
    verified_on: Day
    verified_at_source: bool = Field(description="Compared that day with the official text, not only with notes.")


def _body() -> dict[str, Any]:
    """The description of what is sent; it is read by the room of law, whose sentences say how to mend."""
    schema = FactsIn.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    schema["additionalProperties"] = False
    return {"required": True, "content": {"application/json": {"schema": _inlined(schema, parts)}}}


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(one, parts) for one in node]
    if not isinstance(node, dict):
        return node
    if reference := node.get("$ref"):
        return parts[reference.rsplit("/", 1)[1]]
    return {name: _inlined(one, parts) for name, one in node.items()}


@router.post(
    "law/prior-attempt",
    response={200: AnswerOut, 400: RefusalOut, 413: RefusalOut, 422: InvalidOut},
    tags=["law"],
    summary="Is an attempt required before going to court?",
    operation_id="prior_attempt",
    openapi_extra={"requestBody": _body()},
)
def ask(request: HttpRequest) -> AnswerOut:
    """Article 750-1 of the French Code of Civil Procedure, by the version in force on `date`. Nothing is kept."""
    try:
        return _out(prior_attempt(read(_object(request)), rulebook.current()))
    except BadFacts as bad:
        errors = [{"parameter": _whole(fault.name), "message": _said(fault.message)} for fault in bad.faults]
        detail = " ".join(dict.fromkeys(one["message"] for one in errors))
        raise Problem(422, detail, code="invalid", errors=errors) from bad


def _object(request: HttpRequest) -> dict[str, object]:
    """Raises Problem for what is no JSON object, BadFacts for a fact that is told twice."""
    try:
        told = json.loads(request.body, parse_float=Decimal, object_pairs_hook=_once)
    except BadFacts:
        raise
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Problem(400, _("Le corps n’est pas du JSON : envoyez un objet, en UTF-8."), code="unreadable")
    return told


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of two values of one fact, nobody knows which is meant."""
    twice = [name[:40] for name, count in Counter(name for name, _value in pairs).items() if count > 1]
    if twice:
        raise BadFacts(tuple(Fault(name, words.TOLD_TWICE.filled(name=name)) for name in twice))
    return dict(pairs)


def _said(text: Text) -> str:
    """In the language asked for."""
    return _whole(text.of(get_language() or "fr"))


def _whole(text: str) -> str:
    """Without half characters, which no answer can carry."""
    return text.encode(errors="replace").decode()


def _version(found: InForce) -> VersionOut:
    return VersionOut(id=found.id, since=found.since, until=found.until, source=_said(found.source))


def _out(answer: Answer) -> AnswerOut:
    version, help_ = answer.version, answer.assistance
    alone = {Need.REQUIRED: False, Need.NOT_REQUIRED: True}.get(answer.lawyer)
    return AnswerOut(
        verdict=answer.verdict,
        reasons=[_said(one) for one in answer.reasons],
        articles=[ArticleOut(id=one.id, label=_said(one.label), url=statutes.url(one)) for one in answer.articles],
        version=_version(version) if version else None,
        evidence=[_said(one) for one in answer.evidence],
        warnings=[_said(one) for one in answer.warnings],
        alternatives=[
            AlternativeOut(way=one.way, text=_said(one.text), free=one.is_free) for one in answer.alternatives
        ],
        lawyer=answer.lawyer.value,  # type: ignore[arg-type] # BY_CEILING is for the tables
        assistance=AssistanceOut(
            self=alone,
            lawyer=True,
            others=[_said(one) for one in help_.others],
            certain=help_.certain,
            sentences=[_said(one) for one in help_.sentences],
        ),
        missing=["claim_amount" if name == "claim_cents" else name for name in answer.missing],
        verified_on=answer.verified.on,
        verified_at_source=answer.verified.at_source,
    )
