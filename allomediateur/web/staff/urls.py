from django.urls import path

from allomediateur.web.staff import views

urlpatterns = [
    path("", views.home, name="staff_home"),
    path("lettres/<int:pk>/essayer/", views.retry, name="staff_retry"),
]
