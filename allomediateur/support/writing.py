"""What is said in a thread: sealed when written, opened to be read. Notes of staff have a seal of their own."""

from dataclasses import dataclass
from datetime import datetime

from allomediateur.accounts.models import User
from allomediateur.support.models import Message, Thread
from allomediateur.vault import sealing

By = Message.By


@dataclass(frozen=True)
class Said:
    """A message in clear. `author` is None where it is the person, or an account that is gone."""

    pk: int
    by: str
    author: User | None
    text: str
    at: datetime
    is_internal: bool

    @property
    def is_noted(self) -> bool:
        """Told on the phone, and written by somebody of staff."""
        return self.by == By.PERSON and self.author is not None and self.author.is_staff


def say(
    thread: Thread, text: str, *, by: str, author: User | None, now: datetime, is_internal: bool = False
) -> Message:
    """One more message; the state of the thread is its caller's business."""
    sealed = sealing.seal(text, _purpose(thread, is_internal=is_internal))
    return Message.objects.create(
        thread=thread, by=by, author=author, sealed=sealed, at=now, is_internal=is_internal
    )  # fmt: skip


def read(thread: Thread) -> list[Said]:
    """As the person reads it: without the notes of staff."""
    return [_opened(thread, one) for one in thread.messages.filter(is_internal=False).select_related("author")]


def read_all(thread: Thread) -> list[Said]:
    """As staff read it."""
    return [_opened(thread, one) for one in thread.messages.select_related("author")]


def _opened(thread: Thread, one: Message) -> Said:
    text = sealing.unseal(one.sealed, _purpose(thread, is_internal=one.is_internal))
    return Said(one.pk, one.by, one.author, text, one.at, one.is_internal)


def _purpose(thread: Thread, *, is_internal: bool) -> str:
    """A note shown by mistake as a message would not open."""
    return f"support.{'note' if is_internal else 'message'}:{thread.reference}"
