"""What mediators propose, for the pages that show it."""

from collections.abc import Iterable

from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator


def services(mediator: Mediator) -> list[Service]:
    """What can be booked with the mediator, in the order they chose; empty when they may not be booked."""
    if not mediator.rights.bookable:
        return []
    return list(Service.objects.filter(mediator=mediator, is_active=True))


def services_of(mediators: Iterable[Mediator]) -> dict[int, list[Service]]:
    """The same for many, by mediator id, in one query; every mediator has a list."""
    bookable = {one.pk: one.rights.bookable for one in mediators}
    found: dict[int, list[Service]] = {pk: [] for pk in bookable}
    for service in Service.objects.filter(mediator__in=[pk for pk, yes in bookable.items() if yes], is_active=True):
        found[service.mediator_id].append(service)
    return found
