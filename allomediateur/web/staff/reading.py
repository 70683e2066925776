"""What staff read: every appointment that is more than held, and letters, never what they say."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, AppointmentQuerySet

TO_OTHERS = {
    "appointment_agent_waiting": lambda: _("Au mandataire : réponse attendue"),
    "appointment_agent_confirmed": lambda: _("Au mandataire : rendez-vous confirmé"),
    "appointment_agent_refused": lambda: _("Au mandataire : rendez-vous refusé"),
    "appointment_agent_released": lambda: _("Au mandataire : créneau rendu"),
    "appointment_agent_moved": lambda: _("Au mandataire : rendez-vous déplacé"),
    "appointment_agent_cancelled": lambda: _("Au mandataire : rendez-vous annulé"),
    "appointment_guest_invited": lambda: _("À un invité : invitation"),
    "appointment_guest_moved": lambda: _("À un invité : rendez-vous déplacé"),
    "appointment_guest_cancelled": lambda: _("À un invité : rendez-vous annulé"),
    "appointment_guest_removed": lambda: _("À un invité : invitation retirée"),
    "appointment_guest_late": lambda: _("À un invité : retard"),
    "appointment_guest_declined": lambda: _("Un invité ne vient pas"),
}
_KINDS = {
    "appointment_to_confirm": lambda: _("Rendez-vous à confirmer"),
    "appointment_confirmed": lambda: _("Rendez-vous confirmé"),
    "appointment_moved": lambda: _("Rendez-vous déplacé"),
    "appointment_cancelled": lambda: _("Rendez-vous annulé"),
    "appointment_released": lambda: _("Créneau rendu, non confirmé"),
    "appointment_late": lambda: _("Retard"),
    "appointment_reminder": lambda: _("Rappel"),
    "appointment_to_prove": lambda: _("Au mandataire : adresse à confirmer"),
    "appointment_for_you": lambda: _("À la personne concernée : à confirmer ou refuser"),
    **TO_OTHERS,
    "mediator_confirmed": lambda: _("Au médiateur : nouveau rendez-vous"),
    "mediator_moved": lambda: _("Au médiateur : rendez-vous déplacé"),
    "mediator_digest": lambda: _("Au médiateur : récapitulatif du jour"),
    "mediator_cancelled": lambda: _("Au médiateur : rendez-vous annulé"),
    "wait_to_confirm": lambda: _("Liste d’attente : adresse à confirmer"),
    "wait_joined": lambda: _("Liste d’attente : entrée"),
    "wait_offered": lambda: _("Liste d’attente : créneau proposé"),
    "wait_ended": lambda: _("Liste d’attente : fin"),
    "standing_invited": lambda: _("Fiche reprise de l’ancien site"),
    "staff_reveals": lambda: _("À l’administration : beaucoup de coordonnées demandées"),
    "support_received": lambda: _("Assistance : message reçu"),
    "support_answer": lambda: _("Assistance : réponse"),
    "support_written": lambda: _("Assistance : message"),
    "support_waiting": lambda: _("À l’administration : un message attend"),
    "intake_to_prove": lambda: _("Saisine : adresse à confirmer"),
    "intake_to_prove_discreet": lambda: _("Saisine : adresse à confirmer, discrète"),
    "intake_news": lambda: _("Saisine : du nouveau"),
    "intake_news_discreet": lambda: _("Saisine : du nouveau, discrète"),
    "intake_noted": lambda: _("Saisine : notée sous la dictée"),
    "intake_noted_discreet": lambda: _("Saisine : notée sous la dictée, discrète"),
    "intake_proposed": lambda: _("Au médiateur : saisine proposée"),
    "intake_gone": lambda: _("Au médiateur : saisine reprise"),
    "intake_to_route": lambda: _("À l’administration : une saisine à orienter"),
}


def in_staff_room(request: HttpRequest) -> AppointmentQuerySet:
    user: User | AnonymousUser = request.user
    return Appointment.objects.in_staff_room(user) if isinstance(user, User) else Appointment.objects.none()


def kind_of(kind: str) -> str:
    """A letter's kind in words; its subject may hold a code."""
    if kind in _KINDS:
        return _KINDS[kind]()
    return _("Compte") if kind.startswith("account") else _("Lettre")
