"""One appointment, seen and changed by somebody in it: the same flow behind a letter's link and inside the spaces."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from allomediateur.agenda import calendar, changing, guests, letters_to_others, states
from allomediateur.agenda.models import GUESTS, Appointment, Modality, Participant, Service, State, Transition, Wait
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import DEFAULT_ZONE, display_zones, visitor_zone
from allomediateur.web.ui import near, zones
from allomediateur.web.ui.phones import BAD_PHONE, PhoneField
from allomediateur.web.ui.slots import AGREED, WORDS

RELATED = ("mediator__user", "service", "office__commune")
BY_MEDIATOR, BY_STAFF = Transition.By.MEDIATOR, Transition.By.STAFF


@dataclass(frozen=True)
class Addresses:
    """Where this reader does what; `back` is the list it came from, none for a letter's link; `reminders` are chosen by
    who receives them, and a client asks for an earlier time at `sooner`. `guests`: of who may invite others; `answer`:
    of who is invited. `pdf` is the sheet, where there is one."""

    page: str
    move: str
    cancel: str
    ics: str
    back: str = ""
    reminders: str = ""
    sooner: str = ""
    guests: str = ""
    answer: str = ""
    pdf: str = ""


@dataclass(frozen=True)
class Visit:
    """Somebody at their appointment, read with RELATED. `zone` is the one they read times in.

    Where staff have the hand, `reader` is who they act for, and `acted` writes each act on the trail.
    """

    appointment: Appointment
    reader: Participant
    hand: Transition.By
    at: Addresses
    zone: str
    acted: Callable[[str], None] = lambda what: None

    @property
    def is_by_link(self) -> bool:
        return not self.at.back

    @property
    def is_by_mediator(self) -> bool:
        return self.hand == BY_MEDIATOR or (self.hand == BY_STAFF and self.reader.role == Participant.Role.MEDIATOR)

    @property
    def is_guest(self) -> bool:
        """Invited by somebody: they answer, and change nothing."""
        return self.reader.role in GUESTS

    @property
    def is_agent(self) -> bool:
        return self.reader.role == Participant.Role.AGENT

    @property
    def inviter(self) -> str:
        """Who invites a guest, by a name that is one."""
        found = next((one for one in self.appointment.participants.all() if one.pk == self.reader.invited_by_id), None)
        return letters_to_others.plain(found) if found else ""

    @property
    def knows_place(self) -> bool:
        return calendar.told_where(self.appointment, self.reader)

    @property
    def side(self) -> Participant.Role:
        return Participant.Role(self.reader.role)


class ReasonForm(forms.Form):
    """Why it is cancelled: told to the other side."""

    reason = forms.CharField(
        label=lazy("Motif"),
        required=False,
        max_length=300,
        help_text=lazy("Il est transmis à l’autre personne, avec l’annulation."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={
            "max_length": lazy("Le motif est trop long : 300 caractères au plus."),
            "required": lazy("Écrivez en quelques mots pourquoi vous annulez : la personne le lira."),
        },
    )


class NumberForm(forms.Form):
    """Where a guest is called; told by who comes to a meeting by phone."""

    def __init__(self, sent: Any, *, zone: str) -> None:
        super().__init__(sent)
        self.fields["phone"] = PhoneField(
            zone=zone, label=_("Votre téléphone"), required=False, error_messages={"max_length": BAD_PHONE},
            help_text=_("Le médiateur vous appelle à ce numéro. Lui seul le voit."),
        )  # fmt: skip


def read(appointment: Appointment) -> Appointment:
    """With all that its pages show, in four queries."""
    rows = Appointment.objects.select_related(*RELATED).prefetch_related("mediator__offices", "participants")
    return rows.get(pk=appointment.pk)


def facts(visit: Visit, now: datetime) -> dict[str, Any]:
    """What the pages say of an appointment, whoever reads."""
    appointment = visit.appointment
    main, other = clocks(appointment, visit.zone)
    state = state_at(appointment, now)
    return {
        "visit": visit,
        "appointment": appointment,
        "state": state,
        "zone": main,
        "other_zone": other,
        "is_past": appointment.ends_at <= now,
        "is_pending": state == State.UNCONFIRMED,
        "may_change": may_change(visit, now),
        "change_until": last_change(visit),
        "service_name": service_name(appointment.service),
        "prepare": prepare(appointment.service),
        "again_url": again_url(appointment),
        "room": appointment.mediator.video_room if shows_room(appointment) else "",
        "agent": party(appointment, Participant.Role.AGENT),
        "client": party(appointment, Participant.Role.CLIENT),
        "may_invite": bool(visit.at.guests) and guests.may_invite(appointment, now),
        "now": now,
    }


def party(appointment: Appointment, role: str) -> Participant | None:
    """Of one read with its participants."""
    return next((one for one in appointment.participants.all() if one.role == role), None)


def again_url(appointment: Appointment) -> str:
    """The mediator's page where the same is booked again: same service, same way to meet."""
    office = appointment.office_id or (AGREED if appointment.modality == Modality.IN_PERSON else None)
    values = {
        "prestation": appointment.service_id,
        "modalite": WORDS[Modality(appointment.modality)],
        "lieu-exercice": office,
    }
    kept = {name: value for name, value in values.items() if value}
    return f"{reverse('mediator', args=[appointment.mediator.slug])}?{urlencode(kept)}#creneaux"


