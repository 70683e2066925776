"""Where one is signed in, and out again from afar."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from allomediateur.web.client.devices import device
from allomediateur.web.ui import tracing
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone


@dataclass(frozen=True)
class Shown:
    """A session: `device` as people know it, `network` whence it was opened."""

    pk: int
    device: str
    network: str
    since: datetime
    is_current: bool


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """The list (GET); one of them ended, or all but this one (POST)."""
    # One opened before this list was kept is on it from now on.
    UserSession.objects.create_from_request(request)
    own = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        return _end(request, own)
    shown = [
        Shown(one.pk, device(one.user_agent), one.ip, one.created_at, one.is_current())
        for one in sorted(own, key=lambda one: (not one.is_current(), -one.pk))
    ]
    return render(request, "account/sessions.html", {"sessions": shown, "zone": viewer_zone(request)})


def _end(request: HttpRequest, own: list[UserSession]) -> HttpResponse:
    others = [one for one in own if not one.is_current()]
    asked = others if "autres" in request.POST else [one for one in others if str(one.pk) == request.POST.get("fermer")]
    for one in asked:
        one.end()
    if asked:
        tracing.act(request, Act.SIGNED_OUT, person=request.user.pk, detail=str(len(asked)))
        said = ngettext("%(count)s appareil est déconnecté.", "%(count)s appareils sont déconnectés.", len(asked))
        messages.success(request, said % {"count": len(asked)})
    else:
        messages.info(request, _("Cet appareil est déjà déconnecté."))
    return redirect("account_sessions")
