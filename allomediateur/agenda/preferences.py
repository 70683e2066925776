"""What each person wants of reminders, and in whose language and on whose clock they are written to.

The account says it for all that goes to its own address. Without an account, or where a letter goes to another
address, the appointment's participant says it: who holds a letter's door speaks for the address it was sent to.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from allomediateur.accounts.models import User
from allomediateur.agenda import planning
from allomediateur.agenda.models import (
    Appointment,
    Channel,
    Participant,
    Preference,
    Reminded,
    Reminder,
    State,
    Wait,
)
from allomediateur.notify import texts

TO_COME = (State.UNCONFIRMED, State.CONFIRMED)


def of_account(user: User) -> Preference:
    """As chosen, or every reminder by e-mail; not saved then."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def of_reader(reader: Participant) -> Reminded:
    """What is to be done for that participant, read with its user."""
    return of_readers([reader])[reader.pk]


def of_readers(readers: Iterable[Participant]) -> dict[int, Reminded]:
    """The same for many, by participant's id, in one query at most."""
    readers = list(readers)
    users = {one.pk: user for one in readers if (user := account_of(one))}
    rows = Preference.objects.filter(user__in=users.values()) if users else ()
    known = {one.user_id: one for one in rows}
    return {
        one.pk: (known.get(user.pk) or Preference(user=user)) if (user := users.get(one.pk)) else one for one in readers
    }


def choose(user: User, *, week: bool, day: bool, channel: Channel) -> None:
    Preference.objects.update_or_create(
        user=user, defaults={"remind_week": week, "remind_day": day, "remind_by": channel}
    )


def choose_by_door(reader: Participant, *, week: bool, day: bool, channel: Channel, now: datetime) -> None:
    """By the holder of a letter's door: for the account, if it was sent to its address; else for this address."""
    if user := account_of(reader):
        choose(user, week=week, day=day, channel=channel)
        return
    theirs = ~Q(user__email__iexact=reader.email) | Q(user=None)
    told = {"remind_week": week, "remind_day": day, "remind_by": channel}
    Participant.objects.filter(pk__in=_at_that_address(reader, theirs, now)).update(**told)


def write_in(reader: Participant, *, language: str, zone: str, now: datetime) -> None:
    """The letters to come to this address: in that language, on that clock. The account is left as it is."""
    planning.follow(Q(pk__in=_at_that_address(reader, Q(), now)), now, language=language, zone=zone)


def follow_account(user: User, now: datetime) -> None:
    """What the account has to come, and waits for, is written in its language and on its clock of now; a mediator's
    clock is that of the office."""
    mine = Participant.objects.filter(user=user, appointment__in=_to_come(now))
    mine.filter(role=Participant.Role.MEDIATOR).update(language=user.language)
    others = list(mine.exclude(role=Participant.Role.MEDIATOR).values_list("pk", flat=True))
    planning.follow(Q(pk__in=others), now, language=user.language, zone=user.zone)
    Wait.objects.filter(user=user, state=Wait.State.WAITING).update(language=user.language, zone=user.zone)


def account_of(reader: Participant) -> User | None:
    """The account, where the reader is written to at its own address."""
    user = reader.user
    return user if user and user.email.lower() == reader.email.lower() else None


def number_of(reader: Participant) -> str:
    """The mobile number for SMS: given for the appointment, else of the account; empty when neither takes them."""
    numbers = [reader.phone, (account_of(reader) or reader).phone]
    return next((number for one in numbers if one and texts.reachable(number := str(one))), "")


def expected(readers: Q, now: datetime) -> list[Reminder]:
    """The reminders to come of these participants that they want, the soonest first, with their appointments."""
    rows = Reminder.objects.waiting().filter(
        participant__in=Participant.objects.filter(readers), participant__appointment__in=_to_come(now)
    )
    found = list(rows.select_related("participant__user", "participant__appointment__mediator"))
    wishes = of_readers({one.participant for one in found})
    return [one for one in found if wishes[one.participant_id].wants(one.days)]


def _at_that_address(reader: Participant, which: Q, now: datetime) -> list[int]:
    """Who comes to something, and is written to at the reader's address; the reader at least."""
    found = Participant.objects.filter(planning.who_comes(), which, email=reader.email, appointment__in=_to_come(now))
    return [reader.pk, *found.values_list("pk", flat=True)]


def _to_come(now: datetime) -> "Appointment.objects.QuerySet":  # type: ignore[name-defined]
    return Appointment.objects.filter(state__in=TO_COME, ends_at__gt=now)
