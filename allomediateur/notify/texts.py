"""Writing SMS: in the transaction that causes them, within the month's budget, with the job that will deliver them.

A text is an addition, never the only way: who gets None writes a letter, or has written one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet, Sum
from phonenumbers import NumberParseException, PhoneNumberType, is_possible_number, number_type, parse
from procrastinate.contrib.django import app

from allomediateur.configuration.texting import texting
from allomediateur.notify.channels.sms import segments
from allomediateur.notify.channels.sms.chosen import engine
from allomediateur.notify.models import Text, TextMonth
from allomediateur.scheduling.wall import day_start, local_day, zone_of

JOB = "deliver_text"
LATE = timedelta(minutes=15)
USEFUL = timedelta(hours=12)
"""One that could not leave for so long says what is no longer so."""
MOST_A_DAY = 6
"""To one number, in 24 hours: anybody may give the number of another."""
ACCOUNTS = zone_of("Europe/Paris")
"""Whose months are counted."""
_DAY = timedelta(hours=24)
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_FRENCH = {33, 262, 590, 594, 596}


def offered(kind: str) -> bool:
    """Whether that kind leaves by SMS here: there is an engine, staff switched it on and gave it a budget."""
    return engine() is not None and texting().allows(kind)


def reachable(number: str) -> bool:
    """Whether an SMS may reach it: E.164, mobile (or of a plan that does not tell, as North America's).

    A French range that no operator has yet, or kept for fiction, is mobile in 6 and 7 (ARCEP's numbering plan).
    """
    try:
        parsed = parse(number)
    except NumberParseException:
        return False
    kind = number_type(parsed)
    if kind == PhoneNumberType.UNKNOWN and parsed.country_code in _FRENCH:
        return is_possible_number(parsed) and str(parsed.national_number)[0] in "67"
    return kind in _MOBILE


def post(
    *,
    kind: str,
    topic: str,
    to: str,
    language: str,
    body: str,
    now: datetime,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Text | None:
    """Put one text for one number in the outbox; a rollback takes it, and its share of the budget, back.

    None, and nothing written: SMS is off, that kind is off, no mobile number, that number has had MOST_A_DAY in 24
    hours, or the month's budget is spent.
    `body` is made plain for one part where it can be; `until`: no use sending it from then on (USEFUL when not told);
    `at`: not before.
    The month's row stays locked until the commit: call this last in a transaction.
    """
    decided = texting()
    if engine() is None or not decided.allows(kind) or not reachable(to) or _has_enough(to, now):
        return None
    body = segments.gsm(body)
    size = segments.size(body)
    if not _spend(size.parts, decided.budget, now):
        return None
    text = Text.objects.create(
        kind=kind, topic=topic, to=to, language=language, body=body, parts=size.parts, created_at=now,
        next_attempt_at=at or now, useless_at=until or (at or now) + USEFUL,
    )  # fmt: skip
    wake(text.pk)
    return text


def month_of(now: datetime) -> str:
    """« 2026-11 », on the clock of the accounts."""
    return f"{now.astimezone(ACCOUNTS):%Y-%m}"


def spent(now: datetime) -> int:
    """Parts written this month."""
    return TextMonth.objects.filter(month=month_of(now)).values_list("parts", flat=True).first() or 0


@dataclass(frozen=True)
class Figures:
    """Of a month, in parts; `left` of its budget."""

    sent: int
    waiting: int
    aside: int
    left: int


def figures(budget: int, now: datetime) -> Figures:
    """Of the month of `now`. What was refused stays counted: operators bill it too."""
    since = day_start(local_day(now, ACCOUNTS).replace(day=1), ACCOUNTS)
    sent, aside = Q(sent_at__isnull=False), Q(sent_at__isnull=True, parked_at__isnull=False)
    found = Text.objects.filter(created_at__gte=since).aggregate(
        sent=Sum("parts", filter=sent, default=0),
        aside=Sum("parts", filter=aside, default=0),
        waiting=Sum("parts", filter=~sent & ~aside, default=0),
    )
    return Figures(**found, left=max(0, budget - spent(now)))


def put_aside(since: datetime) -> QuerySet[Text]:
    """Those that did not leave, refused or too late, the newest first."""
    return Text.objects.filter(sent_at__isnull=True, parked_at__gte=since).order_by("-parked_at")


def late(now: datetime) -> int:
    """How many should have left a quarter of an hour ago: the provider is away, our key refused, our credit spent."""
    return Text.objects.filter(sent_at=None, parked_at=None, created_at__lt=now - LATE).count()


def wake(text_id: int) -> None:
    """Ask for a delivery. The job carries the id only."""
    app.configure_task(JOB).defer(text_id=text_id)


def _has_enough(number: str, now: datetime) -> bool:
    return Text.objects.filter(to=number, created_at__gt=now - _DAY).count() >= MOST_A_DAY


def _spend(parts: int, budget: int, now: datetime) -> bool:
    """One UPDATE decides among many at once: the row is locked, its condition read again."""
    month = month_of(now)
    TextMonth.objects.bulk_create([TextMonth(month=month)], ignore_conflicts=True)
    room = TextMonth.objects.filter(month=month, parts__lte=budget - parts)
    return bool(room.update(parts=F("parts") + parts))
