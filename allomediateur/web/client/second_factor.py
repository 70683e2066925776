"""/compte/second-facteur/: the application, the passkeys and the recovery codes that open what a password alone does
not. allauth does the work; what is ours is said here."""

import json
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from allomediateur.web.ui import proof
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.zones import viewer_zone

INDEX = reverse_lazy("mfa_index")
CODES = reverse_lazy("mfa_view_recovery_codes")
Type = Authenticator.Type


class Index(base.IndexView):
    """What one has; and, for who must have one, why."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        return context | {
            "zone": viewer_zone(self.request),
            "has_factor": proof.has_second_factor(user),
            "is_missing": user.needs_second_factor and not proof.has_second_factor(user),
            "app": context["authenticators"].get(Type.TOTP),
            "keys": context["authenticators"].get(Type.WEBAUTHN, []),
            "codes": context["authenticators"].get(Type.RECOVERY_CODES),
        }


class Enter(base.AuthenticateView):
    """The second step of signing in: by what this person has."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        own = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        options = context["js_data"]["request_options"]
        return context | {
            "has_key": Type.WEBAUTHN in own, "has_code": own - {Type.WEBAUTHN}, "options": json.dumps(options),
        }  # fmt: skip


class AddApp(totp.ActivateTOTPView):
    success_url = INDEX

    def form_valid(self, form: Form) -> HttpResponse:
        """The code just typed is a proof too."""
        response: HttpResponse = super().form_valid(form)
        _proven(self.request, Type.TOTP)
        return response


class RemoveApp(totp.DeactivateTOTPView):
    pass


class AddKey(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") or context["form"]
        return context | {"options": json.dumps(auth.begin_registration(self.request.user, True))}

    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        _proven(self.request, Type.WEBAUTHN)
        return response


class RemoveKey(webauthn.RemoveWebAuthnView):
    success_url = INDEX

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.warning(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect(INDEX)
        response: HttpResponse = super().form_valid(form)
        return response


class AgainByKey(webauthn.ReauthenticateWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"options": json.dumps(context["js_data"]["request_options"])}

    def form_invalid(self, form: Form) -> HttpResponse:
        messages.error(self.request, str(form.errors["credential"][0]))
        return redirect(self.request.get_full_path())


def _proven(request: HttpRequest, kind: str) -> None:
    own = Authenticator.objects.filter(user=request.user, type=kind).latest("pk")
    record_authentication(request, request.user, "mfa", id=own.pk, type=kind, reauthenticated=True)


index = Index.as_view()
enter = Enter.as_view()
again_by_code = base.reauthenticate
add_app = recently_proven(AddApp.as_view())
remove_app = recently_proven(RemoveApp.as_view())
add_key = recently_proven(AddKey.as_view())
remove_key = recently_proven(RemoveKey.as_view())
again_by_key = AgainByKey.as_view()
enter_by_key = webauthn.login_webauthn
see_codes = recently_proven(recovery.view_recovery_codes)
new_codes = recently_proven(recovery.generate_recovery_codes)
