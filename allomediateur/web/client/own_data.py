"""« Mes données »: taken away as a file, or erased with the account."""

import json
from datetime import UTC, datetime
from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts import notices
from allomediateur.accounts.models import User
from allomediateur.privacy import erasing, exporting
from allomediateur.web.ui import tracing
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.proof import recently_proven
from allomediateur.web.ui.tracing import Act
from allomediateur.web.ui.zones import viewer_zone


class EraseForm(forms.Form):
    sure = forms.BooleanField(
        label=lazy("Je veux effacer mon compte ; je sais que cela ne se défait pas"),
        error_messages={"required": lazy("Cochez la case pour effacer le compte.")},
    )


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "account/data.html", {"may_erase": _person(request).role == User.Role.CLIENT})


@require_POST
@login_required
@refused_calmly
@partial(recently_proven, back="account_data")
def export(request: HttpRequest) -> HttpResponse:
    """A JSON file; a few an hour, each on the trail."""
    person = _person(request)
    allow(request, "export", str(person.pk))
    tracing.act(request, Act.EXPORTED, person=person.pk)
    text = json.dumps(exporting.portrait(person, datetime.now(UTC)), ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
    return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@recently_proven
def erase(request: HttpRequest) -> HttpResponse:
    """What it does, then it is done: the account is closed everywhere at once."""
    person, now = _person(request), datetime.now(UTC)
    if person.role != User.Role.CLIENT:
        return redirect("account_data")
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        erasing.erase(person, now)
        logout(request)
        messages.success(request, _("Votre compte est effacé. Une dernière lettre vous le confirme."))
        return redirect("home")
    context = {"form": form, "to_come": erasing.to_come(person, now), "zone": viewer_zone(request)}
    return render(request, "account/erase.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def notice_read(request: HttpRequest) -> HttpResponse:
    User.objects.filter(pk=_person(request).pk).update(notice=notices.CURRENT)
    return redirect("account_home")


def _person(request: HttpRequest) -> User:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - said to the type checker
    return user
