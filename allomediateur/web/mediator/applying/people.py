"""Whose draft or profile it is, and where its pages are: before being in the list, and once in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.applying import Step
from allomediateur.directory.models import Application, Mediator
from allomediateur.web.mediator.profile import profile_of


@dataclass(frozen=True)
class Base:
    """The addresses of the list of steps, of a step and of a paper; `is_profile` once in the list."""

    is_profile: bool

    @property
    def list_url(self) -> str:
        return reverse("mediator_profile" if self.is_profile else "apply_steps")

    @property
    def photo_url(self) -> str:
        return reverse("mediator_photo" if self.is_profile else "apply_photo")

    def step_url(self, step: Step) -> str:
        return reverse("mediator_profile_step" if self.is_profile else "apply_step", args=[step])

    def paper_url(self, reference: str) -> str:
        return reverse("mediator_paper" if self.is_profile else "apply_paper", args=[reference])


APPLICATION, PROFILE = Base(is_profile=False), Base(is_profile=True)
View = Callable[Concatenate[HttpRequest, Mediator, Base, ...], HttpResponse]


def applicant(view: View) -> Callable[..., HttpResponse]:
    """Gives the view the draft of who is signed in; without one, back to what it takes; in the list, to the profile."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: str) -> HttpResponse:
        found = profile_of(request.user)
        if found is None:
            return HttpResponseRedirect(reverse("apply"))
        if is_in(found):
            return HttpResponseRedirect(reverse("mediator_profile"))
        return view(request, found, APPLICATION, **kwargs)

    return answer


def application_of(mediator: Mediator) -> Application | None:
    return Application.objects.filter(mediator=mediator).first()


def is_in(mediator: Mediator) -> bool:
    """A mediator's account: the pages are those of the space. One taken over from the former site, of whom staff asked
    for more, completes the application as anybody does."""
    application = application_of(mediator)
    return mediator.user.role == User.Role.MEDIATOR and not (application and application.is_open)
