"""The address proven by the code of the letter, and what comes after."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRefresh

from allomediateur.agenda import confirming, links, states
from allomediateur.agenda.booking import HoldExpired
from allomediateur.agenda.confirming import Confirmed, TooManyLetters, TooManyTries, WrongCode
from allomediateur.agenda.models import Appointment, Participant, State, Transition
from allomediateur.agenda.refusals import SlotLost
from allomediateur.web.public import doors, losing
from allomediateur.web.public.booking import facts, of_this_browser
from allomediateur.web.public.booking_forms import CodeForm, OtherEmailForm
from allomediateur.web.ui import proof_of_address
from allomediateur.web.ui.appointments import Visit, shows_room
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.pages import wants_partial
from allomediateur.web.ui.zones import viewer_zone

NO_MORE_LETTERS = lazy("Nous avons déjà envoyé plusieurs lettres. Servez-vous du code ou du lien de la dernière.")
MADE, DOORS = "account_made", "doors"


@of_this_browser
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def code(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The code, another letter, or another address: three forms of one page. It asks by itself (htmx) whether the
    letter's link was opened elsewhere."""
    awaits_person = states.awaits_person(appointment)
    is_pending = appointment.state == State.UNCONFIRMED and states.is_pending(appointment, datetime.now(UTC))
    is_waiting = is_pending and not awaits_person
    if wants_partial(request):
        return HttpResponse(status=204) if is_waiting else HttpResponseClientRefresh()
    if not is_waiting:
        is_done = states.is_settled(appointment) or (is_pending and awaits_person)
        return redirect("booking_done" if is_done else "booking_who", ref=appointment.reference)
    acts = {"envoyer": _send_again, "adresse": _other_email}
    if request.method == "POST":
        return acts.get(request.POST.get("acte", ""), _try_code)(request, appointment)
    return _page(request, appointment)


def _try_code(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    form, now = CodeForm(request.POST), datetime.now(UTC)
    if not form.is_valid():
        return _page(request, appointment, form=form)
    try:
        confirmed = confirming.confirm_with_code(appointment, form.cleaned_data["code"], now)
    except WrongCode as wrong:
        form.add_error("code", _wrong(wrong.left))
    except TooManyTries:
        form.add_error("code", _("Ce code ne peut plus servir. Demandez-en un autre ci-dessous."))
    except HoldExpired:
        return redirect("booking_who", ref=appointment.reference)
    except SlotLost as gone:
        return losing.lost(request, gone, appointment.mediator, appointment.service, appointment, now)
    else:
        enter(request, confirmed)
        return redirect("booking_done", ref=appointment.reference)
    return _page(request, appointment, form=form)


def _wrong(left: int) -> str:
    if not left:
        return _("Ce n’est pas le bon code, et il ne peut plus servir. Demandez-en un autre ci-dessous.")
    return ngettext(
        "Ce n’est pas le code de la dernière lettre. Il reste %(left)d essai.",
        "Ce n’est pas le code de la dernière lettre. Il reste %(left)d essais.",
        left,
    ) % {"left": left}


def enter(request: HttpRequest, confirmed: Confirmed) -> None:
    """Signed in only into an account that was just made, and only where the booking was made."""
    if confirmed.created and confirmed.user and not request.user.is_authenticated:
        proof_of_address.sign_in(request, confirmed.user)
        request.session[MADE] = confirmed.appointment.reference


def _send_again(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    booker = states.booker_of(appointment)
    if booker and links.may_write(booker):
        allow(request, "letter", booker.email)
    try:
        confirming.resend(appointment, datetime.now(UTC))
        messages.success(request, _("Une autre lettre est partie, avec un autre code."))
    except TooManyLetters:
        messages.warning(request, NO_MORE_LETTERS)
    except HoldExpired:
        return redirect("booking_who", ref=appointment.reference)
    return redirect("booking_code", ref=appointment.reference)


def _other_email(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    form = OtherEmailForm(request.POST)
    if not form.is_valid():
        return _page(request, appointment, email_form=form)
    allow(request, "letter", form.cleaned_data["email"].strip().lower())
    try:
        confirming.correct_email(appointment, form.cleaned_data["email"], datetime.now(UTC))
        messages.success(request, _("La lettre est partie à la nouvelle adresse."))
    except TooManyLetters:
        messages.warning(request, NO_MORE_LETTERS)
    except HoldExpired:
        return redirect("booking_who", ref=appointment.reference)
    return redirect("booking_code", ref=appointment.reference)


def _page(
    request: HttpRequest, appointment: Appointment, form: Form | None = None, email_form: Form | None = None
) -> HttpResponse:
    client = states.booker_of(appointment)
    context: dict[str, Any] = facts(request, appointment) | {
        "form": form or CodeForm(),
        "email_form": email_form or OtherEmailForm(initial={"email": client.email if client else ""}),
        "client": client,
        "agent": states.agent_of(appointment),
        "page_error": bool(email_form),
    }
    return render(request, "public/booking/code.html", context, status=422 if form or email_form else 200)


@of_this_browser
@require_safe
def done(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    """The date, what comes next, and the doors to it: calendar, another device (QR), moving and cancelling."""
    client = states.client_of(appointment)
    if agent := states.agent_of(appointment):
        return _on_mandate(request, appointment, agent)
    if client is None or not states.is_settled(appointment):
        return redirect("booking_who", ref=appointment.reference)
    at = doors.addresses(_door(request, appointment, client), client, by_letter=False)
    zone = viewer_zone(request)
    context = facts(request, appointment) | {
        "visit": Visit(appointment=appointment, reader=client, hand=Transition.By.CLIENT, at=at, zone=zone),
        "client": client,
        "is_made": request.session.get(MADE) == appointment.reference,
        "is_mine": client.user_id is not None and client.user_id == request.user.pk,
        "room": appointment.mediator.video_room if shows_room(appointment) else "",
    }
    return render(request, "public/booking/done.html", context)


def _on_mandate(request: HttpRequest, appointment: Appointment, agent: Participant) -> HttpResponse:
    """The browser is the agent's: it says what the person concerned has answered, and opens the agent's own door."""
    is_pending = states.awaits_person(appointment) and states.is_pending(appointment, datetime.now(UTC))
    client = states.client_of(appointment)
    if client is None or not (is_pending or states.is_settled(appointment)):
        return redirect("booking_who", ref=appointment.reference)
    context = facts(request, appointment) | {
        "client": client, "agent": agent, "is_pending": is_pending, "token": _door(request, appointment, agent),
        "is_made": request.session.get(MADE) == appointment.reference,
        "is_mine": agent.user_id is not None and agent.user_id == request.user.pk,
    }  # fmt: skip
    return render(request, "public/booking/on_mandate.html", context)


def _door(request: HttpRequest, appointment: Appointment, client: Participant) -> str:
    """The token of the appointment's page, made once for this browser: whoever typed the address may have it open."""
    doors: dict[str, str] = request.session.get(DOORS, {})
    if appointment.reference not in doors:
        client.appointment = appointment
        doors = doors | {appointment.reference: links.open_manage(client, by_letter=False)}
        request.session[DOORS] = doors
    return doors[appointment.reference]
