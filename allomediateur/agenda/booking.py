"""From a free slot to an appointment: held, described, booked.

One order of locks in every write (locks.py), READ COMMITTED, and the exclusion constraint as the last word.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from allomediateur.accounts import idempotency, people
from allomediateur.accounts.models import User
from allomediateur.agenda import (
    agreed,
    availability,
    expiring,
    letters,
    locks,
    mandates,
    openings,
    states,
    telling,
    truth,
)
from allomediateur.agenda.agreed import AgreedPlace, PlaceMissing, PlaceTooFar
from allomediateur.agenda.mandates import Agent
from allomediateur.agenda.models import PENDING, Appointment, Modality, Participant, Service, State, Transition
from allomediateur.agenda.refusals import (
    HoldExpired,
    NotFree,
    SlotLost,
    SlotRefused,
    SlotTaken,
    Wish,
    explained,
    wish_of,
)
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import deadlines
from allomediateur.scheduling import slots as core
from allomediateur.scheduling.display import visitor_zone
from allomediateur.scheduling.periods import Period, utc

__all__ = [
    "Agent",
    "HoldExpired",
    "PhoneMissing",
    "PlaceMissing",
    "PlaceTooFar",
    "SlotLost",
    "SlotRefused",
    "SlotTaken",
    "book",
    "describe",
    "extend",
    "hold",
    "release",
]

Role = Participant.Role
_INSTANT = timedelta.resolution
_INSERT = """
    INSERT INTO agenda_appointment (
        reference, mediator_id, service_id, modality, office_id, place, starts_at, ends_at, blocked, state, expires_at,
        extended, browser, price_cents, uid, sequence, cancel_reason, created_at, changed_at
    ) VALUES (
        %s, %s::bigint, %s::bigint, %s, %s::bigint, '', %s, %s, %s, 'held', %s,
        false, %s, %s::integer, %s, 0, '', %s, %s
    ) ON CONFLICT DO NOTHING RETURNING id
