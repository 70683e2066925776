"""The contact button at the bottom of a mediator's page: by POST, counted, beyond a budget a page that says so."""

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.limits import TooMany
from allomediateur.accounts.models import User
from allomediateur.directory import revealing
from allomediateur.web.public import browsers
from allomediateur.web.public.choosing import listed
from allomediateur.web.ui import tracing
from allomediateur.web.ui.limiting import allow, network, too_many
from allomediateur.web.ui.pages import render_page
from allomediateur.web.ui.tracing import Act


@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest, slug: str) -> HttpResponse:
    """Phone, e-mail and addresses, in place or on a page of their own; an address that was only read leads back."""
    now = datetime.now(UTC)
    mediator = listed(slug, now)
    if not mediator.rights_at(now).contact_button:
        raise Http404
    if request.method != "POST":
        return redirect("mediator", slug=mediator.slug)
    user = request.user if isinstance(request.user, User) else None
    try:
        _allow(request, user)
    except TooMany as many:
        if user or many.scope == "reveal_network":
            revealing.tell_staff(now)
        return _unkept(too_many(request, many))
    contact = revealing.reveal(mediator, user=user, network=network(request), now=now)
    if user:
        tracing.act(request, Act.REVEALED, thing=f"mediator:{mediator.slug}")
    context = {"mediator": mediator, "contact": contact}
    return _unkept(render_page(request, "public/contact.html", "public/mediator/_contact.html", context))


def _allow(request: HttpRequest, user: User | None) -> None:
    """One more from that network and for that person: the account, else the browser. Raises TooMany."""
    allow(request, "reveal_network")
    allow(
        request,
        "reveal",
        str(user.pk) if user else browsers.token(request, request.POST.get("csrfmiddlewaretoken", "")),
    )


def _unkept(answer: HttpResponse) -> HttpResponse:
    """By no cache and no index."""
    patch_cache_control(answer, private=True, no_store=True)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
