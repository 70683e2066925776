"""Who else comes: invited and taken back by the client, the mediator or staff for either; and what they answer."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.accounts.models import User
from allomediateur.agenda import guests
from allomediateur.agenda.guests import Guest
from allomediateur.agenda.models import GUESTS, Modality, Participant
from allomediateur.web.ui.appointments import NumberForm, Visit, facts
from allomediateur.web.ui.forms import BAD_EMAIL, EmailInput, NameInput
from allomediateur.web.ui.limiting import allow
from allomediateur.web.ui.people import PlainName
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField

COMES, DECLINES = "viens", "ne-viens-pas"


class GuestForm(forms.Form):
    name = PlainName(
        label=lazy("Prénom et nom"), max_length=120, widget=NameInput(attrs={"autocomplete": "off"}),
        error_messages={"required": lazy("Écrivez le nom de la personne.")},
    )  # fmt: skip
    role = forms.ChoiceField(
        label=lazy("À quel titre"), choices=[(one.value, one.label) for one in GUESTS],
        error_messages={"required": lazy("Dites à quel titre cette personne vient.")},
    )  # fmt: skip
    email = forms.EmailField(
        label=lazy("Adresse e-mail"), max_length=254, widget=EmailInput(attrs={"autocomplete": "off"}),
        help_text=lazy("Une lettre y part, avec un lien pour répondre. Personne d’autre ne la verra."),
        error_messages=BAD_EMAIL | {"required": lazy("Écrivez son adresse e-mail : l’invitation y est envoyée.")},
    )  # fmt: skip
    language = forms.ChoiceField(label=lazy("Langue de ses lettres"), choices=settings.LANGUAGES, required=False)
    field_order = ("name", "role", "email", "phone", "language")

    def __init__(self, sent: Any, *, visit: Visit) -> None:
        language = (get_language() or "fr")[:2]
        super().__init__(sent, initial={"language": language, "role": Participant.Role.PARTY})
        self.fields["phone"] = PhoneField(
            zone=visit.zone, label=_("Téléphone"), required=False, error_messages={"max_length": BAD_PHONE},
            help_text=_("Le médiateur l’appelle à ce numéro ; sinon la personne le donne en répondant.")
            if visit.appointment.modality == Modality.PHONE else "",
        )  # fmt: skip
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.order_fields(self.field_order)

    def guest(self) -> Guest:
        told = self.cleaned_data
        return Guest(told["name"], told["role"], told["email"], told["phone"], told["language"] or "fr")


def invites(request: HttpRequest, visit: Visit, inviter: Participant, now: datetime) -> HttpResponse:
    """The list and the form (GET); one more, or one less (POST)."""
    inviter.appointment = visit.appointment
    if not guests.may_invite(visit.appointment, now):
        messages.warning(request, _("On n’invite qu’à un rendez-vous confirmé et à venir."))
        return HttpResponseRedirect(visit.at.page)
    if "retirer" in request.POST:
        return _taken_back(request, visit, inviter, now)
    form = GuestForm(request.POST if request.method == "POST" else None, visit=visit)
    if request.method == "POST" and form.is_valid() and _invited(request, visit, inviter, form, now):
        return HttpResponseRedirect(visit.at.guests)
    known = guests.invited_by(visit.appointment, inviter)
    context = facts(visit, now) | {"form": form, "guests": known, "most": guests.MOST}
    return render(request, "appointment/guests.html", context, status=422 if form.errors else 200)


def _invited(request: HttpRequest, visit: Visit, inviter: Participant, form: GuestForm, now: datetime) -> bool:
    guest = form.guest()
    allow(request, "guest", f"participant {inviter.user_id or inviter.pk}")
    allow(request, "guest_network")
    allow(request, "letter", guest.email.strip().lower())
    try:
        guests.invite(inviter, guest, now)
    except guests.TooManyGuests:
        form.add_error(None, _("Six personnes sont déjà invitées : retirez une invitation pour en envoyer une autre."))
    except guests.AlreadyInvited:
        form.add_error("email", _("Vous avez déjà invité cette adresse, ou c’est la vôtre."))
    except guests.NotChangeable:
        form.add_error(None, _("On n’invite qu’à un rendez-vous confirmé et à venir."))
    else:
        visit.acted("invite")
        messages.success(request, _("L’invitation est partie."))
        return True
    return False


def _taken_back(request: HttpRequest, visit: Visit, inviter: Participant, now: datetime) -> HttpResponse:
    number = request.POST.get("retirer", "")
    try:
        is_done = number.isascii() and number.isdigit() and guests.take_back(inviter, int(number[:18]), now)
    except guests.NotChangeable:
        is_done = False
    if is_done:
        visit.acted("take back")
        messages.success(request, _("L’invitation est retirée. La personne en est prévenue."))
    else:
        messages.warning(request, _("Cette invitation n’est plus là."))
    return HttpResponseRedirect(visit.at.guests)


def answer(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """« Je viens », « Je ne peux pas venir »: of somebody invited, and of nobody else (404)."""
    said = request.POST.get("reponse", "")
    if not visit.is_guest:
        raise Http404
    if said not in (COMES, DECLINES):
        messages.warning(request, _("Dites si vous venez."))
        return HttpResponseRedirect(visit.at.page)
    form = NumberForm(request.POST, zone=visit.zone)
    if said == COMES and not form.is_valid():
        context = facts(visit, now) | {"may_answer": True, "form": form, "number": form}
        return render(request, "appointment/guest.html", context, status=422)
    allow(request, "answer", f"guest {visit.reader.pk}")
    user = request.user if isinstance(request.user, User) else None
    phone = form.cleaned_data["phone"] if said == COMES else ""
    try:
        guests.answer(visit.reader, comes=said == COMES, phone=phone, zone=visit.zone, user=user, now=now)
    except guests.NotChangeable:
        messages.warning(request, _("Ce rendez-vous n’attend plus de réponse."))
    else:
        thanks = _("C’est noté : vous venez.") if said == COMES else _("C’est noté : vous ne venez pas.")
        messages.success(request, thanks)
    return HttpResponseRedirect(visit.at.page)
