"""/devenir-mediateur/: the way into the list."""

from django.urls import path

from allomediateur.web.mediator.applying import views

urlpatterns = [
    path("", views.landing, name="apply"),
    path("commencer/", views.start, name="apply_start"),
    path("etapes/", views.listing, name="apply_steps"),
    path("etapes/apercu/", views.preview, name="apply_preview"),
    path("etapes/envoyer/", views.submit, name="apply_submit"),
    path("etapes/photo.jpg", views.photo, name="apply_photo"),
    path("etapes/pieces/<slug:reference>/", views.paper, name="apply_paper"),
    path("etapes/<slug:word>/", views.step, name="apply_step"),
]
