"""The values that staff may set: bodies, titles, links, contact; their defaults are the installation's (settings)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from allomediateur.configuration.models import Setting


class Shape(StrEnum):
    """How a value is checked."""

    TEXT = "text"
    LINK = "link"
    EMAIL = "email"
    LONG = "long"


@dataclass(frozen=True)
class Name:
    """`default` is an attribute of settings. A value that `may_be_empty` shows nothing."""

    key: str
    label: str | Promise
    default: str
    shape: Shape = Shape.TEXT
    may_be_empty: bool = False


NAMES = (
    Name("certificate", lazy("Le certificat"), "CERTIFICATE_NAME"),
    Name("chamber", lazy("La chambre"), "CHAMBER_NAME"),
    Name("school", lazy("L’école"), "SCHOOL_NAME"),
    Name("ethics_code", lazy("Le code d’éthique"), "ETHICS_CODE_NAME"),
    Name("ethics_code_version", lazy("Sa version en vigueur"), "ETHICS_CODE_VERSION"),
    Name("ethics_code_url", lazy("Son texte"), "ETHICS_CODE_URL", Shape.LINK, may_be_empty=True),
    Name("chamber_url", lazy("Le site de la chambre"), "CHAMBER_URL", Shape.LINK, may_be_empty=True),
    Name("consumer_site_url", lazy("Litiges de consommation"), "CONSUMER_SITE_URL", Shape.LINK),
    Name("conciliator_site_url", lazy("Conciliateurs de justice"), "CONCILIATOR_SITE_URL", Shape.LINK),
    Name("contact_email", lazy("Adresse e-mail de contact"), "CONTACT_EMAIL", Shape.EMAIL),
    Name("assistance_phone", lazy("Téléphone de l’assistance"), "ASSISTANCE_PHONE", may_be_empty=True),
    Name(
        "postal_address", lazy("Adresse postale, une ligne par ligne"), "POSTAL_ADDRESS", Shape.LONG, may_be_empty=True
    ),
    Name("publisher", lazy("Éditeur du site"), "PUBLISHER", may_be_empty=True),
    Name("host", lazy("Hébergeur du site"), "HOST", Shape.LONG, may_be_empty=True),
)
BY_KEY = {one.key: one for one in NAMES}
BANNER = ("banner_fr", "banner_en", "banner_kind", "banner_from", "banner_until")


def everything() -> dict[str, str]:
    """Every value as it is now, in one query; those of the announcement too, where there is one."""
    rows = dict(Setting.objects.values_list("key", "value"))
    return {one.key: rows.get(one.key, defaults(one)) for one in NAMES} | {
        key: rows[key] for key in BANNER if key in rows
    }


def installation() -> dict[str, str]:
    """The values of the installation alone: no query, for pages that say that the database is away."""
    return {one.key: defaults(one) for one in NAMES}


def value(key: str) -> str:
    """One of them, in one query. Raises KeyError."""
    found = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return defaults(BY_KEY[key]) if found is None else found


def defaults(name: Name) -> str:
    """The installation's; a list is lines."""
    found = getattr(settings, name.default)
    return "\n".join(found) if isinstance(found, list) else str(found)


def change(told: Mapping[str, str], now: datetime) -> list[str]:
    """Set these values; one that is the installation's again has no row. Returns the keys that changed, in order."""
    before = everything()
    changed = [key for key, text in told.items() if text != before.get(key)]
    with transaction.atomic():
        for key in changed:
            if told[key] == defaults(BY_KEY[key]):
                Setting.objects.filter(key=key).delete()
            else:
                _put(key, told[key], now)
    return changed


def announce(told: Mapping[str, str], now: datetime) -> None:
    """The announcement: texts, kind, first and last instants in ISO 8601, all as text."""
    with transaction.atomic():
        for key in BANNER:
            _put(key, told[key], now)


def silence() -> None:
    """No announcement any more."""
    Setting.objects.filter(key__in=BANNER).delete()


def _put(key: str, text: str, now: datetime) -> None:
    Setting.objects.update_or_create(key=key, defaults={"value": text, "changed_at": now})


@dataclass(frozen=True)
class Banner:
    """`kind`: info or warning."""

    text: str
    kind: str


def banner(values: Mapping[str, str], language: str, now: datetime) -> Banner | None:
    """The announcement of that instant, in that language, French when it has no other."""
    if not _holds(values, now):
        return None
    own = values.get("banner_en", "") if language.startswith("en") else ""
    return Banner(own or values["banner_fr"], values.get("banner_kind", "info"))


def _holds(values: Mapping[str, str], now: datetime) -> bool:
    since, until = values.get("banner_from", ""), values.get("banner_until", "")
    if not values.get("banner_fr"):
        return False
    return (not since or datetime.fromisoformat(since) <= now) and (not until or now < datetime.fromisoformat(until))
