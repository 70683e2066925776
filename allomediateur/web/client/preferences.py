"""« Mes préférences »: which reminders one wants, and by which way."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.models import User
from allomediateur.agenda import preferences as rules
from allomediateur.web.ui.reminding import ReminderForm
from allomediateur.web.ui.zones import viewer_zone


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    user, now = _user(request), timezone.now()
    wanted = rules.of_account(user)
    form = ReminderForm(request.POST if request.method == "POST" else None, wanted=wanted, number=str(user.phone))
    if request.method == "POST" and form.is_valid():
        rules.choose(user, **form.chosen)
        messages.success(request, _("Vos préférences sont enregistrées."))
        return redirect("client_preferences")
    context = {
        "form": form,
        "coming": rules.expected(Q(user=user), now),
        "zone": viewer_zone(request),
        "is_client": user.role == User.Role.CLIENT,
    }
    return render(request, "client/preferences.html", context, status=422 if form.errors else 200)


def _user(request: HttpRequest) -> User:
    """The doors let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
