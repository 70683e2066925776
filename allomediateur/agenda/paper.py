"""Letters about an appointment for a client without an e-mail address: what staff print and post.

Those that would come too late by post (« en retard ») or want an answer by e-mail are not written.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Participant
from allomediateur.configuration import names
from allomediateur.notify import posting
from allomediateur.notify.posting import Sheet
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import DEFAULT_ZONE

CONFIRMED, MOVED, CANCELLED = "appointment_confirmed", "appointment_moved", "appointment_cancelled"


def put_aside(kind: str, topic: str, reader: Participant, told: Mapping[str, object], now: datetime) -> None:
    """The letter of that kind, to be printed; `told` is what the e-mail would say (letters.Facts and more)."""
    if kind not in (CONFIRMED, MOVED, CANCELLED):
        return
    with translation.override(reader.language):
        said = {name: str(value or "") for name, value in told.items()}
        subject, sheet = _sheet(kind, reader, said, _others(told.get("others")), now)
    posting.put_aside(
        kind=kind, topic=topic, name=reader.name, address=reader.postal_address, language=reader.language,
        subject=subject, sheet=sheet, now=now,
    )  # fmt: skip


def _others(told: object) -> list[list[str]]:
    """Who else is free, when the mediator is gone."""
    return [[one["name"], f"{one['town']}, {one['when']}"] for one in told] if isinstance(told, list) else []


def _sheet(
    kind: str, reader: Participant, told: dict[str, str], others: list[list[str]], now: datetime
) -> tuple[str, Sheet]:
    today = wording.local(now, DEFAULT_ZONE).date()
    day = wording.day(today, reader.language, today=date.min)  # with its year
    is_over = kind == CANCELLED
    sheet = Sheet(
        date=_("Le %(day)s") % {"day": day},
        greeting=_("Bonjour,"),
        opening=_opening(kind, told, others),
        facts=others if is_over else _facts(told),
        closing=[*([] if is_over and not others else _changes(others)), _("Avec nos salutations les meilleures.")],
        reference=_("Référence : %(reference)s") % {"reference": reader.appointment.reference},
        link="" if is_over else told.get("manage_url", ""),
        link_label="" if is_over else _("Avec un téléphone qui lit ce code, vous revoyez le rendez-vous, le déplacez "
                                        "ou l’annulez. Ce code n’est que pour vous."),
    )  # fmt: skip
    return _subject(kind, told), sheet


def _subject(kind: str, told: dict[str, str]) -> str:
    said = {
        CONFIRMED: _("Votre rendez-vous du %(when)s"),
        MOVED: _("Votre rendez-vous est déplacé au %(when)s"),
        CANCELLED: _("Votre rendez-vous du %(when)s est annulé"),
    }
    return said[kind] % told


def _opening(kind: str, told: dict[str, str], others: list[list[str]]) -> list[str]:
    if kind == CONFIRMED:
        return [_("Votre rendez-vous avec %(mediator)s est confirmé. Le créneau est à vous.") % told]
    if kind == MOVED:
        said = _("Votre rendez-vous avec %(mediator)s, prévu le %(former)s, est déplacé. Voici ce qui vaut désormais :")
    elif told.get("by_mediator") == "True":
        said = _("%(mediator)s a dû annuler votre rendez-vous du %(when)s.")
    else:
        said = _("Votre rendez-vous avec %(mediator)s du %(when)s est annulé, comme demandé.")
    reason = " ".join(told.get("reason", "").split())
    more = [_("Motif : %(reason)s") % {"reason": reason}] if reason else []
    more += [_("Ces médiateurs ont un créneau libre, dans le même domaine ou près de vous :")] if others else []
    return [said % told, *more]


def _facts(told: dict[str, str]) -> list[list[str]]:
    rows = [
        (_("Quand"), told["when"]),
        (_("Quoi"), f"{told['service']} ({told['length']})"),
        (_("Comment"), told["how"]),
        (_("Salle vidéo"), told["room"]),
        (_("Accès"), told["access"]),
        (_("Prix"), told["price"]),
        (_("À préparer"), told["prepare"]),
    ]
    return [[label, value] for label, value in rows if value]


def _changes(others: list[list[str]]) -> list[str]:
    """How to move, cancel, or book with another, without a screen."""
    values = names.everything()
    phone, address = values["assistance_phone"], ", ".join(values["postal_address"].splitlines())
    if others:
        reached = ", ".join(filter(None, [phone, address])) or values["contact_email"]
        return [_("Pour réserver avec l’un d’eux, joignez-nous : %(how)s.") % {"how": reached}]
    if phone and address:
        said = _("Pour le déplacer ou l’annuler, appelez le %(phone)s, ou écrivez-nous : %(address)s.")
    elif phone:
        said = _("Pour le déplacer ou l’annuler, appelez le %(phone)s.")
    elif address:
        said = _("Pour le déplacer ou l’annuler, écrivez-nous : %(address)s.")
    else:
        said = _("Pour le déplacer ou l’annuler, écrivez à %(email)s, ou prévenez la personne qui vous reçoit.")
    return [said % {"phone": phone, "address": address, "email": values["contact_email"]}]
