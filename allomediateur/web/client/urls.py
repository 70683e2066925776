"""/espace/: the client's own appointments, and anybody's own exchanges with the assistance."""

from django.urls import path

from allomediateur.web.client import assistance, views

urlpatterns = [
    path("", views.home, name="client_home"),
    path("rendez-vous/<slug:reference>/", views.appointment, name="client_appointment"),
    path("rendez-vous/<slug:reference>/deplacer/", views.move, name="client_move"),
    path("rendez-vous/<slug:reference>/annuler/", views.cancel, name="client_cancel"),
    path("rendez-vous/<slug:reference>/rendez-vous.ics", views.ics, name="client_ics"),
    path("rendez-vous/<slug:reference>/rendez-vous.pdf", views.pdf, name="client_pdf"),
    path("assistance/", assistance.index, name="client_threads"),
    path("assistance/<slug:reference>/", assistance.thread, name="client_thread"),
    path("assistance/<slug:reference>/clore/", assistance.close, name="client_thread_close"),
]
