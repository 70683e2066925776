"""The answers kept ready. Threads are not here: /administration/assistance/ shows them, and writes down who looks."""

# mypy: disable-error-code="type-arg"
# Django’s admin and forms take no type arguments at run time.

from django.contrib import admin

from allomediateur.accounts.admin import Traced
from allomediateur.support.models import Canned


@admin.register(Canned)
class CannedAdmin(Traced):
    list_display = ("title", "rank")
    list_editable = ("rank",)
