"""My account, and where each role lands."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from allauth.account import views as theirs
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from allomediateur.accounts import demo, people, tokens
from allomediateur.accounts.models import User
from allomediateur.agenda import preferences
from allomediateur.web.client.account_forms import ProfileForm
from allomediateur.web.ui.limiting import allow, allow_once, refused_calmly
from allomediateur.web.ui.proof import recently_proven

P = ParamSpec("P")
LANDINGS = {
    User.Role.CLIENT: "client_home",
    User.Role.MEDIATOR: "mediator_week",
    User.Role.SECRETARY: "mediator_week",
    User.Role.STAFF: "staff_home",
}


class LoginView(theirs.LoginView):
    """In the demo, with the people one may enter as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"demo_people": demo.people(), "next_url": context["redirect_field_value"] or ""}
        return context


class LoginCodeView(theirs.ConfirmLoginCodeView):
    """The right code proves the address; whoever set a password before that is not known to be its owner."""

    def form_valid(self, form: Any) -> HttpResponse:
        if self._action == "verify" and self._process.user:
            if not allow_once("login code", f"{self.request.session.session_key} {form.cleaned_data['code']}"):
                return redirect("account_login")
            people.distrust(self._process.user)
        response: HttpResponse = super().form_valid(form)
        return response


def codes_counted(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """A browser tries so many codes an hour, however many requests it makes at once; none opens twice."""

    @refused_calmly
    @wraps(view)
    def answer(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)  # noqa: S101 - said to the type checker
        if request.method == "POST" and request.POST.get("code"):
            allow(request, "code", f"session {request.session.session_key}")
        return view(*args, **kwargs)

    return answer


class AddressView(theirs.EmailView):
    """Another address to sign in with: by the code of a letter sent there; the former one hears of it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Of what allauth does here, only the change."""
        allow(request, "letter", request.POST.get("email", "").strip().lower())
        response: HttpResponse = FormView.post(self, request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        return redirect("account_email_verification_sent")


login = LoginView.as_view()
address = login_required(refused_calmly(recently_proven(AddressView.as_view())))
login_code = codes_counted(LoginCodeView.as_view())
email_code = codes_counted(theirs.email_verification_sent)
password_change = theirs.PasswordChangeView.as_view(success_url=reverse_lazy("account_home"))
password_set = recently_proven(theirs.PasswordSetView.as_view(success_url=reverse_lazy("account_home")))


@require_safe
@login_required
def landing(request: HttpRequest) -> HttpResponse:
    return redirect(LANDINGS[User.Role(request.user.role)])  # type: ignore[union-attr]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def home(request: HttpRequest) -> HttpResponse:
    # A copy: a refused form must not change what the page says of the person.
    form = ProfileForm(request.POST or None, instance=User.objects.get(email=request.user.get_username()))
    if request.method == "POST" and form.is_valid():
        person = form.save()
        if {"language", "zone"} & set(form.changed_data):
            preferences.follow_account(person, timezone.now())
        messages.success(request, _("Vos informations sont enregistrées."))
        return redirect("account_home")
    context = {"form": form, "may_use_tokens": form.instance.role in tokens.ROLES}
    return render(request, "account/home.html", context, status=422 if form.errors else 200)
