"""Accounts, and the admin with the trail: who looked at what and changed which fields, in place of Django's own log."""

# mypy: disable-error-code="type-arg"
# Django’s admin takes no type arguments at run time.

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.notify.admin import LetterAdmin
from allomediateur.notify.models import Letter
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act

admin.site.unregister(Letter)
admin.site.site_header = admin.site.site_title = settings.BRAND


class Traced(admin.ModelAdmin):
    """`person_of` says whose data a row is."""

    def person_of(self, obj: Any) -> int | None:
        return None

    def thing_of(self, obj: Any) -> str:
        return f"{obj._meta.model_name}:{obj.pk}"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            self._look(request, Act.SEEN, self.thing_of(found), self.person_of(found))
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._look(request, Act.LISTED, str(self.opts.model_name), None)
        return super().changelist_view(request, extra_context)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        self._act(request, Act.ADDED, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        self._act(request, Act.CHANGED, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> None:  # type: ignore[override]
        for obj in queryset:
            self._act(request, Act.DELETED, obj, ())

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The trail has it (/administration/journal/)."""
        raise Http404

    def _act(self, request: HttpRequest, act: Act, obj: Model, message: Any) -> None:
        user = _user(request)
        keeping.record(
            act, datetime.now(UTC), actor=user.pk, role=user.role, person=self.person_of(obj),
            thing=self.thing_of(obj), detail=", ".join(fields_of(message)),
        )  # fmt: skip

    def _look(self, request: HttpRequest, act: Act, thing: str, person: int | None) -> None:
        user = _user(request)
        keeping.record_look(datetime.now(UTC), actor=user.pk, role=user.role, person=person, thing=thing, act=act)


def fields_of(message: Any) -> Iterable[str]:
    """Names of what changed, never values."""
    if not isinstance(message, list):
        return []
    found = [field for one in message for told in one.values() for field in told.get("fields", [told.get("name", "")])]
    return [str(one) for one in found if one]


def _user(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the admin is behind a door
    return user


@admin.register(Letter)
class TracedLetterAdmin(Traced, LetterAdmin):
    pass


class UserForm(forms.ModelForm):
    """What would break a person's pages is not accepted."""

    language = forms.ChoiceField(label=_("langue"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("fuseau horaire"),
        choices=lambda: [(name, name) for name in sorted(available_timezones())],
        initial="Europe/Paris",
    )


@admin.register(User)
class UserAdmin(Traced):
    """Passwords are not shown nor set here: a person chooses their own by letter."""

    form = UserForm
    list_display = ("email", "name", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "phone", "role", "language", "zone", "is_active", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")
    actions = ("remove_factors",)

    @admin.action(description=_("Retirer les seconds facteurs (identité vérifiée de vive voix)"))
    def remove_factors(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Not one's own, which the account's page does with a proof."""
        others = queryset.exclude(pk=request.user.pk)
        for user in others:
            people.remove_factors(user, datetime.now(UTC))
            self._act(request, Act.FACTOR_REMOVED, user, ())
        self.message_user(request, _("Seconds facteurs retirés : %(count)s.") % {"count": len(others)})

    def person_of(self, obj: User) -> int:
        return obj.pk

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The address, once there, is what signs in: another one is another account. Nobody shuts themselves out."""
        if obj is None:
            return self.readonly_fields
        own = ("role", "is_active") if obj.pk == request.user.pk else ()
        return (*self.readonly_fields, "email", *own)

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
