"""/mediateur/: the mediator's own agenda."""

from django.urls import path

from allomediateur.web.mediator import (
    appointments,
    day,
    exceptions,
    grid,
    holidays,
    lines,
    offers,
    offices,
    reserve,
    secretaries,
    share,
    week,
    why,
)
from allomediateur.web.mediator.applying import views as applying

urlpatterns = [
    path("", week.week, name="mediator_week"),
    path("jour/", day.day, name="mediator_day"),
    path("reserver/", reserve.reserve, name="mediator_reserve"),
    path("liste/", appointments.listing, name="mediator_list"),
    path("plages/", grid.openings, name="mediator_openings"),
    path("plages/copier/", grid.copy, name="mediator_copy"),
    path("plages/liste/", lines.lines, name="mediator_lines"),
    path("plages/jours-feries/", holidays.switch, name="mediator_holidays"),
    path("exceptions/", exceptions.exceptions, name="mediator_exceptions"),
    path("exceptions/retirer/", exceptions.remove, name="mediator_exceptions_remove"),
    path("prestations/", offers.services, name="mediator_services"),
    path("prestations/nouvelle/", offers.new_service, name="mediator_service_new"),
    path("prestations/<int:number>/", offers.service, name="mediator_service"),
    path("lieux/", offices.offices, name="mediator_offices"),
    path("partager/", share.share, name="mediator_share"),
    path("partager/<slug:word>.pdf", share.card, name="mediator_card"),
    path("profil/", applying.profile, name="mediator_profile"),
    path("profil/photo.jpg", applying.profile_photo, name="mediator_photo"),
    path("profil/pieces/<slug:reference>/", applying.profile_paper, name="mediator_paper"),
    path("profil/<slug:word>/", applying.profile_step, name="mediator_profile_step"),
    path("agendas/", secretaries.agendas, name="mediator_agendas"),
    path("secretariat/", secretaries.secretaries, name="mediator_secretaries"),
    path("secretariat/<int:pk>/ecrire/", secretaries.again, name="mediator_secretary_again"),
    path("secretariat/<int:pk>/reprendre/", secretaries.end, name="mediator_secretary_end"),
    path("pourquoi/", why.why, name="mediator_why"),
    path("rendez-vous/<slug:reference>/", appointments.appointment, name="mediator_appointment"),
    path("rendez-vous/<slug:reference>/deplacer/", appointments.move, name="mediator_move"),
    path("rendez-vous/<slug:reference>/presence/", appointments.attend, name="mediator_attend"),
    path("rendez-vous/<slug:reference>/retard/", appointments.late, name="mediator_late"),
    path("rendez-vous/<slug:reference>/annuler/", appointments.cancel, name="mediator_cancel"),
    path("rendez-vous/<slug:reference>/rendez-vous.ics", appointments.ics, name="mediator_ics"),
]