"""


class PhoneMissing(Exception):
    """An appointment by phone needs a number to call."""


def hold(
    *,
    mediator: Mediator,
    service: Service,
    modality: str,
    office: Office | None,
    start: datetime,
    browser: str,
    now: datetime,
    former: Appointment | None = None,
    key: str = "",
) -> Appointment:
    """Keep that start ten minutes for a browser, whose other live hold ends; the one it has of it is given again.

    `former`: an earlier appointment of the same browser, live or not, whose typed data are carried over; by default
    that of the hold that ends. `key`: the form's idempotency key. Raises SlotTaken, SlotRefused (the other hold then
    stands), idempotency.KeyReused.
    """
    wish = Wish(mediator, service, modality, office, utc(start))
    with explained(wish, now), transaction.atomic():
        asked = mediator.pk, service.pk, modality, office and office.pk, wish.start.isoformat()
        claim, answer = _once(key, f"hold {browser}", *asked, now=now)
        held = answer or _hold(wish, browser, former, now)
        _answer(claim, held)
    return held


def _hold(wish: Wish, browser: str, former: Appointment | None, now: datetime) -> Appointment:
    locks.browser(browser)
    mine = Appointment.objects.filter(browser=browser, state=State.HELD) if browser else Appointment.objects.none()
    ids = dict(mine.values_list("pk", "mediator_id"))
    touched = {wish.mediator.pk, *ids.values()}
    locks.share([*touched])
    # Under the lock the terms of the service no longer change.
    wish = wish.under(Service.objects.get(pk=wish.service.pk))
    if wish.service.is_limited:
        # Two at once would both count the others, not each other.
        locks.moves(wish.mediator.pk)
    stale = expiring.stale(wish.mediator, blocked(wish), now)
    rows = locks.appointments(Q(pk__in=list(ids), state=State.HELD) | stale)
    own = [row for row in rows if row.pk in ids and states.is_pending(row, now)]
    if same := next((row for row in own if wish_of(row) == wish), None):
        return same
    expiring.expire(rows, by=Transition.By.VISITOR, now=now)
    if reason := openings.refusal(wish.mediator, wish.service, wish.modality, wish.office, wish.start, now):
        raise NotFree(reason)
    held = insert(wish, browser, now)
    states.record(held, by=Transition.By.VISITOR, now=now, from_state="")
    _carry_over(former or next(iter(own), None), held)
    availability.rebuild_many(touched, now)
    return held


def extend(appointment: Appointment, now: datetime) -> Appointment:
    """Ten minutes more, once; asked again, nothing changes. Raises HoldExpired."""
    with transaction.atomic():
        held = _held(appointment, now)
        later = deadlines.extend_hold(held.expires_at, int(held.extended)) if held.expires_at else None
        if later:
            held.expires_at, held.extended, held.changed_at = later, True, now
            held.save(update_fields=["expires_at", "extended", "changed_at"])
            availability.rebuild(held.mediator_id, now)
    return held


def release(appointment: Appointment, now: datetime) -> None:
    """Give a held slot back; what is no longer held is left as it is."""
    with transaction.atomic():
        held = locks.appointment(appointment)
        if held.state == State.HELD:
            states.passes(held, State.EXPIRED, by=Transition.By.VISITOR, now=now)
            availability.rebuild(held.mediator_id, now)


def describe(
    appointment: Appointment,
    *,
    name: str,
    email: str,
    phone: str,
    language: str,
    zone: str,
    place: AgreedPlace | None = None,
    user: User | None = None,
    agent: Agent | None = None,
    now: datetime,
) -> Participant:
    """Who the slot is held for, and where it is the client who says; may be told again while it is held.

    `agent`: who books for that person. A signed-in client's `user` is who books: it owns it at once, the person
    concerned by an agent is matched to nobody. Raises HoldExpired, PhoneMissing, PlaceMissing, PlaceTooFar.
    """
    with transaction.atomic():
        held = _held(appointment, now)
        if held.modality == Modality.PHONE and not phone:
            raise PhoneMissing
        _agree(held, place)
        told = {
            "name": " ".join(name.split()), "email": email.strip().lower(), "phone": phone, "language": language,
            "zone": visitor_zone(zone), "user": None if agent else _client(user),
        }  # fmt: skip
        known = {one.role: one for one in held.participants.all()}
        mandates.represent(held, known.get(Role.AGENT), agent, visitor_zone(zone), _client(user))
        return mandates.tell(known.get(Role.CLIENT) or Participant(appointment=held, role=Role.CLIENT), told)


def book(appointment: Appointment, *, user: User | None, key: str, now: datetime) -> Appointment:
    """Make a held and described slot an appointment: confirmed at once for a signed-in user whose verified address
    was given, else unconfirmed, with a letter that carries a link and a code. On mandate the person concerned is asked
    once the agent is proven. What is booked already is given again.

    Raises HoldExpired, SlotTaken, SlotRefused (the mediator's hours changed meanwhile), idempotency.KeyReused.
    """
    with explained(wish_of(appointment), now), transaction.atomic():
        _claim, answer = _once(key, f"book {appointment.reference}", now=now, answer=appointment.reference)
        return answer or _book(locks.appointment(appointment), user, now)


def _book(held: Appointment, user: User | None, now: datetime) -> Appointment:
    if states.is_settled(held) or (held.state == State.UNCONFIRMED and states.is_pending(held, now)):
        return held
    with states.gathering(held) as everybody:
        client, booker = states.client_of(held), states.booker_of(held)
        if client is None or not states.is_pending(held, now) or (agreed.is_agreed(held) and not held.place):
            raise HoldExpired(held)
        hours = still_offered(held, now)
        everybody.append(invite_mediator(held, hours))
        _pass_on(held, client, booker, user, now)
    availability.rebuild(held.mediator_id, now)
    return held


def _pass_on(
    held: Appointment, client: Participant, booker: Participant | None, user: User | None, now: datetime
) -> None:
    if not people.owns(user, (booker or client).email):
        notice = timedelta(minutes=held.service.notice_minutes)
        confirm_by = deadlines.confirm_by(held.starts_at, now, notice)
        states.passes(held, State.UNCONFIRMED, by=states.hand_of(booker), now=now, expires_at=confirm_by)
        letters.to_confirm(held, now)
    elif booker and booker.role == Participant.Role.AGENT:
        mandates.propose(held, booker, now)
    else:
        states.passes(held, State.CONFIRMED, by=states.hand_of(client), now=now)
        letters.confirmed(held, now)


def still_offered(appointment: Appointment, now: datetime) -> truth.Hours:
    """Whether the mediator's hours and busy time still allow it, with the length and buffers it was booked with.

    Grid, notice and horizon were judged when it was held. Under the agenda's lock. Returns the hours that were read.
    Raises NotFree.
    """
    start, length = appointment.starts_at, appointment.ends_at - appointment.starts_at
    before, after = start - appointment.blocked.lower, appointment.blocked.upper - appointment.ends_at
    rules = core.SlotRules(length, timedelta(minutes=1), before, after, timedelta(), timedelta(days=3660))
    window = Period(start, start + _INSTANT)
    hours = truth.read_hours([appointment.mediator_id], window, now).get(appointment.mediator_id)
    if hours is None:
        raise NotFree(core.Refusal.OUTSIDE_OPENINGS)
    around = window.widen(before, length + after)
    blocked = truth.read_blocked([appointment.mediator_id], around, now, appointment)[appointment.mediator_id]
    offered = hours.expand((appointment.modality, appointment.office_id), window)
    reason = core.refusal(start, offered, [one.period for one in blocked], rules, now)
    if reason or start <= now:
        raise NotFree(reason or core.Refusal.NOTICE)
    return hours


def _agree(held: Appointment, place: AgreedPlace | None) -> None:
    if not agreed.is_agreed(held):
        return
    if place is None:
        raise PlaceMissing
    agreed.check(held.service, place)
    held.place = place.address
    held.save(update_fields=["place"])


def _held(appointment: Appointment, now: datetime) -> Appointment:
    held = locks.appointment(appointment)
    if held.state != State.HELD or not states.is_pending(held, now):
        raise HoldExpired(held)
    return held


def _client(user: User | None) -> User | None:
    """Only a client's space shows appointments one has booked."""
    return user if user and user.role == User.Role.CLIENT else None


def invite_mediator(appointment: Appointment, hours: truth.Hours | None = None) -> Participant:
    """The mediator takes part from the booking on. `hours`: theirs, where they were read."""
    mediator = appointment.mediator
    zone = hours.main.zone if hours and hours.main else telling.zone_of(mediator)
    return Participant.objects.create(
        appointment=appointment, role=Role.MEDIATOR, user=mediator.user, name=mediator.name,
        email=mediator.user.email, phone=mediator.phone, language=mediator.user.language, zone=zone,
    )  # fmt: skip


def _carry_over(former: Appointment | None, held: Appointment) -> None:
    """What was typed for a former slot of the same browser."""
    if former is None or not held.browser or former.browser != held.browser:
        return
    for one in (states.client_of(former), states.agent_of(former)):
        if one is None:
            continue
        one.pk, one._state.adding, one.appointment, one.answer, one.answered_at = None, True, held, "", None
        one.save()
    if agreed.is_agreed(held) and former.service_id == held.service_id:
        held.place = former.place
        held.save(update_fields=["place"])


def blocked(wish: Wish) -> Period:
    """The time the wish would block."""
    rules = truth.slot_rules(wish.service, wish.pair)
    return Period(wish.start - rules.before, wish.start + rules.duration + rules.after)


def insert(wish: Wish, browser: str, now: datetime, until: datetime | None = None) -> Appointment:
    """The row, held `until` then (as long as any hold by default), the exclusion constraint having the last word: no
    row means taken."""
    period, end = blocked(wish), wish.start + timedelta(minutes=wish.service.minutes)
    made = Appointment(
        mediator=wish.mediator, service=wish.service, modality=wish.modality, office=wish.office, place="",
        starts_at=wish.start, ends_at=end, blocked=DateTimeTZRange(period.start, period.end), state=State.HELD,
        expires_at=until or deadlines.hold_until(now), browser=browser, price_cents=wish.service.price_cents,
        created_at=now, changed_at=now,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [
            made.reference, made.mediator_id, made.service_id, made.modality, made.office_id, made.starts_at,
            made.ends_at, made.blocked, made.expires_at, browser, made.price_cents, made.uid, now, now,
        ])  # fmt: skip
        row = cursor.fetchone()
    if row is None:
        raise NotFree(core.Refusal.TAKEN)
    made.pk, made._state.adding, made._state.db = row[0], False, connection.alias
    return made


def _once(
    key: str, scope: str, *asked: object, now: datetime, answer: str = ""
) -> tuple[idempotency.Claimed | None, Appointment | None]:
    """The claim of a form's key within `scope` (an act of a browser), or the appointment it was answered with."""
    if not key:
        return None, None
    own_key = idempotency.fingerprint(scope, key)
    claim = idempotency.claim(own_key, idempotency.fingerprint(*asked), now, answer)
    if isinstance(claim, idempotency.Claimed):
        return claim, None
    known = _read(Q(reference=claim.answer))
    over = known.state in states.OVER or (known.state in PENDING and not states.is_pending(known, now))
    # A form sent again from the history, after its slot was given back, asks anew.
    return idempotency.Claimed(own_key), None if over else known


def _answer(claim: idempotency.Claimed | None, appointment: Appointment) -> None:
    if claim:
        idempotency.record(claim, appointment.reference)


def _read(which: Q) -> Appointment:
    return Appointment.objects.select_related("mediator__user", "service", "office__commune").get(which)
