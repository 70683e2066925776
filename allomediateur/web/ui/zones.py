"""The viewer's time zone (R14): own choice, the account's, the browser's, the searched place's, else Paris."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from allomediateur.scheduling.display import visitor_zone

CHOSEN = "zone"
SEARCHED = "searched_zone"
COOKIE = "tz"

FRENCH_ZONES = (
    ("Europe/Paris", _("Paris")),
    ("America/Guadeloupe", _("Guadeloupe, Saint-Martin, Saint-Barthélemy")),
    ("America/Martinique", _("Martinique")),
    ("America/Cayenne", _("Guyane")),
    ("America/Miquelon", _("Saint-Pierre-et-Miquelon")),
    ("Indian/Reunion", _("La Réunion")),
    ("Indian/Mayotte", _("Mayotte")),
    ("Pacific/Noumea", _("Nouvelle-Calédonie")),
    ("Pacific/Tahiti", _("Tahiti")),
    ("Pacific/Marquesas", _("Îles Marquises")),
    ("Pacific/Gambier", _("Îles Gambier")),
    ("Pacific/Wallis", _("Wallis-et-Futuna")),
)
NEIGHBOURS = (
    ("Europe/Brussels", _("Belgique")),
    ("Europe/Zurich", _("Suisse")),
    ("Europe/Luxembourg", _("Luxembourg")),
    ("America/Toronto", _("Canada, Montréal et Toronto")),
    ("America/Halifax", _("Canada, Halifax")),
    ("America/Vancouver", _("Canada, Vancouver")),
)


def zone_choices() -> list[Any]:
    """For a select: French zones first, then the neighbours."""
    return [(_("En France"), FRENCH_ZONES), (_("Ailleurs"), NEIGHBOURS)]


def viewer_zone(request: HttpRequest, place: Any = None) -> str:
    """An IANA name. `place` is the one searched, with its `zone`; a booking remembers it in the session."""
    session = getattr(request, "session", None)
    user = getattr(request, "user", None)
    return visitor_zone(
        session.get(CHOSEN) if session else None,
        user.zone if user is not None and user.is_authenticated else None,
        request.COOKIES.get(COOKIE),
        getattr(place, "zone", None) or (session.get(SEARCHED) if session else None),
    )
