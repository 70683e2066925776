"""The door of a secretary's invitation: what is proposed, and the yes of the account that the letter went to."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allomediateur.accounts.models import User
from allomediateur.directory import entrusting
from allomediateur.web.ui import tracing


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Looking (GET) consumes nothing; accepting (POST) asks to be signed in."""
    now, user, problem = timezone.now(), request.user, ""
    try:
        row = entrusting.find(token, now)
        if request.method == "POST" and isinstance(user, User):
            mediator = entrusting.accept(token, user, now)
            tracing.act(
                request, tracing.Act.ENTRUSTED, person=mediator.user_id, thing=f"mediator:{mediator.pk}",
                detail="accepted",
            )  # fmt: skip
            messages.success(request, _("L’agenda de %(name)s vous est confié.") % {"name": mediator.name})
            return redirect("account_landing")
        if request.method == "POST":
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    except entrusting.LinkInvalid:
        return render(request, "public/entrusted.html", status=404)
    except entrusting.OtherAddress:
        problem = _(
            "L’invitation est allée à une autre adresse que celle de ce compte. Déconnectez-vous, puis rouvrez le lien."
        )
    except entrusting.OtherRole:
        problem = _(
            "Ce compte sert déjà à un médiateur, à une candidature ou à l’administration. Demandez que l’invitation "
            "aille à une autre de vos adresses."
        )
    context = {"row": row, "problem": problem, "page_error": bool(problem)}
    return render(request, "public/entrusted.html", context, status=422 if problem else 200)
