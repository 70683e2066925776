"""A long text that is sent by somebody whose proof grew old while they wrote: shown again, with where to prove."""

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy

from allomediateur.web.ui import proof

AGAIN = lazy(
    "Vous écrivez depuis longtemps : prouvez de nouveau que c’est vous, dans un autre onglet, puis envoyez de nouveau."
)


def may_keep(request: HttpRequest, form: forms.Form) -> bool:
    """Otherwise the form says what to do, and is not valid any more."""
    if proof.is_recent(request):
        return True
    form.add_error(None, AGAIN)
    return False


def where(request: HttpRequest, form: forms.Form) -> str:
    """Where to prove it, for a form that says so; empty otherwise."""
    asked = form.is_bound and AGAIN in form.non_field_errors()
    return proof.where_to_prove(request, reverse("staff_contents")) if asked else ""
