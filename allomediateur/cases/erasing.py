"""An erased person's words go: the key of each compartment that holds them is destroyed."""

from datetime import datetime

from allomediateur.accounts.models import User
from allomediateur.cases import letters, steps
from allomediateur.cases.compartments import purging
from allomediateur.cases.compartments.actors import Account, Role
from allomediateur.cases.models import Compartment, Intake, Membership
from allomediateur.notify.models import Letter


def forget(user: User, now: datetime) -> None:
    """Within the transaction that erases the account, whose memberships go with it. Mediators who had a request before
    them are told that there is nothing to answer any more."""
    theirs = list(Membership.objects.filter(user=user, role=Role.AUTHOR).values_list("compartment", flat=True))
    for intake in Intake.objects.filter(compartment__in=theirs).order_by("pk"):
        for proposal in steps.open_proposals(intake):
            letters.gone(proposal, now)
        Letter.objects.filter(topic=letters.topic_of(intake)).exclude(kind="intake_gone").delete()
        intake.delete()
    for one in Compartment.objects.filter(pk__in=theirs, purged_at=None).order_by("pk"):
        purging.purge(one, now, by=Account.of(user))
