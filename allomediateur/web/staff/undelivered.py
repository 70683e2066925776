"""Letters that did not arrive, as staff see them: whom to call, why, and that it is done."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allomediateur.agenda import unreached
from allomediateur.agenda.models import Participant, Wait
from allomediateur.notify import undelivered
from allomediateur.notify.models import Letter
from allomediateur.web.staff.reading import kind_of
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A letter, its kind and why it did not arrive, in words; `told` by the server; `person`, when it was about an
    appointment or a waiting list."""

    letter: Letter
    kind: str
    why: str
    told: str
    person: Participant | Wait | None


def lines(topic: str = "") -> list[Line]:
    """The newest ones, about all things or one."""
    rows = undelivered.all_of_them()
    found = list((rows.filter(topic=topic) if topic else rows)[:SHOWN])
    people = unreached.people(found)
    return [Line(one, kind_of(one.kind), _why(one), _told(one), people.get(one.pk)) for one in found]


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody called, or knows better."""
    letter = get_object_or_404(Letter, pk=pk)
    if undelivered.deal_with(letter, datetime.now(UTC)):
        tracing.act(request, Act.SETTLED, thing=f"letter:{pk}")
        messages.success(request, _("C’est noté : cette lettre n’attend plus personne."))
    return redirect("staff_home")


def _why(letter: Letter) -> str:
    """By RFC 3463's code: its class, then its subject."""
    status = letter.bounce_status
    if not letter.bounced_at:
        return _("refusée par le serveur") if "Refused" in letter.last_error else _("jamais partie")
    if status.startswith("5.1."):
        return _("cette adresse n’existe pas")
    if status[2:] == "2.2":
        return _("sa boîte est pleine")
    if status.startswith("4."):
        return _("son serveur n’a pas répondu à temps")
    return _("son serveur l’a refusée")


def _told(letter: Letter) -> str:
    return " ".join([letter.bounce_status, letter.bounce_reason]).strip() if letter.bounced_at else letter.last_error
