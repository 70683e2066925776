"""A change of hours, asked about first where appointments would fall outside of it: keep, move or cancel each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allomediateur.agenda import effects
from allomediateur.agenda.effects import Choice, Effect, Outcome
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator
from allomediateur.web.mediator.profile import zone_of_agenda
from allomediateur.web.ui.appointments import service_name
from allomediateur.web.ui.forms import one_line

CHOSEN, REASON, DECIDED, FOR_ALL = "choix-", "motif", "decide", "tous"
REASON_LENGTH = 300
CHOICES: tuple[Choice, ...] = ("keep", "move", "cancel")


@dataclass(frozen=True)
class Touched:
    """An appointment that the change leaves outside, with what may become of it."""

    appointment: Appointment
    client: str
    service_name: str
    field: str
    chosen: Choice
    next_free: datetime | None


def apply(
    request: HttpRequest,
    mediator: Mediator,
    change: Callable[[], object],
    *,
    done: str,
    to: str,
    now: datetime,
    suggested: Choice = "keep",
) -> HttpResponse:
    """Make the change, say `done` and go `to`. Where it touches appointments that nobody has decided on yet, a page
    asks first, with all that was sent: nothing is saved before. Raises what the change raises."""
    found = effects.preview(mediator, change, now)
    touched = [one.appointment for one in found]
    told = request.POST
    decided = {one.reference: _choice(told, one) for one in touched}
    choices: dict[str, Choice] = {reference: choice for reference, choice in decided.items() if choice}
    missing = len(choices) < len(touched)
    reason = one_line(told.get(REASON, ""))[:REASON_LENGTH]
    writes = any(choice != "keep" for choice in choices.values())
    if missing or (writes and not reason):
        return _ask(request, mediator, found, suggested, to, lacks_reason=not missing)
    change()
    _say(request, effects.settle(touched, choices, reason, now), done)
    return HttpResponseRedirect(to)


def _ask(
    request: HttpRequest,
    mediator: Mediator,
    found: list[Effect],
    suggested: Choice,
    back: str,
    *,
    lacks_reason: bool,
) -> HttpResponse:
    told = request.POST
    rows = [_touched(one, told, suggested) for one in found]
    context: dict[str, Any] = {
        "rows": rows,
        "kept": _kept(told),
        "action": request.get_full_path(),
        "back": back,
        "reason": told.get(REASON) if DECIDED in told else _("Votre médiateur est empêché."),
        "lacks_reason": lacks_reason,
        "page_error": lacks_reason,
        "zone": zone_of_agenda(mediator),
    }
    return render(request, "mediator/changes.html", context, status=422 if lacks_reason else 200)


def _touched(found: Effect, told: QueryDict, suggested: Choice) -> Touched:
    one = found.appointment
    clients = one.clients  # type: ignore[attr-defined]  # Prefetch(to_attr=...)
    fallback: Choice = "cancel" if suggested == "move" and found.next_free is None else suggested
    chosen = _choice(told, one) or fallback
    name = clients[0].name if clients else _("Rendez-vous")
    return Touched(one, name, service_name(one.service), _field(one), chosen, found.next_free)


def _kept(told: QueryDict) -> list[tuple[str, str]]:
    """What was sent, to be sent again with the decisions."""
    ours = (DECIDED, REASON, FOR_ALL, "csrfmiddlewaretoken")
    return [
        (name, value)
        for name, values in told.lists()
        if name not in ours and not name.startswith(CHOSEN)
        for value in values
    ]


def _choice(told: QueryDict, one: Appointment) -> Choice | None:
    """The one for all, else its own."""
    asked = told.get(FOR_ALL) or told.get(_field(one))
    return next((choice for choice in CHOICES if choice == asked), None)


def _field(one: Appointment) -> str:
    return f"{CHOSEN}{one.reference}"


def _say(request: HttpRequest, outcome: Outcome, done: str) -> None:
    said = [done]
    if moved := len(outcome.moved):
        said.append(
            ngettext("%(count)s rendez-vous est déplacé.", "%(count)s rendez-vous sont déplacés.", moved)
            % {"count": moved}
        )
    if cancelled := len(outcome.cancelled):
        said.append(
            ngettext("%(count)s rendez-vous est annulé.", "%(count)s rendez-vous sont annulés.", cancelled)
            % {"count": cancelled}
        )
    if moved or cancelled:
        said.append(_("Les personnes sont prévenues."))
    if kept := len(outcome.kept):
        said.append(
            ngettext("%(count)s rendez-vous reste où il est.", "%(count)s rendez-vous restent où ils sont.", kept)
            % {"count": kept}
        )
    messages.success(request, " ".join(said))
    if stuck := len(outcome.stuck):
        text = ngettext(
            "%(count)s rendez-vous n’a pas pu être déplacé, faute d’un moment libre : il reste où il est.",
            "%(count)s rendez-vous n’ont pas pu être déplacés, faute d’un moment libre : ils restent où ils sont.",
            stuck,
        )
        messages.warning(request, text % {"count": stuck})
