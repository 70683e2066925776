"""« Accès par programme »: tokens of one's own for the API, made after a fresh proof, shown once, taken back here."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts import tokens
from allomediateur.accounts.models import ApiToken, User
from allomediateur.accounts.tokens import NameTaken, TooManyTokens
from allomediateur.web.ui import proof, tracing
from allomediateur.web.ui.forms import Checks
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone

LASTS = ((30, lazy("30 jours")), (90, lazy("90 jours")), (365, lazy("un an")))
OVER_SHOWN = 5


class TokenForm(forms.Form):
    name = forms.CharField(
        label=lazy("Nom du programme"),
        max_length=60,
        help_text=lazy("Pour le reconnaître ici plus tard. Exemple : agenda du cabinet"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": lazy("Donnez un nom à ce jeton."),
            "max_length": lazy("Ce nom est trop long : 60 caractères au plus."),
        },
    )
    scopes = forms.MultipleChoiceField(
        label=lazy("Ce qu’il permet"),
        choices=ApiToken.Scope.choices,
        initial=[ApiToken.Scope.READ],
        widget=Checks(),
        error_messages={"required": lazy("Cochez au moins une chose que le programme pourra faire.")},
    )
    days = forms.TypedChoiceField(label=lazy("Durée"), choices=LASTS, initial=90, coerce=int)


def for_programs(view: Callable[Concatenate[HttpRequest, User, ...], HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who may have tokens; to the others there is nothing here."""

    @wraps(view)
    @login_required
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.role not in tokens.ROLES:
            raise Http404
        return view(request, user, **kwargs)

    return answer


@require_safe
@for_programs
def listing(request: HttpRequest, user: User) -> HttpResponse:
    now = datetime.now(UTC)
    live = list(tokens.live(user, now))
    context = {
        "live": [_shown(one) for one in live],
        "over": list(tokens.over(user, now)[:OVER_SHOWN]),
        "may_make": len(live) < tokens.MOST,
        "most": tokens.MOST,
        "lacks_factor": _lacks_factor(user),
        "zone": viewer_zone(request),
        "docs_url": settings.SITE_URL + reverse("api:openapi-view"),
    }
    return render(request, "account/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_programs
@recently_proven
def new(request: HttpRequest, user: User) -> HttpResponse:
    """What the program may do (GET), then its secret, this once (POST)."""
    if _lacks_factor(user):
        return redirect("account_tokens")
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _made(request, user, form.cleaned_data)
        except NameTaken:
            form.add_error("name", _("Un de vos jetons porte déjà ce nom : donnez-en un autre."))
        except TooManyTokens:
            messages.warning(request, _("Vous avez le nombre de jetons permis : retirez-en un d’abord."))
            return redirect("account_tokens")
    return render(request, "account/token_new.html", {"form": form}, status=422 if form.errors else 200)


def _made(request: HttpRequest, user: User, told: dict[str, Any]) -> HttpResponse:
    """The person is told by letter, as for every other way in."""
    with transaction.atomic():
        token, secret = tokens.make(
            user, name=told["name"], scopes=told["scopes"], lasts=timedelta(days=told["days"]), now=datetime.now(UTC)
        )
        get_adapter(request).send_notification_mail("account/email/api_token_made", user)
    context = {
        "token": _shown(token),
        "secret": secret,
        "zone": viewer_zone(request),
        "address": f"{settings.SITE_URL}/api/v1/appointments",
    }
    return render(request, "account/token_made.html", context)


@require_POST
@for_programs
def revoke(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """From the next request on. No proof is asked: it only closes."""
    with transaction.atomic():
        gone = tokens.revoke(user, pk, datetime.now(UTC)) if pk < 2**63 else None
        if gone is None:
            raise Http404
        tracing.act(request, Act.TOKEN_REVOKED, person=user.pk)
    messages.success(request, _("Le jeton « %(name)s » n’ouvre plus rien.") % {"name": gone.name})
    return redirect("account_tokens")


def _lacks_factor(user: User) -> bool:
    return user.needs_second_factor and not proof.has_second_factor(user)


def _shown(token: ApiToken) -> dict[str, Any]:
    return {"token": token, "scopes": [ApiToken.Scope(one).label for one in token.scopes]}
