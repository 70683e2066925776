"""Reference tables in the admin. Profiles and offices are in agenda's: saving them rebuilds what search reads."""

# mypy: disable-error-code="type-arg"
# Django’s admin and forms take no type arguments at run time.

from django.contrib import admin
from django.http import HttpRequest

from allomediateur.directory.models import Commune, Specialty


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
    search_fields = ("key__startswith", "name__istartswith", "code", "postal_codes__contains")
    list_filter = ("zone",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Commune | None = None) -> bool:
        return False
