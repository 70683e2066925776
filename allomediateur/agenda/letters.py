"""Letters about an appointment, one recipient each, in the reader's language and on the reader's clock (R14).

The client is written to from the booking on, the mediator from the confirmation on.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import links, paper, states, telling
from allomediateur.agenda.calendar import appointment_ics, told_where
from allomediateur.agenda.models import GUESTS, Appointment, Modality, Participant, State, Untold
from allomediateur.agenda.others import Other
from allomediateur.directory.models import Office
from allomediateur.notify import outbox, posting, rendering
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.ics import Method
from allomediateur.scheduling.wall import zone_of


@dataclass(frozen=True)
class Facts:
    """What every letter says of an appointment, in words; empty where there is nothing to say."""

    when: str
    how: str
    room: str
    access: str
    service: str
    length: str
    price: str
    prepare: str


def to_confirm(appointment: Appointment, now: datetime) -> None:
    """To whom it is to confirm, good until the appointment's expiry: a link and a code; on mandate, to the agent, and
    once they are proven to the person concerned, a link only. Raises links.TooManyLetters."""
    reader, agent = states.asked_of(appointment), states.agent_of(appointment)
    if reader is None or appointment.expires_at is None:
        return
    reader.appointment = appointment
    token, code = links.open_confirm(reader, appointment.expires_at)
    until = display_zones("phone", reader.zone, reader.zone, now)[0]
    is_concerned = agent is not None and reader.role == Participant.Role.CLIENT
    more = {} if is_concerned else {"code": code}
    post(
        "appointment_for_you" if is_concerned else "appointment_to_prove" if agent else "appointment_to_confirm",
        reader, now, None,
        confirm_url=address("appointment_confirm", reader.language, token),
        until=wording.when(appointment.expires_at, until, reader.language, now=now),
        **more, **mandate(appointment, reader.language),
    )  # fmt: skip


def mandate(appointment: Appointment, language: str) -> dict[str, str]:
    """Who acts for whom, in words; nothing when the client booked."""
    agent, client = states.agent_of(appointment), states.client_of(appointment)
    if agent is None or client is None:
        return {}
    with translation.override(language):
        return {"agent": agent.presented, "person": client.name, "privacy_url": address("privacy", language)}


def confirmed(appointment: Appointment, now: datetime) -> None:
    """To both sides, with the entry for their calendars."""
    _to_client("appointment_confirmed", appointment, now, "REQUEST")
    _to_mediator("mediator_confirmed", appointment, now, "REQUEST")


def to_client_again(appointment: Appointment, now: datetime) -> None:
    """How things stand: it is confirmed, as it is now; or the letter that told the end of it, once more."""
    if appointment.state == State.UNCONFIRMED:
        if states.is_asked(appointment):
            to_confirm(appointment, now)
    elif appointment.state == State.CONFIRMED:
        _to_client("appointment_confirmed", appointment, now, "REQUEST")
    elif (client := states.client_of(appointment)) and client.email:
        outbox.post_again("appointment_cancelled", topic_of(appointment), client.email, now)
    else:
        posting.take_back(topic_of(appointment))


def moved(
    appointment: Appointment, former: datetime, now: datetime, reason: str = "", *, by_agent: bool = False
) -> None:
    """To both sides, with the reason to the client; `former` is the old start.

    An unconfirmed one asks again whom it is to confirm, as often as it may.
    """
    if appointment.state == State.UNCONFIRMED:
        asked = states.asked_of(appointment)
        if asked and links.may_write(asked):
            to_confirm(appointment, now)
        return
    _to_client("appointment_moved", appointment, now, "REQUEST", former=former, reason=reason, by_agent=by_agent)
    _to_mediator("mediator_moved", appointment, now, "REQUEST", former=former)


def cancelled(
    appointment: Appointment,
    *,
    by_mediator: bool,
    was_confirmed: bool,
    now: datetime,
    by_agent: bool = False,
    others: Sequence[Other] | None = None,
) -> None:
    """To the client, and to the mediator who knew of it; calendars forget what they were told. `others`: the mediator
    is gone, and who else is free."""
    method: Method | None = "CANCEL" if was_confirmed else None
    more = {"by_mediator": by_mediator, "reason": appointment.cancel_reason}
    gone = _gone(appointment, others)
    _to_client("appointment_cancelled", appointment, now, method, by_agent=by_agent, **more, **gone)
    if was_confirmed:
        _to_mediator("mediator_cancelled", appointment, now, method, **more)


def _gone(appointment: Appointment, others: Sequence[Other] | None) -> dict[str, object]:
    client = states.client_of(appointment)
    if others is None or client is None:
        return {}
    office = appointment.office or appointment.mediator.offices.filter(is_main=True).first()
    return {"is_gone": True, **elsewhere(others, office, client.language)}


def elsewhere(others: Sequence[Other], office: Office | None, language: str) -> dict[str, object]:
    """Who else is free, and the search around that office: `others` and `search_url` of a letter."""
    near = f"?{urlencode({'lieu': office.commune_id})}" if office and office.commune_id else ""
    told = [
        {
            "name": one.name, "town": one.town, "url": address("mediator", language, one.slug),
            "when": wording.when(one.start, zone_of(one.zone), language, now=one.start),
        }
        for one in others
    ]  # fmt: skip
    return {"others": told, "search_url": address("search", language) + near}


def released(appointment: Appointment, now: datetime) -> None:
    """To the client: not confirmed in time, the slot is free again."""
    _to_client("appointment_released", appointment, now, None)


def late(appointment: Appointment, minutes: int, now: datetime) -> None:
    """To the client: the mediator is late, by so many minutes."""
    client = states.client_of(appointment)
    if client is None:
        return
    client.appointment = appointment
    zone, _other = display_zones(appointment.modality, place_zone(appointment), client.zone, now)
    around = wording.clock(wording.local(appointment.starts_at + timedelta(minutes=minutes), zone), client.language)
    _to_client("appointment_late", appointment, now, None, delay=wording.duration(minutes), around=around)


def topic_of(appointment: Appointment) -> str:
    """What its letters are about."""
    return f"appointment:{appointment.reference}"


def facts(appointment: Appointment, reader: Participant, now: datetime) -> Facts:
    """In the reader's language and zone. A video room is told once the appointment is confirmed; the way in and what
    to prepare are the client's; what is booked and its price are not those of who is invited."""
    service, english = appointment.service, wording.tongue(reader.language) == "en"
    client, office, is_guest = reader.role == Participant.Role.CLIENT, appointment.office, reader.role in GUESTS
    prepare = (service.prepare_en if english else "") or service.prepare_fr
    with translation.override(reader.language):
        return Facts(
            when=when(appointment, reader, appointment.starts_at),
            how=_how(appointment, reader),
            room=_room(appointment),
            access=way_in(office) if office and client else "",
            service="" if is_guest else (service.name_en if english else "") or service.name_fr,
            length=wording.duration(appointment.minutes),
            price="" if is_guest else _price(appointment, reader),
            prepare=prepare if client else "",
        )


