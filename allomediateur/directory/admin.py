"""Reference tables in the admin. Profiles and offices are in agenda's: saving them rebuilds what search reads."""

# mypy: disable-error-code="type-arg"
# Django’s admin and forms take no type arguments at run time.

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from allomediateur.accounts.admin import Traced
from allomediateur.directory import moved, places
from allomediateur.directory.models import Commune, Practice, PracticeMember, Redirect, Specialty


@admin.register(Specialty)
class SpecialtyAdmin(admin.ModelAdmin):
    list_display = ("label_fr", "label_en", "slug", "rank")
    list_editable = ("rank",)
    prepopulated_fields = {"slug": ("label_fr",)}

    def has_delete_permission(self, request: HttpRequest, obj: Specialty | None = None) -> bool:
        """Profiles and addresses of searches bear it: rename it instead."""
        return False


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    """Facts: read only, replaced by `load_communes`."""

    list_display = ("name", "department", "code", "population", "zone")
    search_fields = ("key",)
    list_filter = ("zone",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Commune], search_term: str
    ) -> tuple[QuerySet[Commune], bool]:
        """As visitors search: by the beginning of a name or of a postal code."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=[one.pk for one in places.suggest(search_term, limit=100)]), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False


class RedirectForm(forms.ModelForm):
    def clean_path(self) -> str:
        """As visitors' addresses are compared: a whole address may be pasted."""
        try:
            return moved.path_of(self.cleaned_data["path"])
        except ValueError as wrong:
            raise forms.ValidationError(
                _("Écrivez le chemin de l’ancienne page, par exemple /annuaire/claire-berthier.")
            ) from wrong


@admin.register(Redirect)
class RedirectAdmin(Traced):
    """Addresses of the former site; the import fills them."""

    form = RedirectForm
    list_display = ("path", "mediator")
    list_select_related = ("mediator",)
    search_fields = ("path", "mediator__name")
    raw_id_fields = ("mediator",)


class PracticeMemberInline(admin.TabularInline):
    model = PracticeMember
    extra = 0
    fields = ("mediator", "joined_at")
    readonly_fields = ("mediator", "joined_at")

    def has_add_permission(self, request: HttpRequest, obj: Practice | None = None) -> bool:
        """Mediators join by themselves."""
        return False


@admin.register(Practice)
class PracticeAdmin(Traced):
    list_display = ("name", "slug", "founded_at")
    search_fields = ("name",)
    fields = ("name", "slug", "founded_at")
    readonly_fields = ("founded_at",)
    inlines = (PracticeMemberInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
