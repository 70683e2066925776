"""Conflicts of interest: the parties' names crossed with the other cases of mediators, without showing any."""

from collections.abc import Iterable

from django.db.models import Q

from allomediateur.cases.compartments import blind
from allomediateur.cases.compartments.actors import Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Membership
from allomediateur.directory.models import Mediator

TAKEN = "after.0"
"""Among the names a mediator reads: the intake was accepted (cases.copies)."""


def conflicted(opened: Opened, *, among: Iterable[int]) -> set[int]:
    """Of these accounts (numbers), the mediators who read, or have read, the whole of another compartment that names
    one of the parties of this one, or its story (TAKEN), or who bear such a name. Who was only asked, and declined, is
    not concerned.

    Three queries, however many they are. Nothing tells which name, nor which case; a purged one names nobody any more.
    """
    return _concerned(opened.party_digests(), list(among), opened.compartment.pk)


def concerned(names: Iterable[str], *, among: Iterable[int]) -> set[int]:
    """The same for names that no compartment holds yet."""
    return _concerned(blind.digests(map(blind.alike, names)), list(among), None)


def _concerned(digests: set[str], accounts: list[int], own: int | None) -> set[int]:
    if not digests:
        return set()
    took = Q(only=None) | Q(only__contains=[TAKEN])
    others = Membership.objects.filter(
        took, role=Role.MEDIATOR, user__in=accounts, compartment__parties__digest__in=digests
    ).exclude(compartment=own)
    named = Mediator.objects.filter(user__in=accounts).values_list("user", "name")
    namesakes = {user for user, name in named if blind.digests([blind.alike(name)]) & digests}
    return namesakes | set(others.values_list("user", flat=True))
