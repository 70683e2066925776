from django.urls import path

from allomediateur.web.staff import journal, views, why

urlpatterns = [
    path("", views.home, name="staff_home"),
    path("journal/", journal.journal, name="staff_journal"),
    path("pourquoi/", why.why, name="staff_why"),
    path("lettres/<int:pk>/essayer/", views.retry, name="staff_retry"),
]
