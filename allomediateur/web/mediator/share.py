"""To share one's page: the short address, the QR code, cards to print, a link for one's own site."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allomediateur.agenda import catalogue
from allomediateur.directory import sharing
from allomediateur.directory.models import Mediator
from allomediateur.directory.sharing import Format
from allomediateur.web.mediator.profile import with_profile
from allomediateur.web.ui.appointments import service_name


@require_safe
@with_profile
def share(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """For who may be booked; to the others, why not yet."""
    now = timezone.now()
    context: dict[str, Any] = {"mediator": mediator}
    if mediator.rights_at(now).bookable:
        context |= _shared(mediator, request.GET.get("prestation", ""), now)
    return render(request, "mediator/share.html", context)


def _shared(mediator: Mediator, asked: str, now: datetime) -> dict[str, Any]:
    services = [(one, service_name(one)) for one in catalogue.services(mediator, now)]
    chosen = next((one for one, _name in services if str(one.pk) == asked), None)
    words = _("Prendre rendez-vous avec %(name)s") % {"name": mediator.name}
    return {
        "address": sharing.address(mediator),
        "services": services,
        "chosen": chosen,
        "snippet": sharing.link(mediator, chosen.pk if chosen else None, words),
        "formats": ((Format.CARD, _("Carte de visite, 85 × 55 mm")), (Format.A6, _("Affichette, A6"))),
    }


@require_safe
@with_profile
def card(request: HttpRequest, mediator: Mediator, word: str) -> HttpResponse:
    """The card to print, as PDF. Http404 for another format, and for who may not be booked."""
    now = timezone.now()
    if word not in list(Format) or not mediator.rights_at(now).bookable:
        raise Http404
    answer = HttpResponse(sharing.card(mediator, Format(word), now), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{word}-{mediator.slug}.pdf"'
    return answer
