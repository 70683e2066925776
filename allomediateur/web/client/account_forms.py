"""allauth's forms with our words, our widgets, and errors that say how to mend them."""

# mypy: disable-error-code="type-arg"
# Django’s forms take no type arguments at run time.

from typing import Any

from allauth.account import forms as theirs
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User
from allomediateur.web.ui.forms import CodeField, EmailInput, NameInput
from allomediateur.web.ui.phones import PhoneField
from allomediateur.web.ui.zones import zone_choices

EMAIL_ERRORS = {
    "required": _("Écrivez votre adresse e-mail."),
    "invalid": _("Cette adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"),
}
PASSWORD_ERRORS = {"required": _("Écrivez votre mot de passe.")}
CODE_ERRORS = {"required": _("Écrivez le code à six chiffres reçu par e-mail.")}


def email_field(**attrs: Any) -> forms.EmailField:
    return forms.EmailField(
        label=_("Adresse e-mail"), max_length=254, widget=EmailInput(attrs or None), error_messages=EMAIL_ERRORS
    )


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Prénom et nom"),
        max_length=120,
        widget=NameInput(),
        error_messages={"required": _("Écrivez votre prénom et votre nom.")},
    )


def worded(field: forms.Field, label: Any, autocomplete: str, hint: Any = "") -> None:
    """Our label and no placeholder: it would vanish while one types."""
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
    field.error_messages |= PASSWORD_ERRORS


NEW_PASSWORD_HINT = _("12 caractères ou plus. Une phrase facile à retenir convient très bien.")


class Login(theirs.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field(autocomplete="username")
        worded(self.fields["password"], _("Mot de passe"), "current-password")
        self.fields.pop("remember", None)


class Signup(theirs.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = name_field()
        self.fields["email"] = email_field()
        worded(self.fields["password1"], _("Mot de passe"), "new-password", NEW_PASSWORD_HINT)
        self.order_fields(["name", "email", "password1"])

    def try_save(self, request: HttpRequest) -> Any:
        """A known address costs the same time as an unknown one: hashing tells as much as words."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"] or None)
        return super().try_save(request)


class RequestCode(theirs.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field(autocomplete="username")


class _Code(theirs.BaseConfirmCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField(label=_("Code reçu par e-mail"), max_length=12, error_messages=CODE_ERRORS)


class LoginCode(_Code, theirs.ConfirmLoginCodeForm):
    pass


class EmailCode(_Code, theirs.ConfirmEmailVerificationCodeForm):
    pass


class ChangeAddress(theirs.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field()
        self.fields["email"].label = _("Nouvelle adresse e-mail")


class ResetPassword(theirs.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field(autocomplete="username")


def _two_new(fields: dict[str, forms.Field]) -> None:
    worded(fields["password1"], _("Nouveau mot de passe"), "new-password", NEW_PASSWORD_HINT)
    worded(fields["password2"], _("Le même, encore une fois"), "new-password")


class NewPassword(theirs.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _two_new(self.fields)


class SetPassword(theirs.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _two_new(self.fields)


class ChangePassword(theirs.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        worded(self.fields["oldpassword"], _("Mot de passe actuel"), "current-password")
        _two_new(self.fields)


class ProfileForm(forms.ModelForm):
    """What a person may change about themselves; the address they sign in with is not among it."""

    name = name_field()
    language = forms.ChoiceField(label=_("Langue de nos lettres"), choices=(("fr", "Français"), ("en", "English")))
    zone = forms.ChoiceField(
        label=_("Fuseau horaire"),
        choices=zone_choices,
        help_text=_("Les heures par téléphone et en visio sont montrées dans ce fuseau."),
    )

    class Meta:
        model = User
        fields = ("name", "language", "zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Outside Meta.fields: the table's own validator refuses numbers that no operator has yet.
        self.fields["phone"] = PhoneField(
            zone=self.instance.zone, label=_("Téléphone"), required=False, initial=self.instance.phone
        )
        self.order_fields(["name", "phone", "language", "zone"])

    def save(self, commit: bool = True) -> User:
        self.instance.phone = self.cleaned_data["phone"]
        user: User = super().save(commit)
        return user
