"""For whom staff act, for half an hour: said on every page, traced at every act. They stay who they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from allomediateur.accounts.models import User
from allomediateur.agenda.models import GUESTS, Participant

KEY = "acting"
LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Acting:
    """An account, or (`user_id` none) the client without account of the appointment of that `reference`."""

    name: str
    user_id: int | None
    reference: str
    reason: str
    until: datetime

    @property
    def thing(self) -> str:
        """As the trail names them."""
        return f"user:{self.user_id}" if self.user_id else f"appointment:{self.reference}"

    def covers(self, party: Participant) -> bool:
        """Whether that participant is who they act for; reads the appointment."""
        if self.user_id:
            # Those invited change nothing: nobody does it for them.
            return party.user_id == self.user_id and party.role not in GUESTS
        is_client = party.role == Participant.Role.CLIENT and party.user_id is None
        return is_client and party.appointment.reference == self.reference


def begin(request: HttpRequest, *, user_id: int | None, reference: str, reason: str, now: datetime) -> None:
    until = (now + LASTS).isoformat()
    request.session[KEY] = {"user": user_id, "reference": reference, "reason": reason, "until": until}


def end(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def current(request: HttpRequest, now: datetime) -> Acting | None:
    """None once the half-hour is over, when the person is gone, and for whoever is not staff."""
    told = request.session.get(KEY) if hasattr(request, "session") else None
    user = getattr(request, "user", None)
    if not told or not isinstance(user, User) or user.role != User.Role.STAFF:
        return None
    until = datetime.fromisoformat(told["until"])
    name = _name(told) if now < until else None
    if name is None:
        return None
    return Acting(name, told["user"], told["reference"], told["reason"], until)


def _name(told: dict[str, Any]) -> str | None:
    if told["user"]:
        found = User.objects.filter(pk=told["user"]).first()
        return str(found) if found else None
    client = Participant.objects.filter(
        appointment__reference=told["reference"], role=Participant.Role.CLIENT, user__isnull=True
    )
    return client.values_list("name", flat=True).first()
