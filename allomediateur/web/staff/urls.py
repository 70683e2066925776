from django.urls import path

from allomediateur.web.staff import assistance, assistance_call, journal, standing, verification, views, why

urlpatterns = [
    path("", views.home, name="staff_home"),
    path("journal/", journal.journal, name="staff_journal"),
    path("pourquoi/", why.why, name="staff_why"),
    path("lettres/<int:pk>/essayer/", views.retry, name="staff_retry"),
    path("assistance/", assistance.inbox, name="staff_support"),
    path("assistance/appel/", assistance_call.note_call, name="staff_support_call"),
    path("assistance/<slug:reference>/", assistance.thread, name="staff_thread"),
    path("assistance/<slug:reference>/noter/", assistance.note, name="staff_thread_note"),
    path("assistance/<slug:reference>/suivre/", assistance.follow, name="staff_thread_follow"),
    path("verifications/", verification.queue, name="staff_verification"),
    path("verifications/pieces/<int:pk>/", standing.judge, name="staff_judge"),
    path("verifications/decisions/<int:pk>/", standing.second, name="staff_second"),
    path("verifications/documents/<slug:reference>/", standing.document, name="staff_document"),
    path("mediateurs/<int:pk>/photo.jpg", standing.photo, name="staff_photo"),
    path("mediateurs/<int:pk>/", standing.file, name="staff_mediator"),
    path("mediateurs/<int:pk>/accepter/", standing.accept, name="staff_accept"),
    path("mediateurs/<int:pk>/preciser/", standing.more, name="staff_more"),
    path("mediateurs/<int:pk>/lever/", standing.reinstate, name="staff_reinstate"),
    path("mediateurs/<int:pk>/<slug:word>/", standing.propose, name="staff_propose"),
]
