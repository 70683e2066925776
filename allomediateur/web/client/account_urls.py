"""/compte/: allauth's views under French paths and allauth's names, and the account's own page."""

from allauth.account import views
from django.urls import path
from django.views.generic import RedirectView

from allomediateur.web.client import account_views, sessions

urlpatterns = [
    path("", account_views.home, name="account_home"),
    path("appareils/", sessions.sessions, name="account_sessions"),
    path("entrer/", account_views.landing, name="account_landing"),
    # allauth sends a signed-in person there; one account has one address here.
    path("adresse/", RedirectView.as_view(pattern_name="account_home"), name="account_email"),
    path("connexion/", account_views.login, name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("creer/", views.signup, name="account_signup"),
    path("creer/confirmer/", views.email_verification_sent, name="account_email_verification_sent"),
    path("code/", views.request_login_code, name="account_request_login_code"),
    path("code/confirmer/", account_views.login_code, name="account_confirm_login_code"),
    path("ferme/", views.account_inactive, name="account_inactive"),
    path("mot-de-passe/", account_views.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account_views.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/oublie/<slug:uidb36>/<str:key>/",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("mot-de-passe/change/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
