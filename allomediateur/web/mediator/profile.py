"""Whose agenda it is: the signed-in mediator's, or one entrusted to a secretary; and on which clock it is read."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment
from allomediateur.directory import entrusting
from allomediateur.directory.models import Mediator
from allomediateur.web.ui.entrusted import FIELD


def with_profile(
    view: Callable[Concatenate[HttpRequest, Mediator, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Gives the view the mediator's profile; an account that has none yet gets a calm page."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        mediator = profile_of(request.user)
        if mediator is None:
            return render(request, "mediator/no_profile.html")
        return view(request, mediator, **kwargs)

    return answer


def with_agenda(
    view: Callable[Concatenate[HttpRequest, Mediator, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """As `with_profile`, and open to the mediator's secretaries too: the agenda, and nothing else.

    They write in the agenda that the form was drawn for, or that the appointment is in; they read the one they last
    chose. Http404 for one that is not entrusted to them.
    """
    of_mediator = with_profile(view)

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or user.role != User.Role.SECRETARY:
            return of_mediator(request, **kwargs)
        own = list(entrusting.agendas_of(user))
        if not own:
            return render(request, "mediator/no_agenda.html")
        mediator = _asked(request, own, kwargs.get("reference", ""))
        request.session[FIELD] = mediator.slug
        request.agenda, request.agendas = mediator, own  # type: ignore[attr-defined]  # read by ui.entrusted
        return view(request, mediator, **kwargs)

    answer.for_secretaries = True  # type: ignore[attr-defined]  # read by the doors
    return answer


def _asked(request: HttpRequest, own: list[Mediator], reference: str) -> Mediator:
    if reference:
        rows = Appointment.objects.filter(reference=reference.replace("\x00", ""), mediator__in=own)
        found = rows.values_list("mediator", flat=True).first()
        mine = [one for one in own if one.pk == found]
    elif request.method == "POST" or FIELD in request.GET:
        mine = [one for one in own if one.slug == request.POST.get(FIELD, request.GET.get(FIELD))]
    else:
        mine = [one for one in own if one.slug == request.session.get(FIELD)] or own
    if not mine:
        raise Http404
    return mine[0]


def profile_of(user: User | AnonymousUser) -> Mediator | None:
    """With user and offices; None where the administration has not made a profile yet."""
    if not isinstance(user, User):
        return None
    return Mediator.objects.select_related("user").prefetch_related("offices__commune").filter(user=user).first()


def zone_of_agenda(mediator: Mediator) -> str:
    """That of the main office."""
    main = next((office for office in mediator.offices.all() if office.is_main), None)
    return main.zone if main else mediator.user.zone
