from django.urls import path

from allomediateur.web.staff import acting, appointments, book, changes, journal, papers, person, search, views, why

urlpatterns = [
    path("", views.home, name="staff_home"),
    path("journal/", journal.journal, name="staff_journal"),
    path("pourquoi/", why.why, name="staff_why"),
    path("lettres/<int:pk>/essayer/", views.retry, name="staff_retry"),
    path("recherche/", search.search, name="staff_search"),
    path("personnes/<int:pk>/", person.person, name="staff_person"),
    path("rendez-vous/", appointments.listing, name="staff_appointments"),
    path("rendez-vous/<str:reference>/", appointments.appointment, name="staff_appointment"),
    path("rendez-vous/<str:reference>/deplacer/", changes.move, name="staff_move"),
    path("rendez-vous/<str:reference>/annuler/", changes.cancel, name="staff_cancel"),
    path("rendez-vous/<str:reference>/coordonnees/", changes.contact, name="staff_contact"),
    path("rendez-vous/<str:reference>/renvoyer/", changes.send_again, name="staff_send_again"),
    path("agir/terminer/", acting.end, name="staff_act_end"),
    path("agir/personne/<int:pk>/", acting.for_account, name="staff_act_account"),
    path("agir/rendez-vous/<str:reference>/", acting.for_guest, name="staff_act_guest"),
    path("reserver/", book.choose_mediator, name="staff_book"),
    path("reserver/<slug:slug>/", book.book, name="staff_book_slot"),
    path("papier/", papers.papers, name="staff_papers"),
    path("papier/pdf/", papers.to_pdf, name="staff_papers_pdf"),
    path("papier/imprimees/", papers.printed, name="staff_papers_printed"),
]
