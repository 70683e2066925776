"""An erased person's words go: the key of each compartment that holds them is destroyed."""

from datetime import datetime

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import purging
from allomediateur.cases.compartments.actors import Account, Role
from allomediateur.cases.models import Compartment, Membership


def forget(user: User, now: datetime) -> None:
    """Within the transaction that erases the account, whose memberships go with it."""
    theirs = Membership.objects.filter(user=user, role=Role.AUTHOR).values("compartment")
    for one in Compartment.objects.filter(pk__in=theirs, purged_at=None).order_by("pk"):
        purging.purge(one, now, by=Account.of(user))
