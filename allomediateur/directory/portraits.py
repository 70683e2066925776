"""Portraits as the public sees them: part of the identified card, which the rights table opens to members."""

from datetime import datetime

from allomediateur.directory.models import Mediator, Photo


def shown(slug: str, now: datetime) -> Photo | None:
    """The portrait on that card; None without one, and while the rights table does not open the card."""
    return Photo.objects.filter(mediator__in=Mediator.objects.bookable(now).filter(slug=slug)).first()


def digest_of(mediator: Mediator) -> str:
    """Names the portrait as it is, empty without one: one small query, none when `photo` was selected with it."""
    field = Mediator._meta.get_field("photo")
    if field.is_cached(mediator):
        kept: Photo | None = getattr(mediator, "photo", None)
        return kept.digest if kept else ""
    return Photo.objects.filter(mediator=mediator).values_list("digest", flat=True).first() or ""
