"""The links of letters to who writes an intake: whoever holds one opens it as its author, until then."""

from datetime import datetime, timedelta

from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Holder, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Intake

KEPT = timedelta(days=120)


class LinkInvalid(LookupError):
    """Unknown, or past its end."""


def make(opened: Opened, now: datetime) -> str:
    """A new secret for an address, which opens no more than whoever makes it reads. Raises gate.MayNot."""
    token, holder = Holder.new()
    members.admit(opened, holder, Role.AUTHOR, until=now + KEPT, only=opened.only)
    return token


def make_proof(intake: Intake, opened: Opened, now: datetime) -> str:
    """One that proves the address it is sent to: it is shown to nobody else, and a locked intake knows it."""
    token = make(opened, now)
    intake.proofs = [*intake.proofs, Holder.of(token).token_hash]
    intake.save(update_fields=["proofs"])
    return token


def find(token: str, now: datetime) -> Intake:
    """Whose letter that secret was in. Raises LinkInvalid."""
    found = Intake.objects.by(Holder.of(token), now).select_related("compartment").first()
    if found is None:
        raise LinkInvalid
    return found
