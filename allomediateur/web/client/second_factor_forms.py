"""allauth's forms of second factors with our words and widgets; a code serves once, whoever asks how many at once."""

# mypy: disable-error-code="type-arg"
# Django’s forms take no type arguments at run time.

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.utils.translation import gettext_lazy as _

from allomediateur.web.client.account_forms import worded
from allomediateur.web.ui.forms import CodeField
from allomediateur.web.ui.limiting import allow_once

APP_CODE_ERRORS = {"required": _("Écrivez les six chiffres que montre l’application, ou un code de secours.")}
ADD_ERRORS = {"required": _("Écrivez les six chiffres que montre l’application.")}
NO_KEY = _("La clé d’accès n’a pas été reconnue. Recommencez ; si elle ne convient pas, choisissez une autre manière.")


class _Code(codes.BaseAuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(
            label=_("Code de l’application, ou code de secours"), max_length=12, error_messages=APP_CODE_ERRORS
        )

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not allow_once("second factor", f"{self.user.pk} {code}"):
            raise get_adapter().validation_error("incorrect_code")
        return code


class Code(_Code, codes.AuthenticateForm):
    pass


class CodeAgain(_Code, codes.ReauthenticateForm):
    pass


class AddApp(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(
            label=_("Code affiché par l’application"), max_length=12, error_messages=ADD_ERRORS
        )


class AddKey(webauthn.AddWebAuthnForm):
    """A passkey: kept by the device and opened by its lock, so that it may sign in alone."""

    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Nom de la clé"), max_length=60, required=False, initial=self.initial["name"],
            help_text=_("Pour la reconnaître dans la liste : « Téléphone », « Ordinateur du cabinet »."),
        )  # fmt: skip
        self.fields["credential"].error_messages = {"required": NO_KEY, "invalid": NO_KEY}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if credential := cleaned.get("credential"):
            response = auth.parse_registration_response(credential).response
            if not response.attestation_object.auth_data.is_user_verified():
                raise get_adapter().validation_error("incorrect_code")
        return cleaned


class Again(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["password"], _("Mot de passe"), "current-password")


class MailedCode(forms.Form):
    """The code of the last letter."""

    code = CodeField(
        label=_("Code reçu par e-mail"), max_length=12,
        error_messages={"required": _("Écrivez le code à six chiffres reçu par e-mail.")},
    )  # fmt: skip
