"""Saisines for tests: told, sent, proven, answered, as short as a test wants them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allomediateur.accounts.models import User
from allomediateur.agenda.openings import Slot
from allomediateur.cases import drafting, proposing, sending
from allomediateur.cases.compartments.actors import Account, Actor, Holder
from allomediateur.cases.deciding import Chosen
from allomediateur.cases.drafting import Draft
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.directory.models import Commune, Mediator
from allomediateur.notify.models import Letter
from tests.cases.questionnaire.answering import NEIGHBOUR
from tests.factories import NOW, make_commune, make_mediator, office_of, service_of

UNKNOWN: Answer = {"said": "unknown"}
PHONE = "+33639980001"
STORY: dict[str, Answer] = {**NEIGHBOUR, "phone": PHONE, "times": ["any"], "urgency": "no_hurry", "modality": ["phone"]}
"""A neighbour's request that many mediators suit: by phone, near Rennes, at any time."""
AFRAID: dict[str, Answer] = {
    **{name: answer for name, answer in STORY.items() if name not in ("contact_others", "reach")},
    "safety": ["fear"], "discreet": "email", "consent_sensitive": "yes",
}  # fmt: skip
"""The same by somebody who is afraid."""


def make_one(name: str = "Bob Médiateur", **fields: Any) -> Mediator:
    """A mediator whom STORY suits."""
    told: dict[str, Any] = {"specialties": ("voisinage",), "commune": rennes()}
    return make_mediator(name, **(told | fields))


def rennes() -> Commune:
    return make_commune("35238", "Rennes", "35", ["35000"], 220_000, 48.11, -1.68)


def begin(writer: Account | Holder | None = None, *, now: datetime = NOW, **more: Any) -> tuple[Intake, Actor]:
    holder = writer or Holder.new()[1]
    return drafting.begin(holder, language="fr", zone="Europe/Paris", now=now, **more), holder


def tell(
    answers: Mapping[str, Answer] = STORY, writer: Account | Holder | None = None, *, now: datetime = NOW, **more: Any
) -> Draft:
    """All answered, nothing sent."""
    intake, who = begin(writer, now=now, **more)
    drafting.save(drafting.read(intake, who, now=now), answers, seen={}, now=now)
    return drafting.read(intake, who, now=now)


def send(
    draft: Draft,
    *,
    to: tuple[Mediator, ...] = (),
    then_directed: bool = True,
    user: User | None = None,
    now: datetime = NOW,
) -> Intake:
    for one in to:
        drafting.choose(draft.intake, one, now)
    way = Intake.Way.CHOSEN if to else Intake.Way.DIRECTED
    return sending.send(draft, way=way, then_directed=then_directed, user=user, now=now).intake


def sent(answers: Mapping[str, Answer] = STORY, *, to: tuple[Mediator, ...] = (), now: datetime = NOW) -> Intake:
    """Told without an account, sent, and its letter's link opened."""
    intake = send(tell(answers, now=now), to=to, now=now)
    if intake.state == Intake.State.UNPROVEN:
        sending.prove(intake, Holder.of(token_of(last_letter("intake_to_prove"))), now)
    return again(intake)


def again(intake: Intake) -> Intake:
    return Intake.objects.select_related("compartment").get(pk=intake.pk)


def before(mediator: Mediator, intake: Intake) -> Proposal:
    return Proposal.objects.select_related("intake__compartment", "mediator__user").get(
        intake=intake, mediator=mediator
    )  # fmt: skip


def asked(intake: Intake) -> list[tuple[int, str]]:
    """The mediators it was proposed to, and what became of it."""
    return list(intake.proposals.order_by("pk").values_list("mediator", "state"))


def happened(intake: Intake) -> list[str]:
    return list(intake.steps.values_list("kind", flat=True))


def routing(intake: Intake, now: datetime = NOW) -> Any:
    return proposing.opened_for_routing(again(intake), now)


def last_letter(kind: str) -> Letter:
    return Letter.objects.filter(kind__startswith=kind).order_by("-pk")[0]


def token_of(letter: Letter) -> str:
    found = re.search(r"/suite/([\w-]{43})/", letter.text)
    assert found
    return found[1]


def slot(mediator: Mediator, free: Slot) -> Chosen:
    """What a mediator offers."""
    return Chosen(service_of(mediator), free.modality, office_of(mediator) if free.office_id else None, free.start)
