"""The waiting list of a mediator: entering it, one's place in it, leaving it.

Nobody is in it before their address is proven; who gives another address's owner out for themselves changes nothing
for that person. In order of entering. Who lets an offer pass keeps their place, and is not offered that time again.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from allomediateur.accounts import idempotency, people
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, changing, freeing, links, locks, states, suiting, waiting_letters
from allomediateur.agenda.booking import PhoneMissing
from allomediateur.agenda.models import (
    Appointment,
    Modality,
    Offer,
    Participant,
    Service,
    State,
    Transition,
    Wait,
    WaitLink,
    WaitStep,
)
from allomediateur.agenda.openings import Slot
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.display import visitor_zone
from allomediateur.scheduling.wall import day_start

__all__ = ["LinkInvalid", "NotWaiting", "PhoneMissing", "SuitsAlready"]

LONGEST = timedelta(days=90)
TO_PROVE = timedelta(days=1)
LINKS_KEPT = timedelta(days=30)
"""How long a letter's door stays open after the wait, to tell what became of it."""
By, Reason = Transition.By, WaitStep.Reason


class SuitsAlready(Exception):
    """Nothing is to be waited for: these are free, and suit."""

    def __init__(self, slots: list[Slot]) -> None:
        super().__init__(len(slots))
        self.slots = slots


