"""/devenir-mediateur/: what it takes, the draft step by step, its preview, sending it. Then /mediateur/profil/."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.models import User
from allomediateur.agenda import applying
from allomediateur.agenda.models import Service
from allomediateur.directory import portraits
from allomediateur.directory.models import Decision, Document, Mediator, Photo
from allomediateur.directory.rights import day_of
from allomediateur.web.mediator.applying import listing as lines
from allomediateur.web.mediator.applying import step_pages, steps
from allomediateur.web.mediator.applying.people import PROFILE, Base, applicant, application_of, is_in
from allomediateur.web.mediator.profile import profile_of, with_profile
from allomediateur.web.ui import papers
from allomediateur.web.ui.limiting import allow, refused_calmly


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """For everybody; who has begun goes on from here."""
    found = profile_of(request.user)
    context = {
        "mediator": found,
        "is_in": bool(found and is_in(found)),
        "may_start": _may_start(request.user),
    }
    return render(request, "mediator/applying/landing.html", context)


def _may_start(user: User | AnonymousUser) -> bool:
    return not isinstance(user, User) or user.role in (User.Role.CLIENT, User.Role.MEDIATOR)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """A draft for who is signed in, or the one there is."""
    assert isinstance(request.user, User)  # noqa: S101 - behind the door
    try:
        applying.start(request.user, timezone.now())
    except applying.NotAnApplicant:
        messages.error(request, _("Ce compte sert déjà à autre chose : candidatez avec un compte à votre nom."))
        return HttpResponseRedirect(reverse("apply"))
    return HttpResponseRedirect(reverse("apply_steps"))


@require_safe
@applicant
def listing(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    """The steps with what is done; what staff asked for, on top."""
    application = application_of(mediator)
    refused = mediator.decisions.filter(kind=Decision.Kind.REFUSED, state=Decision.State.DONE).first()
    context = {"application": application, "refused": refused} | listing_of(mediator, base)
    return render(request, "mediator/applying/list.html", context)


def listing_of(mediator: Mediator, base: Base) -> dict[str, Any]:
    return lines.context(mediator, base, day_of(timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@applicant
def step(request: HttpRequest, mediator: Mediator, base: Base, word: str) -> HttpResponse:
    _allow_file(request)
    return step_pages.answer(request, mediator, base, word)


@require_safe
@applicant
def preview(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    """The page itself, as visitors would see it if all that is claimed were accepted; nothing to press."""
    office = next((one for one in mediator.offices.all() if one.is_main), None)
    digest = portraits.digest_of(mediator)
    mediator.name = mediator.name or _("Votre nom")
    context = {
        "mediator": mediator, "main_office": office, "town": office.district if office else "",
        "services": Service.objects.filter(mediator=mediator, is_active=True),
        "shown_whole": applying.claims_all(mediator),
        "photo": f"{base.photo_url}?v={digest[:8]}" if digest else "",
    }  # fmt: skip
    return render(request, "mediator/applying/preview.html", context)


@require_POST
@applicant
def submit(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    try:
        applying.submit(mediator, timezone.now())
    except applying.NotOpen:
        messages.info(request, _("Votre candidature est déjà envoyée."))
    except applying.Incomplete as lacking:
        messages.error(
            request, _("Il manque encore quelque chose : « %(step)s ».") % {"step": steps.TITLES[lacking.steps[0]]}
        )
        return HttpResponseRedirect(base.step_url(lacking.steps[0]))
    else:
        messages.success(request, _("Votre candidature est envoyée. Une lettre vous le confirme."))
    return HttpResponseRedirect(base.list_url)


@require_safe
@applicant
def paper(request: HttpRequest, mediator: Mediator, base: Base, reference: str) -> HttpResponse:
    return own_paper(mediator, reference)


@require_safe
@applicant
def photo(request: HttpRequest, mediator: Mediator, base: Base) -> HttpResponse:
    return own_photo(request, mediator)


@require_safe
@with_profile
def profile(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    """In the list: the same steps, each changed at once, or verified again."""
    suspension = mediator.decisions.filter(kind=Decision.Kind.SUSPENDED, state=Decision.State.DONE).first()
    context = {
        "suspension": suspension if mediator.suspended_at else None,
        "rights": mediator.rights_at(timezone.now()),
    } | listing_of(mediator, PROFILE)
    return render(request, "mediator/applying/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@with_profile
def profile_step(request: HttpRequest, mediator: Mediator, word: str) -> HttpResponse:
    _allow_file(request)
    return step_pages.answer(request, mediator, PROFILE, word)


@require_safe
@with_profile
def profile_paper(request: HttpRequest, mediator: Mediator, reference: str) -> HttpResponse:
    return own_paper(mediator, reference)


@require_safe
@with_profile
def profile_photo(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    return own_photo(request, mediator)


def own_paper(mediator: Mediator, reference: str) -> HttpResponse:
    """One's own document only."""
    found = Document.objects.filter(credential__mediator=mediator, reference=reference).first()
    if found is None:
        raise Http404
    return papers.download(found)


def own_photo(request: HttpRequest, mediator: Mediator) -> HttpResponse:
    found = Photo.objects.filter(mediator=mediator).first()
    if found is None:
        raise Http404
    return papers.picture(request, found)


def _allow_file(request: HttpRequest) -> None:
    """Pictures are work to decode: so many an hour for each person."""
    if request.method == "POST" and request.FILES:
        allow(request, "file", str(request.user.pk))
