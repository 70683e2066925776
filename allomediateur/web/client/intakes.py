"""/espace/suivi/: the door of a letter to who has an account, which says nothing of what it leads to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Signed in: there it is, or it is not there."""
    return redirect("intake", reference=reference)
