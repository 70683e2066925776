"""Who else is free, for the pages where nothing is: a name, a town, the first time, a link."""

from datetime import datetime

from allomediateur.agenda import others
from allomediateur.agenda.others import Other
from allomediateur.directory.models import Mediator, Office


def lines(mediator: Mediator, modality: str, office: Office | None, now: datetime) -> list[Other]:
    """Three at most, near that mediator or office, in that way or any, for `ui/_near.html`."""
    return others.near(mediator, modality, office, now)
