"""Letters on paper: put aside in the transaction that causes them, printed by staff, posted."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from allomediateur.notify.models import PaperLetter


@dataclass(frozen=True)
class Sheet:
    """What a letter says, in its reader's language; `facts` are pairs of a label and a value.

    `link` is printed as a QR code, and `link_label` says what it is for; without a link there is neither.
    """

    date: str
    greeting: str
    opening: list[str]
    closing: list[str]
    facts: list[list[str]] = field(default_factory=list)
    reference: str = ""
    link: str = ""
    link_label: str = ""


def put_aside(
    *, kind: str, topic: str, name: str, address: str, language: str, subject: str, sheet: Sheet, now: datetime
) -> PaperLetter:
    """One letter for one person; a rollback takes it back."""
    return PaperLetter.objects.create(
        kind=kind, topic=topic, name=name, address=address, language=language, subject=subject[:200],
        content=asdict(sheet), created_at=now,
    )  # fmt: skip


def to_print() -> QuerySet[PaperLetter]:
    """In the order they were written."""
    return PaperLetter.objects.filter(printed_at__isnull=True).order_by("pk")


def mark_printed(ids: Sequence[int], now: datetime) -> list[PaperLetter]:
    """Those that were still to print, now posted."""
    found = list(to_print().filter(pk__in=ids))
    PaperLetter.objects.filter(pk__in=[one.pk for one in found]).update(printed_at=now)
    return found


def take_back(topic: str) -> None:
    """The last letter about that goes to the printer once more."""
    last = PaperLetter.objects.filter(topic=topic).order_by("-pk").first()
    if last:
        PaperLetter.objects.filter(pk=last.pk).update(printed_at=None)


def forget_about(topics: Iterable[str]) -> None:
    """All that was written about these."""
    PaperLetter.objects.filter(topic__in=list(topics)).delete()


def forget(before: datetime) -> int:
    """Those written before, printed or not. Returns how many."""
    return PaperLetter.objects.filter(created_at__lt=before).delete()[0]
