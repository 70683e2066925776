"""The admin of profiles and agendas. A saved profile locks its agenda and rebuilds what search reads, at once."""

# mypy: disable-error-code="type-arg"
# Django’s admin and forms take no type arguments at run time.

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model, URLField
from django.forms import BaseModelFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.admin import Traced, UserAdmin, UserForm
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, effects, listing, locks, states
from allomediateur.agenda.admin_forms import (
    ExceptionForm,
    NamedFormSet,
    OfficeForm,
    OpeningForm,
    ServiceForm,
)
from allomediateur.agenda.models import (
    Agenda,
    Appointment,
    Busy,
    Offer,
    Opening,
    OpeningException,
    Participant,
    Service,
    Transition,
    Wait,
    WaitStep,
)
from allomediateur.directory.models import Application, Mediator, Office

admin.site.unregister(User)


class AccountForm(UserForm):
    """Nobody awaits a mediator whose account is closed, and who has a card in the list keeps the role it needs."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        mediator = Mediator.objects.filter(user=self.instance.pk).first() if self.instance.pk else None
        if mediator:
            self._keep_appointments(mediator)
            self._keep_role()
        return cleaned

    def _keep_appointments(self, mediator: Mediator) -> None:
        if not self.cleaned_data.get("is_active", True) and effects.coming(mediator, timezone.now()):
            self.add_error("is_active", _(
                "Des personnes ont rendez-vous avec ce médiateur. Suspendez-le d’abord, depuis sa vérification : "
                "elles seront prévenues, et d’autres médiateurs leur seront proposés."
            ))  # fmt: skip

    def _keep_role(self) -> None:
        if "role" in self.changed_data and self.initial.get("role") == User.Role.MEDIATOR:
            self.add_error("role", _(
                "Ce compte a une fiche de médiateur : il garde ce rôle. Pour retirer la fiche de la liste, "
                "suspendez-la depuis sa vérification."
            ))  # fmt: skip


@admin.register(User)
class AccountAdmin(UserAdmin):
    """A closed account takes its mediator out of search, and an opened one back in, in the same transaction."""

    form = AccountForm

    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        mediator_ids = list(Mediator.objects.filter(user=obj.pk).values_list("pk", flat=True))
        locks.edit(mediator_ids)
        super().save_model(request, obj, form, change)
        availability.rebuild_many(mediator_ids, timezone.now())


STANDING = (
    "capm_verified", "capm_year", "cpmn_member", "trained_until", "member_until", "insured_until", "ethics_version",
    "ethics_signed_on", "suspended_at",
)  # fmt: skip


class OfficeInline(admin.StackedInline):
    model = Office
    formset = NamedFormSet
    form = OfficeForm
    extra = 0
    autocomplete_fields = ("commune",)


class ServiceInline(admin.StackedInline):
    model = Service
    formset = NamedFormSet
    form = ServiceForm
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Appointments bear it: untick « proposé » instead."""
        return False


class OwnOffices(admin.TabularInline):
    """Rows whose office is one of the mediator's own."""

    formset = NamedFormSet
    extra = 0

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **options: Any
    ) -> "ModelChoiceField[Any] | None":
        if db_field.name == "office" and request.resolver_match:
            mediator_id = request.resolver_match.kwargs.get("object_id")
            options["queryset"] = Office.objects.filter(mediator=mediator_id).select_related("commune")
        return super().formfield_for_foreignkey(db_field, request, **options)


class OpeningInline(OwnOffices):
    model = Opening
    form = OpeningForm


class ExceptionInline(OwnOffices):
    model = OpeningException
    form = ExceptionForm


class BusyInline(admin.TabularInline):
    model = Busy
    formset = NamedFormSet
    extra = 0


@admin.register(Mediator)
class MediatorAdmin(Traced):
    """Keep the profile and the agenda of a mediator; Availability is rebuilt in the same transaction.

    The standing is read here, and decided at /administration/verifications/: some of it takes two people.
    """

    list_display = ("name", "user", "capm_verified", "cpmn_member", "suspended_at")
    list_filter = ("capm_verified", "cpmn_member", ("suspended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("name", "slug", "user__email")
    prepopulated_fields = {"slug": ("name",)}
    raw_id_fields = ("user",)
    readonly_fields = STANDING

    def person_of(self, obj: Mediator) -> int:
        return obj.user_id

    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    filter_horizontal = ("specialties",)
    inlines = (OfficeInline, ServiceInline, OpeningInline, ExceptionInline, BusyInline)

    def save_model(self, request: HttpRequest, obj: Mediator, form: "ModelForm[Mediator]", change: bool) -> None:
        """Django's change page runs in one transaction: the lock holds until Availability is rebuilt."""
        locks.edit([obj.pk] if obj.pk else [])
        super().save_model(request, obj, form, change)
        Agenda.objects.get_or_create(mediator=obj)
        if not change:
            now = timezone.now()
            submitted = Application.State.SUBMITTED
            Application.objects.create(mediator=obj, state=submitted, started_at=now, touched_at=now, submitted_at=now)

    def save_related(
        self,
        request: HttpRequest,
        form: "ModelForm[Mediator]",
        formsets: "list[BaseModelFormSet[Any, Any]]",
        change: bool,
    ) -> None:
        super().save_related(request, form, formsets, change)
        availability.rebuild(form.instance.pk, timezone.now())
        listing.refresh([form.instance.pk])

    def has_delete_permission(self, request: HttpRequest, obj: Mediator | None = None) -> bool:
        """A profile is suspended, never deleted: appointments bear it."""
        return False


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ParticipantInline(ReadOnly, admin.TabularInline):
    model = Participant
    fields = (
        "role", "capacity", "organisation", "name", "email", "phone", "language", "zone", "answer", "remind_by",
        "remind_week", "remind_day", "outcome",
    )  # fmt: skip


class OfferInline(ReadOnly, admin.TabularInline):
    model = Offer
    fields = ("starts_at", "offered_at", "expires_at", "outcome", "ended_at")


class WaitStepInline(ReadOnly, admin.TabularInline):
    model = WaitStep
    fields = ("at", "by", "from_state", "to_state", "reason")


@admin.register(Wait)
class WaitAdmin(ReadOnly, Traced):
    """To look only: a list is entered and left by those who wait."""

    list_display = ("joined_at", "mediator", "modality", "state", "until")
    list_filter = ("state", "modality", "joined_at")
    list_select_related = ("mediator",)
    date_hierarchy = "joined_at"
    search_fields = ("mediator__name", "email", "name")
    exclude = ("reference",)
    inlines = (OfferInline, WaitStepInline)

    def person_of(self, obj: Wait) -> int | None:
        return obj.user_id

    def thing_of(self, obj: Wait) -> str:
        return f"wait:{obj.reference}"


class TransitionInline(ReadOnly, admin.TabularInline):
    model = Transition
    fields = ("at", "by", "from_state", "to_state", "from_start", "reason")


@admin.register(Appointment)
class AppointmentAdmin(ReadOnly, Traced):
    """To look only: appointments change through booking, moving and cancelling."""

    list_display = ("starts_at", "mediator", "service", "modality", "state")
    list_filter = ("state", "modality", "starts_at")
    list_select_related = ("mediator", "service")
    date_hierarchy = "starts_at"
    search_fields = ("mediator__name", "participants__email", "participants__name")
    exclude = ("browser", "reference", "place")
    inlines = (ParticipantInline, TransitionInline)

    def person_of(self, obj: Appointment) -> int | None:
        client = states.client_of(obj)
        return client.user_id if client else None

    def thing_of(self, obj: Appointment) -> str:
        return f"appointment:{obj.reference}"
