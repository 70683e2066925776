"""An erased person's questions go; their complaints stay, without their name."""

from allomediateur.accounts.models import User
from allomediateur.notify.models import Letter
from allomediateur.support import letters
from allomediateur.support.models import Door, Thread

Kind = Thread.Kind


def forget(user: User) -> None:
    """Within the transaction that erases the account. Staff may still read the complaint and judge it; no door leads
    to it any more."""
    theirs = Thread.objects.of(user)
    Letter.objects.filter(topic__in=[letters.topic_of(one) for one in theirs]).delete()
    complaints = list(theirs.filter(kind=Kind.COMPLAINT).values_list("pk", flat=True))
    theirs.filter(kind=Kind.QUESTION).delete()
    Door.objects.filter(thread__in=complaints).delete()
    nobody = {"user": None, "name": "", "email": "", "phone": "", "context": "", "appointment": ""}
    Thread.objects.filter(pk__in=complaints).update(**nobody)
