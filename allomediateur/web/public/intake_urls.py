"""/saisine/: telling a situation, and following what becomes of it."""

from django.urls import path

from allomediateur.web.public import intake_sending, intakes

urlpatterns = [
    path("", intakes.start, name="intake_start"),
    path("<slug:reference>/", intakes.page, name="intake"),
    path("<slug:reference>/question/<slug:screen>/", intakes.screen, name="intake_screen"),
    path("<slug:reference>/verifier/", intakes.check, name="intake_check"),
    path("<slug:reference>/effacer/", intakes.erase, name="intake_erase"),
    path("<slug:reference>/imprimer/", intakes.printed, name="intake_print"),
    path("<slug:reference>/a-qui/", intake_sending.whom, name="intake_whom"),
    path("<slug:reference>/choisir/", intake_sending.choose, name="intake_choose"),
    path("<slug:reference>/lien/", intake_sending.link, name="intake_link"),
    path("<slug:reference>/lettre/", intake_sending.letter, name="intake_letter"),
    path("<slug:reference>/retirer/", intake_sending.withdraw, name="intake_withdraw"),
    path("<slug:reference>/rendez-vous/", intake_sending.book, name="intake_book"),
]
