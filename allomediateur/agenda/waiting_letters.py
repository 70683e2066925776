"""Letters to those who wait, in their language and on their clock. Those of who is in a list have the way out of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, preferences, states
from allomediateur.agenda.models import Channel, Modality, Offer, Wait, WaitStep
from allomediateur.agenda.others import Other
from allomediateur.directory.models import Office
from allomediateur.notify import outbox, texts
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import zone_of

KIND = "waiting"


def to_confirm(wait: Wait, token: str, now: datetime) -> None:
    """Nobody is in a list before this letter's link is opened."""
    until = wording.when(wait.until, zone_of(wait.zone), wait.language, now=now)
    _post("wait_to_confirm", wait, token, now, until=until)


def joined(wait: Wait, token: str, position: int, now: datetime) -> None:
    _post("wait_joined", wait, token, now, position=position)


def offered(offer: Offer, token: str, now: datetime) -> None:
    """The slot kept for them, until when, and both answers behind one link."""
    wait, held = offer.wait, offer.held
    reader = states.client_of(held) if held else None
    if held is None or reader is None:
        return
    reader.appointment = held
    until = wording.clock(wording.local(offer.expires_at, wait.zone), wait.language)
    former = letters.when(wait.appointment, reader, wait.appointment.starts_at) if wait.appointment else ""
    facts = asdict(letters.facts(held, reader, now))
    _post("wait_offered", wait, token, now, **facts, until=until, former=former)


def offered_by_text(offer: Offer, now: datetime) -> None:
    """A quarter of an hour is short: a word beside the letter, to the number given here, unless the account says by
    e-mail. Neutral, and called last in a transaction (`notify.texts.post`)."""
    wait = offer.wait
    if not wait.phone or not _wants_text(wait):
        return
    until = wording.clock(wording.local(offer.expires_at, wait.zone), wait.language)
    with translation.override(wait.language):
        body = _("Un créneau vous est gardé jusqu’à %(until)s. Voyez la lettre envoyée par e-mail.") % {"until": until}
    texts.post(
        kind=KIND, topic=topic_of(wait), to=str(wait.phone), language=wait.language, body=body, now=now,
        until=offer.expires_at,
    )  # fmt: skip


def _wants_text(wait: Wait) -> bool:
    """As chosen for the appointment to bring forward, or by the account; else the form of the list has said so."""
    client = states.client_of(wait.appointment) if wait.appointment else None
    if client:
        return preferences.of_reader(client).remind_by != Channel.EMAIL
    return wait.user is None or preferences.of_account(wait.user).remind_by != Channel.EMAIL


def ended(wait: Wait, reason: WaitStep.Reason, near: Sequence[Other], now: datetime) -> None:
    """Out of the list by itself: why, and who else is free."""
    main = Office.objects.filter(mediator=wait.mediator, is_main=True).first()
    _post(
        "wait_ended", wait, "", now, ended=reason.value, **letters.elsewhere(near, main, wait.language),
        again_url=letters.address("wait_join", wait.language, wait.mediator.slug),
    )  # fmt: skip


def topic_of(wait: Wait) -> str:
    """What its letters are about."""
    return f"wait:{wait.reference}"


def criteria(wait: Wait, language: str) -> str:
    """« Premier contact, par téléphone, le matin, avant le 10 décembre »; « n’importe quel créneau » when all is one.
    Reads the service and the office."""
    with translation.override(language):
        said = [_service(wait, language), _way(wait), _half(wait), _before(wait, language)]
        return ", ".join(one for one in said if one) or _("n’importe quel créneau")


def _post(name: str, wait: Wait, token: str, now: datetime, **more: object) -> None:
    told = {"mediator": wait.mediator.name, "criteria": criteria(wait, wait.language), "is_sooner": wait.appointment_id}
    if token:
        told["page_url"] = letters.address("wait", wait.language, token)
        told["leave_url"] = letters.address("wait_leave", wait.language, token)
    outbox.write(name, topic=topic_of(wait), to=wait.email, language=wait.language, now=now, context={**told, **more})


def _service(wait: Wait, language: str) -> str:
    if wait.service is None:
        return ""
    return (wait.service.name_en if wording.tongue(language) == "en" else "") or wait.service.name_fr


def _way(wait: Wait) -> str:
    if wait.office:
        return _("en présence, %(office)s") % {"office": wait.office.name}
    words = {
        Modality.PHONE: _("par téléphone"), Modality.VIDEO: _("par visio"), Modality.IN_PERSON: _("en présence"),
    }  # fmt: skip
    return words[Modality(wait.modality)] if wait.modality else ""


def _half(wait: Wait) -> str:
    return {"": "", Wait.Half.MORNING: _("le matin"), Wait.Half.AFTERNOON: _("l’après-midi")}[wait.half]


def _before(wait: Wait, language: str) -> str:
    return _("avant le %(day)s") % {"day": wording.day(wait.before, language)} if wait.before else ""
