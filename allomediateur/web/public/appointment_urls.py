"""/rendez-vous/<token>/: the doors of letters. To be included under that beginning, after /rendez-vous/reserver/."""

from django.urls import path

from allomediateur.web.public import appointment, reminders

urlpatterns = [
    path("<str:token>/", appointment.page, name="appointment"),
    path("<str:token>/confirmer/", appointment.confirm, name="appointment_confirm"),
    path("<str:token>/deplacer/", appointment.move, name="appointment_move"),
    path("<str:token>/annuler/", appointment.cancel, name="appointment_cancel"),
    path("<str:token>/rappels/", reminders.reminders, name="appointment_reminders"),
    path("<str:token>/plus-tot/", appointment.sooner, name="appointment_sooner"),
    path("<str:token>/invites/", appointment.invites, name="appointment_guests"),
    path("<str:token>/reponse/", appointment.answer, name="appointment_answer"),
    path("<str:token>/rendez-vous.ics", appointment.ics, name="appointment_ics"),
    path("<str:token>/rendez-vous.pdf", appointment.pdf, name="appointment_pdf"),
]