class NotWaiting(Exception):
    """It is over, or never began; `wait.state` says which."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(wait.state)
        self.wait = wait


class LinkInvalid(Exception):
    """Unknown, or past its end; then `wait` is the one it led to."""

    def __init__(self, wait: Wait | None = None) -> None:
        super().__init__("expired" if wait else "unknown")
        self.wait = wait


@dataclass(frozen=True)
class Asked:
    """What somebody waits for; None or empty is any. `before`: the local day it must start before."""

    service: Service | None = None
    modality: str = ""
    office: Office | None = None
    half: str = ""
    before: date | None = None


@dataclass(frozen=True)
class Person:
    """`user`: the account of who is signed in."""

    name: str
    email: str
    phone: str = ""
    language: str = "fr"
    zone: str = "Europe/Paris"
    user: User | None = None


def join(mediator: Mediator, asked: Asked, who: Person, now: datetime, key: str = "") -> Wait:
    """In the list at once for a signed-in person whose verified address was given; else a letter asks first. The same
    `key` (of the form) finds the same wait.

    Raises SuitsAlready, PhoneMissing, idempotency.KeyReused.
    """
    if asked.modality == Modality.PHONE and not who.phone:
        raise PhoneMissing
    made = _made(mediator, asked, who, now)
    _check_nothing_suits(made, now)
    with transaction.atomic():
        claim = _claim(key, made, now)
        if isinstance(claim, str):
            return Wait.objects.get(reference=claim)
        locks.waiting(mediator.pk)
        if is_proven(who):
            _enter(made, _hand(who.user), now)
            waiting_letters.joined(made, open_link(made), position(made, now), now)
        else:
            _pass(made, Wait.State.UNPROVEN, By.VISITOR, now)
            waiting_letters.to_confirm(made, open_link(made), now)
        if claim:
            idempotency.record(claim, made.reference)
    return made


def sooner(appointment: Appointment, asked: Asked, by: Transition.By, now: datetime) -> Wait:
    """The client of a confirmed appointment waits for an earlier time of its service, to have it moved there.

    `asked.service` is not read. Raises changing.NotChangeable, TooLate, SuitsAlready, PhoneMissing.
    """
    client = states.client_of(appointment)
    if client is None or not client.email or appointment.state != State.CONFIRMED:
        raise changing.NotChangeable(appointment)
    changing.check_change(appointment, by, Participant.Role.CLIENT, now)
    if asked.modality == Modality.PHONE and not client.phone:
        raise PhoneMissing
    who = Person(client.name, client.email, str(client.phone or ""), client.language, client.zone, client.user)
    made = _made(appointment.mediator, asked, who, now)
    made.service, made.appointment, made.until = appointment.service, appointment, appointment.starts_at
    # The appointment is that account's already, whatever address it is told at.
    made.user = client.user
    _check_nothing_suits(made, now)
    with transaction.atomic():
        locks.waiting(made.mediator_id)
        _enter(made, by, now)
        waiting_letters.joined(made, open_link(made), position(made, now), now)
    return made


def prove(wait: Wait, now: datetime) -> Wait:
    """Its letter's link was opened: in the list from now on; what the address waited for there before is replaced,
    its place kept. Asked again, nothing changes. Raises NotWaiting."""
    with transaction.atomic():
        found = _locked(wait)
        if found.state == Wait.State.WAITING:
            return found
        if found.state != Wait.State.UNPROVEN or found.until <= now:
            raise NotWaiting(found)
        found.until = _until(found.mediator, found.before, now)
        _enter(found, By.VISITOR, now)
        freeing.wake([found.mediator_id])
    return found


def leave(wait: Wait, by: Transition.By, now: datetime) -> Wait:
    """Out of the list, the slot kept for them given to the next one; who is out already stays so."""
    with transaction.atomic():
        found = _locked(wait)
        if found.state in (Wait.State.WAITING, Wait.State.UNPROVEN):
            _withdraw(found, by, now)
            _pass(found, Wait.State.LEFT, by, now)
    return found


def end(wait: Wait, reason: WaitStep.Reason, now: datetime) -> bool:
    """By itself, for that reason; whether it had not ended before."""
    with transaction.atomic():
        found = _locked(wait)
        if found.state not in (Wait.State.WAITING, Wait.State.UNPROVEN):
            return False
        _withdraw(found, By.SYSTEM, now)
        _pass(found, Wait.State.ENDED, By.SYSTEM, now, reason)
    return True


def serve(wait: Wait, by: Transition.By, now: datetime) -> None:
    """They have what they waited for."""
    _pass(wait, Wait.State.SERVED, by, now)


def position(wait: Wait, now: datetime) -> int:
    """1 for who is told first."""
    before = Q(joined_at__lt=wait.joined_at) | Q(joined_at=wait.joined_at, pk__lt=wait.pk)
    return Wait.objects.live(now).filter(before, mediator=wait.mediator_id).count() + 1


def counts(mediator: Mediator, now: datetime) -> dict[str, int]:
    """How many wait by modality, "" those to whom any suits: no more is told of them."""
    live = Wait.objects.live(now).filter(mediator=mediator).order_by().values_list("modality")
    found = dict(live.annotate(Count("pk")))
    return {modality: found[modality] for modality in (*Modality.values, "") if modality in found}


def live_offer(wait: Wait, now: datetime) -> Offer | None:
    """What is kept for them now, with all that its page shows."""
    related = "held__mediator__user", "held__service", "held__office__commune"
    found = wait.offers.filter(outcome="", expires_at__gt=now).select_related(*related).first()
    return found if found and found.held and states.is_pending(found.held, now) else None


def open_link(wait: Wait) -> str:
    """A new token for the page of a wait."""
    token = secrets.token_urlsafe(32)
    last = max(wait.until, wait.joined_at + LONGEST) + LINKS_KEPT
    WaitLink.objects.create(wait=wait, token_hash=links.hash_token(token), expires_at=last)
    return token


def find(token: str, now: datetime) -> Wait:
    """Whose letter that token was in, read with what the pages show. Raises LinkInvalid."""
    link = WaitLink.objects.filter(token_hash=links.hash_token(token)).first()
    if link is None:
        raise LinkInvalid
    wait = read(Q(pk=link.wait_id))
    if link.expires_at <= now:
        raise LinkInvalid(wait)
    return wait


def read(which: Q) -> Wait:
    related = "mediator__user", "service", "office__commune", "user", "appointment__service"
    return Wait.objects.select_related(*related).get(which)


def forget_person(user: User, now: datetime) -> list[str]:
    """They leave every list, and nothing is kept of it. Returns what its letters were about."""
    own = Q(user=user) | Q(email__iexact=user.email)
    for wait in Wait.objects.filter(own, state__in=(Wait.State.WAITING, Wait.State.UNPROVEN)):
        leave(wait, By.CLIENT, now)
    topics = [waiting_letters.topic_of(one) for one in Wait.objects.filter(own)]
    Wait.objects.filter(own).delete()
    return topics


def forget_over(now: datetime, kept: timedelta) -> int:
    """Those that ended so long ago. Returns how many."""
    gone = Wait.objects.exclude(state__in=(Wait.State.WAITING, Wait.State.UNPROVEN)).filter(changed_at__lt=now - kept)
    count = gone.count()
    gone.delete()
    return count


def _made(mediator: Mediator, asked: Asked, who: Person, now: datetime) -> Wait:
    proven = is_proven(who)
    # An account holds what was asked for its own proven address: another's is of whoever reads the letter there.
    user = who.user if proven and who.user and who.user.role == User.Role.CLIENT else None
    return Wait(
        mediator=mediator, service=asked.service, modality=asked.modality, office=asked.office, half=asked.half,
        before=asked.before, user=user, name=" ".join(who.name.split()), email=who.email.strip().lower(),
        phone=who.phone, language=who.language, zone=visitor_zone(who.zone), joined_at=now, changed_at=now,
        until=_until(mediator, asked.before, now) if proven else now + TO_PROVE,
    )  # fmt: skip


def _until(mediator: Mediator, before: date | None, now: datetime) -> datetime:
    """Ninety days, or the day it must start before, where the mediator is."""
    longest = now + LONGEST
    if before is None:
        return longest
    main = Office.objects.filter(mediator=mediator, is_main=True).first()
    return min(longest, day_start(before, main.zone if main else mediator.user.zone))


def _check_nothing_suits(wait: Wait, now: datetime) -> None:
    free = suiting.free_for(wait, now)
    if found := [slot for slot in free if suiting.suits(wait, slot, now)]:
        raise SuitsAlready(sorted(found, key=lambda slot: slot.start))


def _claim(key: str, made: Wait, now: datetime) -> idempotency.Claimed | str | None:
    """The claim of the form's key, or the reference it was answered with."""
    if not key:
        return None
    own_key = idempotency.fingerprint(f"wait {made.mediator_id}", key)
    asked = made.email, made.name, made.service_id, made.modality, made.office_id, made.half, made.before
    claim = idempotency.claim(own_key, idempotency.fingerprint(*asked), now)
    return claim if isinstance(claim, idempotency.Claimed) else claim.answer


