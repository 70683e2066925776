"""What mediators propose, for the pages that show it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator


def services(mediator: Mediator, now: datetime) -> list[Service]:
    """What can be booked with the mediator, in the order they chose; empty when they may not be booked."""
    if not mediator.rights_at(now).bookable:
        return []
    return list(public().filter(mediator=mediator))


def public() -> QuerySet[Service]:
    """What anybody may book, in the order their mediators chose."""
    return Service.objects.filter(is_active=True, booked_by=Service.BookedBy.ANYONE)


def own_services(mediator: Mediator, now: datetime) -> list[Service]:
    """What mediators may book in their own agenda."""
    if not mediator.rights_at(now).bookable:
        return []
    return list(Service.objects.filter(mediator=mediator, is_active=True))


def services_of(mediators: Iterable[Mediator], now: datetime) -> dict[int, list[Service]]:
    """The same for many, by mediator id, in one query; every mediator has a list."""
    bookable = {one.pk: one.rights_at(now).bookable for one in mediators}
    found: dict[int, list[Service]] = {pk: [] for pk in bookable}
    for service in public().filter(mediator__in=[pk for pk, yes in bookable.items() if yes]):
        found[service.mediator_id].append(service)
    return found
