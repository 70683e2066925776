"""Every address. French at the root, English under /en/; only pages are translated."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import include, path

from allomediateur.web.api import bounces
from allomediateur.web.api.api import api
from allomediateur.web.staff.health import healthz

admin.site.unregister(Authenticator)  # second factors are nobody's but their owner's
admin.site.unregister(UserSession)  # whence people sign in is theirs to see
admin.site.unregister(Group)  # roles are a column of the account: groups would do nothing

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api/v1/bounces", bounces.take, name="bounces"),
    path("api/v1/", api.urls),
    path("", include("allomediateur.web.public.machine_urls")),
    *i18n_patterns(
        path("", include("allomediateur.web.public.urls")),
        path("compte/", include("allomediateur.web.client.account_urls")),
        path("espace/", include("allomediateur.web.client.urls")),
        path("mediateur/", include("allomediateur.web.mediator.urls")),
        path("devenir-mediateur/", include("allomediateur.web.mediator.applying.urls")),
        path("administration/donnees/", admin.site.urls),
        path("administration/", include("allomediateur.web.staff.urls")),
        prefix_default_language=False,
    ),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("allomediateur.web.public.demo_urls")))

handler400 = "allomediateur.web.ui.errors.bad_request"
handler403 = "allomediateur.web.ui.errors.forbidden"
handler404 = "allomediateur.web.ui.errors.not_found"
handler500 = "allomediateur.web.ui.errors.server_error"
