"""What people tell in the demo: a draft, a request before the mediator, one that they took, one that nobody took."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Service
from allomediateur.cases import deciding, drafting, sending
from allomediateur.cases.compartments.actors import Account, Holder
from allomediateur.cases.deciding import Chosen
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.directory.models import Mediator, Office
from allomediateur.worker.country import names

UNKNOWN: Answer = {"said": "unknown"}
PARIS: Answer = {"code": "75111", "name": "Paris 11e Arrondissement (75)"}
_TOLD: dict[str, Answer] = {
    "role": "party", "origin": "chosen", "safety": ["none"], "domain": "voisinage", "other_side": "neighbour",
    "story": UNKNOWN, "since": UNKNOWN, "steps_taken": ["talked"], "project": UNKNOWN, "direction": UNKNOWN,
    "parties": UNKNOWN, "proceedings": "none", "has_amount": "no", "deadline": "no", "urgency": "weeks",
    "legal_aid": ["none"], "place": PARIS, "modality": ["phone", "video"], "languages": ["fr"], "interpreter": "no",
    "sign_language": "no", "accessibility": ["none"], "times": ["any"], "consent_names": "yes", "consent_send": "yes",
    "reach": ["email"],
}  # fmt: skip
_SCORES: dict[str, Answer] = {
    "story": "Ma voisine du dessus joue du piano chaque soir.\n\nNous en avons parlé deux fois. Depuis, elle ne me "
    "répond plus, et je n’ose plus sonner.",
    "project": "Retrouver des soirées calmes, et pouvoir nous dire bonjour.", "direction": "rearrange",
    "since": "2026-02",
}  # fmt: skip
_WORKSHOP: dict[str, Answer] = {
    "domain": "travail-et-entreprise", "other_side": "colleague", "modality": ["video", "in_person"],
    "story": "Nous avons monté l’atelier à deux, il y a huit ans. Nous ne voulons plus la même chose.",
    "project": "Décider ensemble qui reste, sans fâcher les apprentis.", "direction": "part", "since": "2025-09",
}  # fmt: skip


def add(mediator: Mediator, alice: User, now: datetime) -> None:
    """Alice has a draft, and a request before the mediator; two others were told without an account."""
    _draft(alice, now)
    other: dict[str, Answer] = {"name": "Mireille Castan", "link": "voisine du dessus", "knows": "yes"}
    own: dict[str, Answer] = {
        **_SCORES,
        "parties": [other],
        "contact_others": "no",
        "name": alice.name,
        "email": alice.email,
    }
    _send(Account.of(alice), {**own, "email": alice.email, "phone": UNKNOWN}, now, to=mediator, user=alice)
    _taken(mediator, now)
    # Nobody speaks it, and no letter may leave: the team has it, and calls.
    _send(Holder.new()[1], _by_voice("Lin Duval", 12), now)


def told(name: str, more: Mapping[str, Answer]) -> dict[str, Answer]:
    """All the answers of somebody who may be called and not written to."""
    own: dict[str, Answer] = {"reach": ["phone"], "name": name, "email": UNKNOWN, "phone": names.landline(13)}
    return {**_TOLD, **own, **more}


def _draft(alice: User, now: datetime) -> None:
    made = drafting.begin(Account.of(alice), language="fr", zone=alice.zone, now=now)
    first = {name: _TOLD[name] for name in ("role", "origin", "safety")}
    drafting.save(drafting.read(made, Account.of(alice), now=now), first, seen={}, now=now)


def _taken(mediator: Mediator, now: datetime) -> None:
    """Accepted, and an appointment kept for the person."""
    writer = Holder.new()[1]
    own = {**_WORKSHOP, "reach": ["phone"], "name": "Yanis Corbel", "email": UNKNOWN, "phone": names.landline(11)}
    sent = _send(writer, own, now, to=mediator)
    proposal = Proposal.objects.select_related("intake__compartment", "mediator__user").get(intake=sent)
    slot = next(one for one in deciding.times(proposal, now, most=600) if one.start > now + timedelta(days=2))
    office = Office.objects.filter(pk=slot.office_id).first() if slot.office_id else None
    deciding.accept(proposal, Chosen(Service.objects.get(pk=slot.service_id), slot.modality, office, slot.start), now)


def _by_voice(name: str, number: int) -> dict[str, Answer]:
    return {
        **_SCORES, "languages": ["tr"], "reach": ["phone"], "name": name, "email": UNKNOWN,
        "phone": names.landline(number), "domain": "education", "other_side": "other", "urgency": "days",
    }  # fmt: skip


def _send(
    writer: Account | Holder,
    own: Mapping[str, Answer],
    now: datetime,
    *,
    to: Mediator | None = None,
    user: User | None = None,
) -> Intake:
    made = drafting.begin(writer, language="fr", zone="Europe/Paris", now=now)
    drafting.save(drafting.read(made, writer, now=now), {**_TOLD, **own}, seen={}, now=now)
    if to:
        drafting.choose(made, to, now)
    way = Intake.Way.CHOSEN if to else Intake.Way.DIRECTED
    return sending.send(drafting.read(made, writer, now=now), way=way, user=user, now=now).intake
