# mypy: disable-error-code="type-arg"
# Django’s admin takes no type arguments at run time.

from datetime import UTC, datetime
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User

admin.site.site_header = admin.site.site_title = settings.BRAND


class UserForm(forms.ModelForm):
    """What would break a person's pages is not accepted."""

    language = forms.ChoiceField(label=_("langue"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("fuseau horaire"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        initial="Europe/Paris",
    )


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Passwords are not shown nor set here: a person chooses their own by letter."""

    form = UserForm
    list_display = ("email", "name", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "phone", "role", "language", "zone", "is_active", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The address, once there, is what signs in: another one is another account."""
        return (*self.readonly_fields, "email") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if not change:
            obj.email = obj.email.lower()
            obj.joined_at = datetime.now(UTC)
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:  # to be proven by the first code; without this row allauth asks for two
            EmailAddress.objects.create(user=obj, email=obj.email, primary=True)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
