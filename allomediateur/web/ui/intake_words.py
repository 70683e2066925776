"""What the pages of saisines say in words: reasons of a choice, for whoever reads them."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from allomediateur.cases.routing import Why

_WHY: dict[str, Callable[[], str]] = {
    Why.VERIFIED: lambda: _("son certificat est vérifié"),
    Why.SPECIALTY: lambda: _("c’est son domaine"),
    Why.LANGUAGE: lambda: _("la langue convient"),
    Why.MODALITY: lambda: _("la façon de se rencontrer convient"),
    Why.NEAR: lambda: _("à moins de 30 km"),
    Why.AROUND: lambda: _("à moins de 100 km"),
    Why.REMOTE: lambda: _("à distance, faute de quelqu’un plus près"),
    Why.STEP_FREE: lambda: _("un lieu sans marches"),
    Why.INDEPENDENT: lambda: _("ne connaît aucun des noms donnés, d’après nos dossiers"),
    Why.SOON: lambda: _("a un créneau qui convient"),
    Why.TURN: lambda: _("son tour est venu : c’est à qui a reçu le moins récemment"),
    Why.CHOSEN: lambda: _("choisi par la personne"),
    Why.STAFF: lambda: _("choisi par notre équipe"),
}
"""CROSSED is for the mediator alone, and has its own place on their page."""
_WHY_YOU: dict[str, Callable[[], str]] = _WHY | {
    Why.VERIFIED: lambda: _("votre certificat est vérifié"),
    Why.SPECIALTY: lambda: _("c’est votre domaine"),
    Why.INDEPENDENT: lambda: _("vous ne connaissez aucun des noms donnés, d’après nos dossiers"),
    Why.SOON: lambda: _("vous avez un créneau qui convient"),
    Why.TURN: lambda: _("votre tour est venu : c’est à qui a reçu le moins récemment"),
    Why.CHOSEN: lambda: _("c’est le choix de la personne"),
    Why.STAFF: lambda: _("c’est le choix de notre équipe"),
}
"""The same, told to the mediator themself."""


def why(reasons: Iterable[str]) -> list[str]:
    """In the active language, in the order they were found."""
    return [_WHY[one]() for one in reasons if one in _WHY]


def why_you(reasons: Iterable[str]) -> list[str]:
    """The same, told to the mediator."""
    return [_WHY_YOU[one]() for one in reasons if one in _WHY_YOU]