def when(appointment: Appointment, reader: Participant, instant: datetime) -> str:
    """« mardi 24 novembre 2026 à 14 h 30 (heure de Paris) », the other clock beside it when it differs."""
    language = reader.language
    main, other = display_zones(appointment.modality, place_zone(appointment), reader.zone, instant)
    there = wording.local(instant, main)
    # Of another year than year 1: always with its year.
    day = wording.day(there.date(), language, today=date.min)
    clock = wording.two_clocks(instant, main, other, language)
    if other is None:
        clock = f"{clock} ({wording.zone_time(str(main), language)})"
    with translation.override(language):
        return _("%(day)s à %(clock)s") % {"day": day, "clock": clock}


def _to_client(name: str, appointment: Appointment, now: datetime, method: Method | None, **more: object) -> None:
    client = states.client_of(appointment)
    if client is None or not states.is_asked(appointment):
        return
    client.appointment = appointment
    if appointment.state not in states.OVER:
        token = links.open_manage(client)
        more["manage_url"] = address("appointment", client.language, token)
        more["move_url"] = address("appointment_move", client.language, token)
        more["cancel_url"] = address("appointment_cancel", client.language, token)
    if client.user_id:
        more["space_url"] = address("client_home", client.language)
    more["profile_url"] = address("mediator", client.language, appointment.mediator.slug)
    more.update(mandate(appointment, client.language))
    post(name, client, now, method, **more)


def _to_mediator(name: str, appointment: Appointment, now: datetime, method: Method | None, **more: object) -> None:
    mediator, client = states.mediator_of(appointment), states.client_of(appointment)
    if mediator is None:
        return
    former, is_own = more.get("former"), bool(more.get("by_mediator"))
    kind, former = Untold.Kind(name.removeprefix("mediator_")), former if isinstance(former, datetime) else None
    if telling.keep(kind, appointment, now, former=former, by_mediator=is_own):
        return
    mediator.appointment = appointment
    page = address("mediator_appointment", mediator.language, appointment.reference)
    more.update(mandate(appointment, mediator.language))
    post(name, mediator, now, method, client=client, page_url=page, **more)


