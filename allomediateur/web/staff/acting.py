"""« Agir pour … »: begun with a reason by somebody who has just proven who they are, ended by a button or in time."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Participant
from allomediateur.web.staff.reading import in_staff_room
from allomediateur.web.staff.reasons import ReasonFields
from allomediateur.web.ui import acting, proof, tracing
from allomediateur.web.ui.tracing import Act

FOR = (User.Role.CLIENT, User.Role.MEDIATOR)


@require_http_methods(["GET", "HEAD", "POST"])
@proof.recently_proven
def for_account(request: HttpRequest, pk: int) -> HttpResponse:
    """A client's or a mediator's account."""
    person = get_object_or_404(User, pk=pk, role__in=FOR, is_active=True)
    return _begin(request, str(person), person.pk, "", person.role, reverse("staff_person", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@proof.recently_proven
def for_guest(request: HttpRequest, reference: str) -> HttpResponse:
    """The client of an appointment, who has no account."""
    rows = in_staff_room(request).filter(reference=reference)
    party = get_object_or_404(
        Participant, appointment__in=rows, role=Participant.Role.CLIENT, user__isnull=True
    )  # fmt: skip
    return _begin(
        request, party.name, None, reference, User.Role.CLIENT, reverse("staff_appointment", args=[reference])
    )


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    now = datetime.now(UTC)
    former = acting.current(request, now)
    acting.end(request)
    if former:
        tracing.act(request, Act.ACTED_FOR, person=former.user_id, thing=former.thing, detail="end")
        messages.success(request, _("Vous n’agissez plus pour personne."))
    return redirect("staff_home")


def _begin(request: HttpRequest, name: str, user_id: int | None, reference: str, role: str, back: str) -> HttpResponse:
    form = ReasonFields(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        thing = f"user:{user_id}" if user_id else f"appointment:{reference}"
        tracing.act(request, Act.ACTED_FOR, person=user_id, thing=thing, detail=f"begin {form.on_trail()}")
        acting.begin(
            request, user_id=user_id, reference=reference, reason=form.cleaned_data["motif"], now=datetime.now(UTC)
        )
        return HttpResponseRedirect(back)
    context = {"form": form, "name": name, "role": role, "back_url": back, "has_account": user_id is not None}
    return render(request, "staff/act.html", context, status=422 if form.errors else 200)
