# mypy: disable-error-code="type-arg"
# Django’s admin takes no type arguments at run time.

from django.contrib import admin
from django.http import HttpRequest

from allomediateur.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Passwords are not shown nor set here: a person chooses their own by letter."""

    list_display = ("email", "name", "role", "is_active", "joined_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    fields = ("email", "name", "phone", "role", "language", "zone", "is_active", "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
