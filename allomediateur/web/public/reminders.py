"""Behind a letter's door: which reminders to receive, without an account. Only POST changes anything."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allomediateur.agenda import confirming, preferences
from allomediateur.agenda.models import AccessLink, Channel
from allomediateur.web.public.appointment import kind_when_invalid
from allomediateur.web.ui.appointments import zone_of_reader
from allomediateur.web.ui.reminding import AddressForm


@kind_when_invalid
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, token: str) -> HttpResponse:
    """What is wanted, or with « stop », nothing any more. It rules all that is sent to the address: a door that was
    not sent there leads back to its appointment."""
    now = timezone.now()
    link = confirming.peek_link(token, AccessLink.Purpose.MANAGE, now)
    if not link.by_letter:
        return redirect("appointment", token)
    reader = link.participant
    wanted, number = preferences.of_reader(reader), preferences.number_of(reader)
    if request.method == "POST" and "stop" in request.POST:
        preferences.choose_by_door(reader, week=False, day=False, channel=Channel(wanted.remind_by), now=now)
        messages.success(request, _("C’est noté\u00a0: vous ne recevrez plus de rappel."))
        return redirect("appointment_reminders", token)
    form = AddressForm(request.POST if request.method == "POST" else None, wanted=wanted, number=number, reader=reader)
    if form.is_valid():
        preferences.choose_by_door(reader, **form.chosen, now=now)
        told = form.cleaned_data
        if {"language", "zone"} & set(form.changed_data):
            preferences.write_in(reader, language=told["language"], zone=told["zone"], now=now)
        messages.success(request, _("Vos rappels sont enregistrés."))
        return redirect("appointment_reminders", token)
    context = {
        "form": form, "reader": reader, "token": token, "coming": preferences.expected(Q(pk=reader.pk), now),
        "zone": zone_of_reader(request, reader), "wants_any": wanted.remind_week or wanted.remind_day,
        "account": preferences.account_of(reader),
    }  # fmt: skip
    return render(request, "appointment/reminders.html", context, status=422 if form.errors else 200)
