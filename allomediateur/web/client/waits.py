"""A client's own places in waiting lists: each comes through `visible_to` (a stranger's is not there)."""

from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.models import User
from allomediateur.agenda import waiting
from allomediateur.agenda.models import Transition, Wait
from allomediateur.scheduling.display import visitor_zone
from allomediateur.web.ui import waiting as shared
from allomediateur.web.ui import zones
from allomediateur.web.ui.waiting import Seat


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    return shared.page(request, _seat(request, reference), timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    return shared.leave(request, _seat(request, reference), timezone.now())


def lines(user: User, now: datetime) -> list[dict[str, object]]:
    """Those that wait now, for the list of appointments, in two queries: what for, and until when it is kept for
    those who are offered something."""
    rows = Wait.objects.live(now).visible_to(user).in_order().select_related("mediator", "service", "office")
    return [
        {
            "wait": one, "criteria": shared.criteria(one),
            "offer": next((each for each in one.offers.all() if not each.outcome and now < each.expires_at), None),
        }
        for one in rows.prefetch_related("offers")
    ]  # fmt: skip


def _seat(request: HttpRequest, reference: str) -> Seat:
    user = request.user
    own = Wait.objects.visible_to(user).filter(reference=reference).first() if isinstance(user, User) else None
    # An address is proven by its letter alone.
    if own is None or own.state == Wait.State.UNPROVEN:
        raise Http404
    wait = waiting.read(Q(pk=own.pk))
    return Seat(
        wait=wait,
        hand=Transition.By.CLIENT,
        page=reverse("client_wait", args=[reference]),
        leave=reverse("client_wait_leave", args=[reference]),
        zone=visitor_zone(request.session.get(zones.CHOSEN), wait.zone),
        back=reverse("client_home"),
    )