def is_proven(who: Person) -> bool:
    """Whether the address given is the own proven one of who is signed in: no letter has to ask first."""
    return people.owns(who.user, who.email)


def _hand(user: User | None) -> Transition.By:
    return By.CLIENT if user else By.VISITOR


def _enter(wait: Wait, by: Transition.By, now: datetime) -> None:
    """Into the list, at the place of what it replaces. Under the list's lock."""
    wait.joined_at = now
    for former in _same(wait):
        wait.joined_at = min(wait.joined_at, former.joined_at)
        _withdraw(former, by, now)
        _pass(former, Wait.State.ENDED, by, now, Reason.REPLACED)
    _pass(wait, Wait.State.WAITING, by, now)


def _same(wait: Wait) -> list[Wait]:
    waiting = Wait.objects.filter(state=Wait.State.WAITING).exclude(pk=wait.pk)
    if wait.appointment_id:
        return list(waiting.filter(appointment=wait.appointment_id))
    return list(waiting.filter(mediator=wait.mediator_id, email=wait.email, appointment=None))


def _pass(wait: Wait, to: Wait.State, by: Transition.By, now: datetime, reason: WaitStep.Reason = Reason.NONE) -> None:
    came_from = wait.state
    wait.state, wait.changed_at = to, now
    wait.save()
    WaitStep.objects.create(wait=wait, at=now, by=by, from_state=came_from, to_state=to, reason=reason)


def _withdraw(wait: Wait, by: Transition.By, now: datetime) -> None:
    """The slot kept for them, if any, is given back."""
    offer = live_offer(wait, now)
    if offer is None or offer.held is None:
        return
    held = locks.appointment(offer.held)
    if states.is_pending(held, now):
        states.passes(held, State.EXPIRED, by=by, now=now)
        freeing.end(held, Offer.Outcome.WITHDRAWN, now)
        availability.rebuild(held.mediator_id, now)


def _locked(asked: Wait) -> Wait:
    """Under the lock of its list. Raises Wait.DoesNotExist."""
    locks.waiting(asked.mediator_id)
    return read(Q(pk=asked.pk))
