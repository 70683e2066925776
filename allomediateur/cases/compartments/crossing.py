"""Conflicts of interest: the parties' names crossed with the other cases of mediators, without showing any."""

from collections.abc import Iterable

from allomediateur.cases.compartments import blind
from allomediateur.cases.compartments.actors import Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Membership
from allomediateur.directory.models import Mediator


def conflicted(opened: Opened, *, among: Iterable[int]) -> set[int]:
    """Of these accounts (numbers), the mediators who read, or have read, the whole of another compartment that names
    one of the parties of this one, or who bear such a name. Who was only asked, and declined, is not concerned.

    Three queries, however many they are. Nothing tells which name, nor which case; a purged one names nobody any more.
    """
    accounts = list(among)
    digests = opened.party_digests()
    if not digests:
        return set()
    others = Membership.objects.filter(
        role=Role.MEDIATOR, user__in=accounts, only=None, compartment__parties__digest__in=digests
    ).exclude(compartment=opened.compartment.pk)
    named = Mediator.objects.filter(user__in=accounts).values_list("user", "name")
    namesakes = {user for user, name in named if blind.digests([blind.alike(name)]) & digests}
    return namesakes | set(others.values_list("user", flat=True))
