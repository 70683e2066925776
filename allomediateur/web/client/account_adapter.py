"""allauth's letters go through our outbox, its links are SITE_URL's, its new users get our fields."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from allomediateur.accounts.models import User
from allomediateur.notify import outbox
from allomediateur.notify.rendering import render
from allomediateur.web.ui.zones import viewer_zone

SHOWN = ("code", "password_reset_url", "email")


class Adapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """`account/email/login_code` becomes our letter `account_login_code`; it sees the few values that it shows."""
        kind = f"account_{template_prefix.rsplit('/', 1)[-1]}"
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        values = {name: context[name] for name in SHOWN if name in context}
        values |= {"email": email, "login_url": absolute("account_login"), "signup_url": absolute("account_signup")}
        values["reset_url"] = absolute("account_reset_password")
        letter = render(kind, language, values)
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
