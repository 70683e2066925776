"""Help first, then a form: a question, or a complaint about a mediator. No account is needed; the answer comes by a
private link in a letter, never in this browser, which may be anybody's."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allomediateur.accounts.idempotency import KeyReused
from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.directory.models import Mediator
from allomediateur.support import asking, doors
from allomediateur.support.asking import Asker
from allomediateur.support.doors import DoorShut
from allomediateur.support.models import Thread
from allomediateur.web.public.assistance_forms import AskForm, ComplainForm
from allomediateur.web.ui import asked_from, threads
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.threads import Visit

View = Callable[[HttpRequest, str], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def ask(request: HttpRequest) -> HttpResponse:
    """Guided help, and the form for what it does not answer."""
    user, now = _person(request), timezone.now()
    if request.method != "POST":
        asked = request.GET.get("sujet", "")
        form = AskForm(user=user, initial=_blank(request) | {"topic": asked if asked in Thread.Topic else ""})
        return render(request, "support/help.html", {"form": form})
    form = AskForm(request.POST, user=user)
    if not form.is_valid():
        return render(request, "support/help.html", {"form": form}, status=422)
    told, asker = form.cleaned_data, _asker(form, user)
    _limit(request, asker)
    try:
        thread = asking.ask(
            asker, told["topic"], told["text"], now=now, key=told["key"], context=asked_from.place(told["context"])
        )  # fmt: skip
    except KeyReused:
        return redirect("support")
    return _sent(request, thread)


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def complain(request: HttpRequest, slug: str) -> HttpResponse:
    """What the ethics code asks, who reads a complaint, what may follow; then the form."""
    user, now = _person(request), timezone.now()
    mediator = _may_be_complained_of(slug, user, now)
    form = ComplainForm(request.POST, user=user) if request.method == "POST" else None
    asked = {"appointment": request.GET.get("rendez-vous", "")[:22]}
    if form is None or not form.is_valid():
        context = {"mediator": mediator, "form": form or ComplainForm(user=user, initial=_blank(request) | asked)}
        return render(request, "support/complaint.html", context, status=422 if form else 200)
    told, asker = form.cleaned_data, _asker(form, user)
    _limit(request, asker)
    try:
        thread = asking.complain(
            asker, mediator, told["text"], now=now, key=told["key"], context=asked_from.place(told["context"]),
            appointment=_own_appointment(told["appointment"], mediator, asker),
        )  # fmt: skip
    except KeyReused:
        return redirect("complaint", slug=slug)
    return _sent(request, thread)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next, whoever asks: no address and no link of anybody's."""
    return render(request, "support/sent.html")


def kind_when_shut(view: View) -> View:
    """An unknown, truncated or ended link gets a page that says what to do; nothing here is kept by a cache."""

    @wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, token)
        except DoorShut as shut:
            context = {"ended": shut.ended, "page_error": True}
            return render(request, "support/shut.html", context, status=410 if shut.ended else 404)

    return never_cache(answer)


@kind_when_shut
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def thread(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    return threads.show(request, _visit(token, now), now)


@kind_when_shut
@require_POST
def close(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    return threads.close(request, _visit(token, now), now)


def _visit(token: str, now: datetime) -> Visit:
    """Raises DoorShut."""
    here = reverse("thread", args=[token])
    return Visit(doors.find(token, now), page=here, close=reverse("thread_close", args=[token]))


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _asker(form: AskForm | ComplainForm, user: User | None) -> Asker:
    """Who is signed in writes as themselves, whatever the form says."""
    language = (get_language() or "fr")[:2]
    if user:
        return Asker.of(user, language)
    return Asker(form.cleaned_data["name"], form.cleaned_data["email"], language)


def _blank(request: HttpRequest) -> dict[str, str]:
    return {"context": asked_from.referer(request), "key": secrets.token_urlsafe(16)}


def _limit(request: HttpRequest, asker: Asker) -> None:
    """Raises TooMany. An address that nobody has proven is written to so often and no more."""
    allow(request, "support")
    if asker.user:
        allow(request, "support", f"user {asker.user.pk}")
    else:
        address = asker.email.strip().lower()
        allow(request, "support", f"address {address}")
        allow(request, "letter", address)


def _may_be_complained_of(slug: str, user: User | None, now: datetime) -> Mediator:
    """Who is listed, or whom the person had an appointment with; not oneself. Raises Http404."""
    people = Mediator.objects.select_related("user")
    found = get_object_or_404(people, slug=slug.replace("\x00", "")[:80])
    if user and found.user_id == user.pk:
        raise Http404
    met = user and _appointments(found, Q(user=user)).exists()
    if not met and not Mediator.objects.listed(now).filter(pk=found.pk).exists():
        raise Http404
    return found


def _own_appointment(reference: str, mediator: Mediator, asker: Asker) -> str:
    """That reference, where it is one of theirs with that mediator: by the account, else by the address they give."""
    if asker.user is None:
        who = Q(user=None, email__iexact=asker.email)
    else:
        who = Q(user=asker.user)
    return reference if _appointments(mediator, who).filter(reference=reference).exists() else ""


def _appointments(mediator: Mediator, who: Q) -> QuerySet[Appointment]:
    """Of a client of that mediator; a mediator may be a colleague's client."""
    parties = Participant.objects.filter(who, role=Participant.Role.CLIENT)
    return Appointment.objects.filter(mediator=mediator, pk__in=parties.values("appointment")).exclude(state=State.HELD)


def _sent(request: HttpRequest, thread: Thread) -> HttpResponse:
    if thread.user_id:
        messages.success(
            request, _("Votre message est envoyé. La réponse paraîtra ici, et une lettre vous préviendra.")
        )
        return redirect("client_thread", reference=thread.reference)
    return redirect("support_sent")
