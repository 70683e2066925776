"""My account, and where each role lands."""

from typing import Any

from allauth.account import views as theirs
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts import demo
from allomediateur.accounts.models import User
from allomediateur.web.client.account_forms import ProfileForm

LANDINGS = {User.Role.CLIENT: "client_home", User.Role.MEDIATOR: "mediator_week", User.Role.STAFF: "staff_home"}


class LoginView(theirs.LoginView):
    """In the demo, with the people one may enter as."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"demo_people": demo.people(), "next_url": self.request.GET.get("next", "")}
        return context


login = LoginView.as_view()


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
        form.save()
        messages.success(request, _("Vos informations sont enregistrées."))
        return redirect("account_home")
    return render(request, "account/home.html", {"form": form}, status=422 if form.errors else 200)
