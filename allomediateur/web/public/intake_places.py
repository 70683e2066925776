"""What the questionnaire needs of the site: communes by name or postal code, and the addresses that screens name."""

from django.urls import reverse

from allomediateur.cases.questionnaire.reading import Communes
from allomediateur.cases.questionnaire.words import Commune
from allomediateur.configuration import names
from allomediateur.directory import places
from allomediateur.directory.models import Commune as Row


def communes(typed: str) -> Communes:
    """One is taken, namesakes are asked « Laquelle ? », what is none proposes those alike."""
    try:
        found = places.resolve(typed.replace("\x00", ""))
    except places.AmbiguousPlace as many:
        return Communes(found=_told(many.candidates))
    except places.UnknownPlace as unknown:
        return Communes(near=_told(unknown.suggestions))
    row = Row.objects.filter(code=found.code).first() if found.code else None
    return Communes(found=_told([row]) if row else ())


def _told(rows: list[Row]) -> tuple[Commune, ...]:
    return tuple(Commune(one.code, str(one)) for one in rows[:8])


def address(name: str) -> str:
    """Of a link that a screen names (`shapes.LINKS`)."""
    if name in ("consumer_site", "conciliator_site"):
        return names.value(f"{name}_url")
    return reverse({"find_mediator": "search", "assistance": "support"}[name])