def page(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    context = facts(visit, now)
    one, is_over = visit.appointment, context["state"] in states.OVER
    if is_over and not visit.is_by_mediator and not visit.is_guest:
        context["near"] = near.lines(one.mediator, one.modality, one.office, now)
    elif visit.at.sooner and context["may_change"] and one.state == State.CONFIRMED and visit.reader.email:
        context |= {"may_ask_sooner": True, "sooner": Wait.objects.live(now).filter(appointment=one).first()}
    if visit.is_guest:
        context["may_answer"] = guests.may_invite(visit.appointment, now)
        by_phone = visit.appointment.modality == Modality.PHONE and not visit.reader.phone
        context["number"] = None if not by_phone else NumberForm(None, zone=visit.zone)
        return render(request, "appointment/guest.html", context)
    if visit.at.guests:
        context["guests"] = guests.invited_by(visit.appointment, visit.reader)
    return render(request, "appointment/page.html", context)


def ics(visit: Visit, now: datetime) -> HttpResponse:
    """The entry for a calendar, as a file to keep."""
    file = calendar.appointment_ics(visit.appointment, visit.reader, "PUBLISH", now)
    headers = {"Content-Disposition": 'attachment; filename="rendez-vous.ics"', "Cache-Control": "no-store"}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)


def cancel(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """A page that asks (GET), and the act (POST). The mediator gives a reason."""
    if not may_change(visit, now):
        return refused(request, visit, now)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = visit.is_by_mediator
    if request.method == "POST" and form.is_valid():
        try:
            changing.cancel(
                visit.appointment, by=visit.hand, side=visit.side, reason=form.cleaned_data["reason"], now=now
            )
        except (changing.TooLate, changing.NotChangeable):
            return refused(request, visit, now)
        visit.acted("cancel")
        messages.success(request, _("Le rendez-vous est annulé."))
        return HttpResponseRedirect(visit.at.page)
    context = {**facts(visit, now), "form": form, "other_side": _other_side(visit)}
    return render(request, "appointment/cancel.html", context, status=422 if form.errors else 200)


def may_change(visit: Visit, now: datetime) -> bool:
    """The client and who booked for them until the service's limit, the mediator until the start; no guest."""
    if visit.is_guest:
        return False
    if not visit.is_by_mediator:
        return changing.may_change(visit.appointment, now)
    to_come = state_at(visit.appointment, now) in (State.UNCONFIRMED, State.CONFIRMED)
    return to_come and now < visit.appointment.starts_at


def refused(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """Back to the appointment's page, with why it can no longer be changed."""
    messages.warning(request, why_unchangeable(read(visit.appointment), visit, now))
    return HttpResponseRedirect(visit.at.page)


def why_unchangeable(appointment: Appointment, visit: Visit, now: datetime) -> str:
    state = state_at(appointment, now)
    if visit.is_guest:
        return _("Vous êtes invité à ce rendez-vous : seules les personnes qui l’ont pris peuvent le changer.")
    if state == State.CANCELLED:
        return _("Ce rendez-vous est déjà annulé.")
    if state == State.EXPIRED:
        return _("Ce rendez-vous n’a pas été confirmé à temps : son créneau a été libéré.")
    if appointment.starts_at <= now:
        return _("Ce rendez-vous a commencé : il ne peut plus être changé ici.")
    limit = last_change(visit)
    if limit is None:
        return _("Ce rendez-vous ne peut plus être changé ici.")
    when = wording.when(limit, visit.zone, get_language() or "fr", now=now)
    return _("Ce rendez-vous pouvait être changé jusqu’au %(when)s. Prévenez l’autre personne directement.") % {
        "when": when
    }


def state_at(appointment: Appointment, now: datetime) -> str:
    """The state as it counts at `now`: a pending one past its expiry has expired, worker or not (R15)."""
    if appointment.state in (State.HELD, State.UNCONFIRMED) and not states.is_pending(appointment, now):
        return State.EXPIRED
    return appointment.state


def last_change(visit: Visit) -> datetime | None:
    """Until when the client may move or cancel it, None when until its start."""
    limited = not visit.is_by_mediator and visit.appointment.service.change_until_hours
    return changing.change_until(visit.appointment) if limited else None


def zone_of_reader(request: HttpRequest, reader: Participant) -> str:
    """The one chosen on the site, else the one the person booked with (R14)."""
    return visitor_zone(request.session.get(zones.CHOSEN), reader.zone)


def clocks(appointment: Appointment, reader_zone: str) -> tuple[str, str | None]:
    """The zone to show first and the other one where its clock differs (R14)."""
    main, other = display_zones(appointment.modality, place_zone(appointment), reader_zone, appointment.starts_at)
    return str(main), str(other) if other else None


def place_zone(appointment: Appointment) -> str:
    """That of the office; by phone and video, of the mediator's main office."""
    if appointment.office:
        return appointment.office.zone
    main = next((one for one in appointment.mediator.offices.all() if one.is_main), None)
    return main.zone if main else DEFAULT_ZONE


def shows_room(appointment: Appointment) -> bool:
    return appointment.modality == Modality.VIDEO and appointment.state == State.CONFIRMED


def service_name(service: Service) -> str:
    """In the active language, French when there is no English one."""
    return (service.name_en if _is_english() else "") or service.name_fr


def prepare(service: Service) -> str:
    return (service.prepare_en if _is_english() else "") or service.prepare_fr


def _is_english() -> bool:
    return (get_language() or "fr").startswith("en")


def _other_side(visit: Visit) -> str:
    """Who is told of the cancellation."""
    if not visit.is_by_mediator:
        return visit.appointment.mediator.name
    client = states.client_of(visit.appointment)
    return client.name if client else ""
