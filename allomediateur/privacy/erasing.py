"""A client's account erased, in every room at once."""

from datetime import datetime

from allomediateur.accounts.models import User
from allomediateur.agenda import erasing as agenda
from allomediateur.agenda.erasing import NotErasable, to_come
from allomediateur.cases import erasing as cases
from allomediateur.support import erasing as support

__all__ = ["NotErasable", "erase", "to_come"]


def erase(user: User, now: datetime) -> None:
    """What is to come is cancelled, then all that is known of them goes in one transaction. Raises NotErasable."""

    def also(user: User) -> None:
        support.forget(user)
        cases.forget(user, now)

    agenda.erase(user, now, also=also)
