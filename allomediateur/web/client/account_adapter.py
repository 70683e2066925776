"""allauth's letters go through our outbox, its links are SITE_URL's, its new users get our fields."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts import notices
from allomediateur.accounts.models import User
from allomediateur.agenda import following
from allomediateur.notify import outbox
from allomediateur.scheduling import wording
from allomediateur.web.client import devices
from allomediateur.web.client.devices import device
from allomediateur.web.ui import tracing
from allomediateur.web.ui.limiting import network
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

SHOWN = ("code", "password_reset_url", "email")
SAID = {
    "email_confirmed": _("Votre adresse est confirmée."),
    "email_confirmation_failed": _("Cette adresse est déjà celle d’un autre compte."),
    "logged_out": _("Vous avez quitté votre espace."),
    "password_changed": _("Votre mot de passe est changé."),
    "password_set": _("Votre mot de passe est enregistré."),
    "totp_activated": _("L’application est ajoutée."),
    "totp_deactivated": _("L’application est retirée."),
    "webauthn_added": _("La clé d’accès est ajoutée."),
    "webauthn_removed": _("La clé d’accès est retirée."),
}
"""What allauth reports and no page says already; the rest is kept quiet."""
ALERTS = {
    "new_device": _("Quelqu’un est entré dans votre compte depuis un appareil que nous ne connaissions pas."),
    "email_changed": _("L’adresse de votre compte a été changée : on n’y entre plus par celle-ci."),
    "password_changed": _("Le mot de passe de votre compte a été changé."),
    "password_set": _("Un mot de passe a été choisi pour votre compte."),
    "password_reset": _("Le mot de passe de votre compte a été changé, par une lettre « Mot de passe oublié »."),
    "totp_activated": _("Une application de codes protège maintenant votre compte."),
    "totp_deactivated": _("L’application de codes ne protège plus votre compte."),
    "webauthn_added": _("Une clé d’accès ouvre maintenant votre compte."),
    "webauthn_removed": _("Une clé d’accès n’ouvre plus votre compte."),
    "recovery_codes_generated": _("De nouveaux codes de secours ont été faits : les anciens n’ouvrent plus rien."),
    "api_token_made": _("Un jeton d’accès par programme a été créé pour votre compte."),
}
"""What the person is told by letter, in case it was not them."""
ACTS = {
    **dict.fromkeys(("password_changed", "password_set", "password_reset"), Act.PASSWORD),
    **dict.fromkeys(("totp_activated", "webauthn_added"), Act.FACTOR_ADDED),
    **dict.fromkeys(("totp_deactivated", "webauthn_removed"), Act.FACTOR_REMOVED),
    "recovery_codes_generated": Act.CODES,
    "api_token_made": Act.TOKEN_MADE,
    "email_changed": Act.ADDRESS,
}
AGAIN = {
    "mfa_reauthenticate:webauthn": _("Par une clé d’accès"),
    "reauthenticate": _("Par votre mot de passe"),
    "mfa_reauthenticate": _("Par un code de l’application, ou un code de secours"),
    "letter": _("Par un code reçu par e-mail"),
}
SENT_AGAIN = _("Un autre code vient de partir. Le précédent ne sert plus.")


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou recevez un code par e-mail."
        ),
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": _("Ce n’est pas le code de la dernière lettre."),
        "too_many_login_attempts": _("Trop d’essais. Attendez quelques minutes, puis recommencez."),
        "rate_limited": _("Trop de demandes à la fois. Attendez une minute, puis recommencez."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Of who came round the proxies we were promised, the address they come from: they share its limits."""
        try:
            return str(super().get_client_ip(request))
        except (ImproperlyConfigured, PermissionDenied):
            return str(request.META.get("REMOTE_ADDR") or "::")

    def is_safe_url(self, url: str | None) -> bool:
        """What cannot be read as an address (`https://[x]/`) leads nowhere; allauth would raise."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """In our words, and only what the page that follows does not say."""
        if message_template:
            name = message_template.rsplit("/", 1)[-1].removesuffix(".txt")
            again = name.endswith("_sent") and request.POST.get("action") == "resend"
            message = str(SENT_AGAIN if again else SAID.get(name, ""))
        if message:
            messages.add_message(request, level, message, extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """`account/email/login_code` becomes our letter `account_login_code`; it sees the few values that it shows."""
        name = template_prefix.rsplit("/", 1)[-1]
        kind = "account_alert" if name in ALERTS else f"account_{name}"
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        values = {name: context[name] for name in SHOWN if name in context}
        if name in ALERTS:
            values |= self._alert(name, context)
        values |= {"email": email, "login_url": absolute("account_login"), "signup_url": absolute("account_signup")}
        values["reset_url"] = absolute("account_reset_password")
        with transaction.atomic():
            outbox.write(kind, topic="account", to=email, language=language, now=datetime.now(UTC), context=values)

    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse:
        """Somebody who enters from a browser not seen before is told by letter."""
        response: HttpResponse = super().post_login(request, user, **told)
        tracing.act(request, Act.SIGNED_IN, by=user, person=user.pk)
        if devices.greet(request, response, user):
            with override(user.language):
                super().send_notification_mail("account/email/new_device", user)
        return response

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """What the person is told is also on the trail; in their language, whatever that of the page."""
        tracing.act(self.request, ACTS[template_prefix.rsplit("/", 1)[-1]], by=user, person=user.pk)
        with override(user.language):
            super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """How to prove again who one is: who has neither password nor second factor, by a letter."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not methods:
            methods = [{"id": "letter", "url": reverse("account_reauthenticate_letter")}]
        easiest = sorted(methods, key=lambda one: list(AGAIN).index(one["id"]))
        return [one | {"description": AGAIN[one["id"]]} for one in easiest]

    def _alert(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """What happened, when and whence: for who did not do it."""
        zone = viewer_zone(self.request)
        return {
            "happened": ALERTS[name], "device": device(context["user_agent"]), "network": network(self.request),
            "when": wording.when(context["timestamp"], zone, get_language() or "fr"),
            "sessions_url": absolute("account_sessions"),
        }  # fmt: skip

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Letters about what is to come follow the account to its new address."""
        is_confirmed: bool = super().confirm_email(request, email_address)
        if is_confirmed:
            following.write_to(email_address.user, datetime.now(UTC))
        return is_confirmed

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From SITE_URL, whatever Host the request came with."""
        uid, _, secret = key.partition("-")
        return absolute("account_reset_password_from_key", uidb36=uid, key=secret)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = "en" if (get_language() or "fr").startswith("en") else "fr"
        user.zone = viewer_zone(request)
        user.joined_at, user.notice = datetime.now(UTC), notices.CURRENT
        saved: User = super().save_user(request, user, form, commit)
        return saved


def absolute(name: str, **kwargs: str) -> str:
    return settings.SITE_URL + reverse(name, kwargs=kwargs)
