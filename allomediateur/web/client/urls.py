"""/espace/: the client's own appointments, and anybody's own exchanges with the assistance."""

from django.urls import path

from allomediateur.web.client import assistance, intakes, preferences, views, waits

urlpatterns = [
    path("", views.home, name="client_home"),
    path("rendez-vous/<slug:reference>/", views.appointment, name="client_appointment"),
    path("rendez-vous/<slug:reference>/deplacer/", views.move, name="client_move"),
    path("rendez-vous/<slug:reference>/annuler/", views.cancel, name="client_cancel"),
    path("rendez-vous/<slug:reference>/invites/", views.invites, name="client_guests"),
    path("rendez-vous/<slug:reference>/reponse/", views.answer, name="client_answer"),
    path("rendez-vous/<slug:reference>/rendez-vous.ics", views.ics, name="client_ics"),
    path("preferences/", preferences.preferences, name="client_preferences"),
    path("rendez-vous/<slug:reference>/plus-tot/", views.sooner, name="client_sooner"),
    path("attentes/<slug:reference>/", waits.page, name="client_wait"),
    path("attentes/<slug:reference>/quitter/", waits.leave, name="client_wait_leave"),
    path("rendez-vous/<slug:reference>/rendez-vous.pdf", views.pdf, name="client_pdf"),
    path("suivi/<slug:reference>/", intakes.page, name="client_intake"),
    path("assistance/", assistance.index, name="client_threads"),
    path("assistance/<slug:reference>/", assistance.thread, name="client_thread"),
    path("assistance/<slug:reference>/clore/", assistance.close, name="client_thread_close"),
]