def post(name: str, reader: Participant, now: datetime, method: Method | None = None, **more: object) -> None:
    """One letter of that kind to one participant, with the facts and `more`; `template` there: one that kinds share."""
    if not reader.email and not reader.postal_address:
        # Booked on the phone by somebody without an address: the mediator tells them.
        return
    appointment, former = reader.appointment, more.get("former")
    if isinstance(former, datetime):
        more["former"] = when(appointment, reader, former)
    context = {"mediator": appointment.mediator.name, **asdict(facts(appointment, reader, now)), **more}
    if not reader.email:
        paper.put_aside(name, topic_of(appointment), reader, context, now)
        return
    rendered = rendering.render(str(more.get("template", name)), reader.language, context, name)
    outbox.post(
        kind=name,
        topic=topic_of(appointment),
        to=reader.email,
        language=reader.language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        now=now,
        ics=appointment_ics(appointment, reader, method, now).decode() if method else "",
        ics_method=method or "",
    )


def address(name: str, language: str, *args: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"


def place_zone(appointment: Appointment) -> str:
    """That of the office; by phone and video, of the mediator's main office, noted with the booking."""
    if appointment.office:
        return appointment.office.zone
    if mediator := states.mediator_of(appointment):
        return mediator.zone
    main = appointment.mediator.offices.filter(is_main=True).first()
    return main.zone if main else appointment.mediator.user.zone


def way_in(office: Office) -> str:
    """How to get there and in, on one line, in the active language."""
    said = [_("accessible de plain-pied ou par ascenseur")] if office.step_free else []
    said += [one for one in (office.floor, office.transport, office.parking, office.access) if one]
    text = " ; ".join(said)
    return text[:1].upper() + text[1:]


def _room(appointment: Appointment) -> str:
    shown = appointment.modality == Modality.VIDEO and states.is_settled(appointment)
    return appointment.mediator.video_room if shown else ""


def _how(appointment: Appointment, reader: Participant) -> str:
    """Who calls whom, where to come."""
    mine = reader.role == Participant.Role.MEDIATOR
    if appointment.modality == Modality.PHONE:
        if reader.role not in (Participant.Role.CLIENT, Participant.Role.MEDIATOR):
            return _by_phone_for_others(appointment, reader)
        return _by_phone(appointment, mine=mine)
    if appointment.modality == Modality.VIDEO:
        return _by_video(appointment, mine=mine)
    if not told_where(appointment, reader):
        return _("En présence, au lieu convenu avec %(mediator)s") % {"mediator": appointment.mediator.name}
    return _("En présence : %(place)s") % {"place": appointment.where}


def _by_phone_for_others(appointment: Appointment, reader: Participant) -> str:
    """An agent and those invited never read the client's number."""
    names = {"mediator": appointment.mediator.name}
    if reader.role == Participant.Role.AGENT:
        return _("Par téléphone : %(mediator)s appelle la personne concernée") % names
    if reader.phone:
        return _("Par téléphone : %(mediator)s vous appelle au %(number)s") % {
            **names, "number": reader.phone.as_international,
        }  # fmt: skip
    return _("Par téléphone : donnez votre numéro en répondant, %(mediator)s vous appelle") % names


def _by_phone(appointment: Appointment, *, mine: bool) -> str:
    client = states.client_of(appointment)
    number = client.phone.as_international if client and client.phone else ""
    if mine:
        return _("Par téléphone : vous appelez au %(number)s") % {"number": number}
    names = {"mediator": appointment.mediator.name, "number": number}
    return _("Par téléphone : %(mediator)s vous appelle au %(number)s") % names


def _by_video(appointment: Appointment, *, mine: bool) -> str:
    if mine:
        return _("Par visio, dans votre salle")
    if states.is_settled(appointment):
        return _("Par visio, dans la salle de %(mediator)s") % {"mediator": appointment.mediator.name}
    return _("Par visio : l’adresse de la salle vous est donnée à la confirmation")


def _paid_before(appointment: Appointment, reader: Participant) -> str:
    told = {
        "amount": wording.price(appointment.price_cents, reader.language), "mediator": appointment.mediator.name,
        "means": appointment.mediator.payment,
    }  # fmt: skip
    if told["means"]:
        return _("%(amount)s, à régler à %(mediator)s avant le rendez-vous (%(means)s)") % told
    return _("%(amount)s, à régler à %(mediator)s avant le rendez-vous, de la manière qui vous sera indiquée") % told


def _price(appointment: Appointment, reader: Participant) -> str:
    if not appointment.price_cents:
        return _("Gratuit")
    if appointment.service.paid_before and reader.role == Participant.Role.CLIENT:
        return _paid_before(appointment, reader)
    amount, means = wording.price(appointment.price_cents, reader.language), appointment.mediator.payment
    if reader.role == Participant.Role.MEDIATOR:
        return amount
    if means:
        return _("%(amount)s, à régler directement à %(mediator)s (%(means)s) ; rien n’est encaissé en ligne") % {
            "amount": amount, "mediator": appointment.mediator.name, "means": means,
        }  # fmt: skip
    return _("%(amount)s, à régler directement à %(mediator)s ; rien n’est encaissé en ligne") % {
        "amount": amount, "mediator": appointment.mediator.name,
    }  # fmt: skip
