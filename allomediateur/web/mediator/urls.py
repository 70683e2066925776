"""/mediateur/: the mediator's own agenda."""

from django.urls import path

from allomediateur.web.mediator import appointments, holidays, openings, week, why

urlpatterns = [
    path("", week.week, name="mediator_week"),
    path("liste/", appointments.listing, name="mediator_list"),
    path("plages/", openings.openings, name="mediator_openings"),
    path("pourquoi/", why.why, name="mediator_why"),
    path("plages/jours-feries/", holidays.switch, name="mediator_holidays"),
    path("rendez-vous/<slug:reference>/", appointments.appointment, name="mediator_appointment"),
    path("rendez-vous/<slug:reference>/annuler/", appointments.cancel, name="mediator_cancel"),
    path("rendez-vous/<slug:reference>/rendez-vous.ics", appointments.ics, name="mediator_ics"),
]
