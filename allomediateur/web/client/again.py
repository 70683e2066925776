"""« Confirmez que c’est vous » before a sensitive act: by password, or by letter where there is nothing else."""

import secrets
import time
from typing import Any

from allauth.account import views as theirs
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from allomediateur.web.client.second_factor_forms import MailedCode
from allomediateur.web.ui.limiting import allow, refused_calmly

SENT = "again_code"
MINUTES = 10


@method_decorator(login_required, name="dispatch")
class ByPassword(theirs.ReauthenticateView):
    pass


@method_decorator(login_required, name="dispatch")
class ByLetter(theirs.BaseReauthenticateView):
    """A letter leaves when it is asked for; its code serves here, once, for some minutes."""

    form_class = MailedCode
    template_name = "account/reauthenticate_letter.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_sent": SENT in self.request.session}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "send":
            return _send(request)
        allow(request, "code", f"again {request.user.pk}")
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Form) -> HttpResponse:
        sent = self.request.session.get(SENT, {})
        is_late = time.time() - sent.get("at", 0) > MINUTES * 60
        if is_late or not constant_time_compare(sent["code"], _closed(form.cleaned_data["code"])):
            form.add_error("code", get_adapter().error_messages["incorrect_code"])
            response: HttpResponse = self.form_invalid(form)
            return response
        del self.request.session[SENT]
        record_authentication(self.request, self.request.user, "letter", reauthenticated=True)
        return super().form_valid(form)  # type: ignore[no-any-return]


def _send(request: HttpRequest) -> HttpResponse:
    email = request.user.get_username()
    allow(request, "letter", email)
    code = f"{secrets.randbelow(1_000_000):06}"
    request.session[SENT] = {"code": _closed(code), "at": time.time()}
    get_adapter(request).send_mail("account/email/login_code", email, {"code": code})
    messages.info(request, _("Un code vient de partir par e-mail."))
    return redirect(request.get_full_path())


def _closed(code: str) -> str:
    return salted_hmac("again", code, algorithm="sha256").hexdigest()


by_password = ByPassword.as_view()
by_letter = refused_calmly(ByLetter.as_view())
