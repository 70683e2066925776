"""/compte/: allauth's views under French paths and allauth's names, and the account's own page."""

from allauth.account import views
from django.urls import path

from allomediateur.web.client import account_views, again, looks, own_data, second_factor, sessions, tokens

urlpatterns = [
    path("", account_views.home, name="account_home"),
    path("appareils/", sessions.sessions, name="account_sessions"),
    path("jetons/", tokens.listing, name="account_tokens"),
    path("jetons/nouveau/", tokens.new, name="account_token_new"),
    path("jetons/<int:pk>/retirer/", tokens.revoke, name="account_token_revoke"),
    path("donnees/", own_data.home, name="account_data"),
    path("donnees/fichier/", own_data.export, name="account_export"),
    path("donnees/effacer/", own_data.erase, name="account_erase"),
    path("donnees/consultations/", looks.looks, name="account_looks"),
    path("notice/lue/", own_data.notice_read, name="account_notice_read"),
    path("entrer/", account_views.landing, name="account_landing"),
    path("adresse/", account_views.address, name="account_email"),
    path("connexion/", account_views.login, name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("creer/", views.signup, name="account_signup"),
    path("creer/confirmer/", account_views.email_code, name="account_email_verification_sent"),
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
    path("confirmer/mot-de-passe/", again.by_password, name="account_reauthenticate"),
    path("confirmer/lettre/", again.by_letter, name="account_reauthenticate_letter"),
    path("confirmer/code/", second_factor.again_by_code, name="mfa_reauthenticate"),
    path("confirmer/cle/", second_factor.again_by_key, name="mfa_reauthenticate_webauthn"),
    path("connexion/second-facteur/", second_factor.enter, name="mfa_authenticate"),
    path("connexion/cle/", second_factor.enter_by_key, name="mfa_login_webauthn"),
    path("second-facteur/", second_factor.index, name="mfa_index"),
    path("second-facteur/application/", second_factor.add_app, name="mfa_activate_totp"),
    path("second-facteur/application/retirer/", second_factor.remove_app, name="mfa_deactivate_totp"),
    path("second-facteur/cle/", second_factor.add_key, name="mfa_add_webauthn"),
    path("second-facteur/cle/<int:pk>/retirer/", second_factor.remove_key, name="mfa_remove_webauthn"),
    path("second-facteur/codes/", second_factor.see_codes, name="mfa_view_recovery_codes"),
    path("second-facteur/codes/nouveaux/", second_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("mot-de-passe/change/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
