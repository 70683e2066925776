from django.urls import path

from allomediateur.web.staff import views, why

urlpatterns = [
    path("", views.home, name="staff_home"),
    path("pourquoi/", why.why, name="staff_why"),
    path("lettres/<int:pk>/essayer/", views.retry, name="staff_retry"),
]
