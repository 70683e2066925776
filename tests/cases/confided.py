"""Compartments for tests, as short as a test wants them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.db import connection

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import members
from allomediateur.cases.compartments.actors import Account, Actor, Holder, Platform, Purpose, Reason, Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Compartment
from tests.factories import NOW

INTAKE = Compartment.Kind.INTAKE
ROUTING = Platform(Purpose.ROUTING)
MARKER = "zzsecretzz"


def confide(
    author: User | Holder, texts: Mapping[str, str] = MappingProxyType({}), /, *, now: datetime = NOW, **more: str
) -> Compartment:
    """A compartment of that author, which the platform may route, with these texts in it."""
    reader = Account.of(author) if isinstance(author, User) else author
    made = members.begin(INTAKE, reader, Role.AUTHOR, now=now, purposes=[Purpose.ROUTING])
    if texts or more:
        enter(made, reader, now).write_all({**texts, **more})
    return made


def enter(compartment: Compartment, who: User | Actor, now: datetime = NOW, reason: Reason = Reason.READING) -> Opened:
    return compartment.open(Account.of(who) if isinstance(who, User) else who, now=now, reason=reason)


def by_force(statement: str, *told: str | int | bytes) -> None:
    """As who owns the database can."""
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        assert cursor.rowcount
