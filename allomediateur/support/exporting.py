"""What somebody asked and was answered, for that person: plain values, ready for JSON."""

from typing import Any

from allomediateur.accounts.models import User
from allomediateur.support import writing
from allomediateur.support.models import Thread


def portrait(user: User) -> list[dict[str, Any]]:
    """Their threads, oldest first; dates are ISO 8601. The notes of staff are not in it, nor any name of theirs."""
    return [_thread(one) for one in Thread.objects.of(user).select_related("mediator").order_by("pk")]


def _thread(one: Thread) -> dict[str, Any]:
    return {
        "reference": one.reference, "kind": one.kind, "topic": one.topic, "state": one.state, "from": one.context,
        "appointment": one.appointment,
        "mediator": one.mediator.name if one.mediator else "", "name": one.name, "email": one.email,
        "phone": str(one.phone), "opened": one.opened_at.isoformat(),
        "messages": [{"by": said.by, "at": said.at.isoformat(), "text": said.text} for said in writing.read(one)],
    }  # fmt: skip
