"""/suite/<token>/: the door of a letter. Looking through it (GET, a mail scanner too) does nothing; a button does."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allomediateur.cases import links, sending
from allomediateur.cases.compartments.actors import Holder
from allomediateur.cases.compartments.gate import NotMember, Purged
from allomediateur.cases.models import Intake
from allomediateur.cases.sending import Proven
from allomediateur.web.public.intakes import private
from allomediateur.web.ui import intake, proof_of_address


@private
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """The request is taken up again in this browser; an address that was to be proven is."""
    now = datetime.now(UTC)
    try:
        found = links.find(token, now)
    except links.LinkInvalid:
        return render(request, "public/intake/invalid.html", {"page_error": True}, status=404)
    if request.method != "POST":
        context = {"intake": found, "token": token, "proves": sending.proves(found, Holder.of(token))}
        return render(request, "public/intake/resume.html", context)
    try:
        return _entered(request, found, token, sending.prove(found, Holder.of(token), now))
    except (NotMember, Purged):
        return render(request, "public/intake/invalid.html", {"page_error": True}, status=404)


def _entered(request: HttpRequest, found: Intake, token: str, proven: Proven) -> HttpResponse:
    """The account that was just made is entered in the browser that began it; another is to be signed in to."""
    began_here = intake.holds(request, found.reference)
    if proven.user is None:
        intake.remember(request, found.reference, token)
        return redirect("intake", reference=found.reference)
    intake.forget(request, found.reference)
    if proven.created and began_here and not request.user.is_authenticated:
        proof_of_address.sign_in(request, proven.user)
    if request.user.is_authenticated and request.user.pk == proven.user.pk:
        messages.success(request, _("Votre adresse est confirmée."))
        return redirect("intake", reference=found.reference)
    return render(request, "public/intake/proven.html", {"intake": found, "is_new": proven.created})
