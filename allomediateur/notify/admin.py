# mypy: disable-error-code="type-arg"
# Django’s admin takes no type arguments at run time.

from django.contrib import admin
from django.http import HttpRequest

from allomediateur.notify.models import Letter, Text


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin):
    """Whether letters went out, never what they say: their texts are between the platform and the person."""

    list_display = ("created_at", "kind", "to", "subject", "sent_at", "parked_at", "bounced_at", "attempts")
    list_filter = ("kind", "sent_at", "parked_at", "bounced_at")
    search_fields = ("to", "topic")
    fields = (
        "kind",
        "topic",
        "to",
        "language",
        "subject",
        "created_at",
        "sent_at",
        "parked_at",
        "attempts",
        "last_error",
        "bounced_at",
        "bounce_status",
        "bounce_reason",
        "dealt_with_at",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False


@admin.register(Text)
class TextAdmin(admin.ModelAdmin):
    """As letters: whether they left, never what they say."""

    list_display = ("created_at", "kind", "to", "parts", "sent_at", "parked_at", "attempts")
    list_filter = ("kind", "sent_at", "parked_at")
    search_fields = ("to", "topic")
    fields = (
        "kind",
        "topic",
        "to",
        "language",
        "parts",
        "created_at",
        "sent_at",
        "parked_at",
        "useless_at",
        "attempts",
        "provider_id",
        "last_error",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Text | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Text | None = None) -> bool:
        return False
