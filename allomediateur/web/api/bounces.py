"""POST /api/v1/bounces: a mail server on another machine hands over what came back (docs/operations.md).

The body is the message as it is (message/rfc822), the right to it a secret of the installation. Whatever the message
is, who may is answered alike: nobody learns from here which letters there are.
"""

from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from allomediateur.notify import undelivered
from allomediateur.web.api import problems


@csrf_exempt
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    if not _may(request):
        return problems.answer(403, _("Il faut le secret de l’installation (BOUNCE_SECRET)."))
    try:
        message = request.body
    except RequestDataTooBig:
        return problems.answer(413, _("Ce message est trop gros."))
    undelivered.take_back(message, timezone.now())
    return HttpResponse(status=204)


def _may(request: HttpRequest) -> bool:
    """Without a secret of our own, nobody."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    secret = settings.BOUNCE_SECRET
    return bool(secret) and compare_digest(shown.encode(errors="replace"), secret.encode())
