"""Who the signed-in mediator is, and on which clock the agenda is read."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator


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


def profile_of(user: User | AnonymousUser) -> Mediator | None:
    """With user and offices; None where the administration has not made a profile yet."""
    if not isinstance(user, User):
        return None
    return Mediator.objects.select_related("user").prefetch_related("offices__commune").filter(user=user).first()


def zone_of_agenda(mediator: Mediator) -> str:
    """That of the main office."""
    main = next((office for office in mediator.offices.all() if office.is_main), None)
    return main.zone if main else mediator.user.zone
