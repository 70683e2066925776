"""allauth's letters go through our outbox, its links are SITE_URL's, its new users get our fields."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User
from allomediateur.notify import outbox
from allomediateur.notify.rendering import render
from allomediateur.web.ui.zones import viewer_zone

SHOWN = ("code", "password_reset_url", "email")
SAID = {
    "email_confirmed": _("Votre adresse est confirmée."),
    "email_confirmation_failed": _("Cette adresse est déjà celle d’un autre compte."),
    "logged_out": _("Vous avez quitté votre espace."),
    "password_changed": _("Votre mot de passe est changé."),
    "password_set": _("Votre mot de passe est enregistré."),
}
"""What allauth reports and no page says already; the rest is kept quiet."""
SENT_AGAIN = _("Un autre code vient de partir. Le précédent ne sert plus.")


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, ou recevez un code par e-mail."
        ),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": _("Ce n’est pas le code de la dernière lettre."),
        "too_many_login_attempts": _("Trop d’essais. Attendez quelques minutes, puis recommencez."),
        "rate_limited": _("Trop de demandes à la fois. Attendez une minute, puis recommencez."),
    }

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
        kind = f"account_{template_prefix.rsplit('/', 1)[-1]}"
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        values = {name: context[name] for name in SHOWN if name in context}
        values |= {"email": email, "login_url": absolute("account_login"), "signup_url": absolute("account_signup")}
        values["reset_url"] = absolute("account_reset_password")
        letter = render(kind, language, values)
        with transaction.atomic():
            outbox.post(
                kind=kind, topic="account", to=email, language=language, subject=letter.subject, text=letter.text,
                html=letter.html, now=datetime.now(UTC),
            )  # fmt: skip

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From SITE_URL, whatever Host the request came with."""
        uid, _, secret = key.partition("-")
        return absolute("account_reset_password_from_key", uidb36=uid, key=secret)

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.language = "en" if (get_language() or "fr").startswith("en") else "fr"
        user.zone = viewer_zone(request)
        user.joined_at = datetime.now(UTC)
        saved: User = super().save_user(request, user, form, commit)
        return saved


def absolute(name: str, **kwargs: str) -> str:
    return settings.SITE_URL + reverse(name, kwargs=kwargs)
