from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from allomediateur.configuration import names

SECURITY_KEPT = timedelta(days=180)
PRIVATE = ("/compte/", "/espace/", "/mediateur/", "/administration/", "/rendez-vous/", "/demo/", "/api/")
ROBOTS = "\n".join(["User-agent: *", *(f"Disallow: {prefix}{path}" for path in PRIVATE for prefix in ("", "/en"))])


@require_safe
@cache_control(max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        f"{ROBOTS}\nSitemap: {settings.SITE_URL}{reverse('sitemap')}\n", content_type="text/plain; charset=utf-8"
    )


@require_safe
@cache_control(max_age=86400)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness (RFC 9116)."""
    lines = [
        f"Contact: mailto:{names.value('contact_email')}",
        f"Expires: {datetime.now(UTC) + SECURITY_KEPT:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("img/favicon.svg"))
