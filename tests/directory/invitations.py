"""Agendas entrusted, and invitations that wait."""

import re
from datetime import datetime

from allomediateur.accounts.models import User
from allomediateur.directory import entrusting
from allomediateur.directory.models import Mediator, Secretary
from allomediateur.notify.models import Letter
from tests.factories import NOW, make_user

KEPT = {
    "mediator_week", "mediator_day", "mediator_reserve", "mediator_list", "mediator_openings", "mediator_copy",
    "mediator_lines", "mediator_holidays", "mediator_exceptions", "mediator_exceptions_remove", "mediator_why",
    "mediator_appointment", "mediator_move", "mediator_attend", "mediator_late", "mediator_cancel", "mediator_ics",
    "mediator_guests",
    "mediator_agendas",
}  # fmt: skip
"""The addresses of mediators that are their secretaries' too: the agenda."""

SOLENE = "solene@example.org"


def make_invitation(mediator: Mediator, email: str = "jean@example.org", now: datetime = NOW) -> str:
    """The token of its letter."""
    entrusting.invite(mediator, name="Jean Petit", email=email, now=now)
    return token_of(Letter.objects.filter(kind="secretary_invited").latest("pk"))


def make_secretary(mediator: Mediator, email: str = SOLENE, now: datetime = NOW) -> tuple[User, Secretary]:
    """Somebody who has accepted."""
    user = User.objects.filter(email=email).first() or make_user(email, name="Solène Maréchal")
    entrusting.accept(make_invitation(mediator, email, now), user, now)
    user.refresh_from_db()
    return user, Secretary.objects.get(mediator=mediator, user=user, ended_at=None)


def token_of(letter: Letter) -> str:
    found = re.search(r"/secretariat/([\w-]+)/", letter.text)
    assert found
    return found[1]
