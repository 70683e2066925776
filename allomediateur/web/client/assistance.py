"""The exchanges of who is signed in with the assistance, whatever their role. A stranger's are not there (404)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.support.models import Thread
from allomediateur.web.ui import threads
from allomediateur.web.ui.limiting import refused_calmly
from allomediateur.web.ui.threads import Visit
from allomediateur.web.ui.zones import viewer_zone

PER_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = Thread.objects.of(_user(request)).select_related("mediator").order_by("-last_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "support/threads.html", {"page": page, "zone": viewer_zone(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def thread(request: HttpRequest, reference: str) -> HttpResponse:
    return threads.show(request, _visit(request, reference), timezone.now())


@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    return threads.close(request, _visit(request, reference), timezone.now())


def _visit(request: HttpRequest, reference: str) -> Visit:
    rows = Thread.objects.of(_user(request)).select_related("mediator", "user")
    found = get_object_or_404(rows, reference=reference)
    return Visit(
        found,
        page=reverse("client_thread", args=[reference]),
        close=reverse("client_thread_close", args=[reference]),
        back=reverse("client_threads"),
    )


def _user(request: HttpRequest) -> User:
    """The doors let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
