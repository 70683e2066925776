"""Who opens a compartment: an account, the holder of a link, or the platform itself for a named purpose."""

import hashlib
import secrets
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User

_PURPOSE = "cases.holder"


class Role(models.TextChoices):
    """What a reader is to a compartment. The author is whose words it holds."""

    AUTHOR = "author", _("auteur")
    STAFF = "staff", _("administration, sous la dictée")
    MEDIATOR = "mediator", _("médiateur")
    SYSTEM = "system", _("plateforme")


class Purpose(models.TextChoices):
    """Why the platform itself opens one."""

    ROUTING = "routing", _("orienter vers un médiateur")
    DESK = "desk", _("aider à orienter")


class Reason(models.TextChoices):
    """Why a compartment is opened this time: on the trail, so never a text somebody typed."""

    ANSWERING = "answering", _("répondre")
    DICTATING = "dictating", _("noter sous la dictée")
    READING = "reading", _("lire")
    DECIDING = "deciding", _("décider d’accepter")
    ROUTING = "routing", _("orienter")
    CROSSING = "crossing", _("rapprocher les noms")
    EXPORTING = "exporting", _("emporter ses données")
    SENDING = "sending", _("envoyer")


@dataclass(frozen=True)
class Account:
    """Somebody signed in; `role` is the account's (accounts.User.Role)."""

    pk: int
    role: str

    @classmethod
    def of(cls, user: User) -> "Account":
        return cls(user.pk, user.role)


@dataclass(frozen=True)
class Holder:
    """Whoever holds the link of a draft: known by the hash of its secret, and by nothing else."""

    token_hash: str = field(repr=False)

    @classmethod
    def of(cls, token: str) -> "Holder":
        """By the secret that came in an address. Any text will do: an unknown one opens nothing."""
        told = f"{_PURPOSE}:{token}".encode(errors="replace")
        return cls(hashlib.sha256(told).hexdigest())

    @classmethod
    def new(cls) -> tuple[str, "Holder"]:
        """A secret of 43 characters that nothing can tell again, and its holder."""
        token = secrets.token_urlsafe(32)
        return token, cls.of(token)


@dataclass(frozen=True)
class Platform:
    """The platform, for one purpose; `asked_by` is whoever of staff had it act, who then is on the trail."""

    purpose: Purpose
    asked_by: Account | None = None


Actor = Account | Holder | Platform


def columns(actor: Actor) -> dict[str, object]:
    """The column of a membership that knows this reader, and its value."""
    if isinstance(actor, Account):
        return {"user_id": actor.pk}
    if isinstance(actor, Holder):
        return {"token_hash": actor.token_hash}
    return {"purpose": actor.purpose}


def on_trail(actor: Actor) -> tuple[int | None, str]:
    """The account and its role, for the trail; nobody and nothing for a holder, or the platform by itself."""
    account = actor.asked_by if isinstance(actor, Platform) else actor
    return (account.pk, account.role) if isinstance(account, Account) else (None, "")
