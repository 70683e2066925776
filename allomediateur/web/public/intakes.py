"""/saisine/: a situation told, one idea a screen, each answer kept as it is given; read again before it leaves."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allomediateur.accounts.models import User
from allomediateur.cases import drafting, overdue
from allomediateur.cases.compartments.actors import Account, Actor, Holder
from allomediateur.cases.compartments.gate import ChangedMeanwhile
from allomediateur.cases.drafting import Draft, NotDraft
from allomediateur.cases.models import Intake
from allomediateur.cases.questionnaire import reading, summaries, walking
from allomediateur.cases.questionnaire.outcomes import outcome
from allomediateur.cases.questionnaire.reading import Given
from allomediateur.cases.questionnaire.shapes import Screen, Text
from allomediateur.directory.models import Mediator
from allomediateur.scheduling.wall import local_day
from allomediateur.web.public import intake_following, intake_places
from allomediateur.web.ui import intake, intake_fields
from allomediateur.web.ui.intake import Seat
from allomediateur.web.ui.limiting import allow, refused_calmly
from allomediateur.web.ui.zones import viewer_zone

View = Callable[..., HttpResponse]
ROLES = ("relative", "lawyer", "judge", "social_worker", "organisation")
"""Who acts for somebody else begins from its own button."""
AGAIN = "verifier"


def private(view: View) -> View:
    """Nothing of it is kept by a browser or a proxy, nor told to another site."""

    @wraps(view)
    def answer(request: HttpRequest, **told: str) -> HttpResponse:
        response = view(request, **told)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(answer)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
def start(request: HttpRequest) -> HttpResponse:
    """What awaits one (GET); a new request begins, for the mediator whose page one comes from (POST)."""
    now = datetime.now(UTC)
    wanted = _wanted(request, now)
    own = intake.own(request, now)
    if request.method != "POST":
        drafts = [one for one in own if one.state == Intake.State.DRAFT]
        context = {"wanted": wanted, "own": own, "drafts": drafts, "zone": viewer_zone(request), "roles": ROLES}
        return render(request, "public/intake/start.html", context)
    allow(request, "intake")
    made, writer = _begin(request, now)
    if wanted:
        drafting.choose(made, wanted, now)
    if (role := request.POST.get("role", "")) in ROLES:
        drafting.save(drafting.read(made, writer, now=now), {"role": role}, seen={}, now=now)
    return redirect("intake", reference=made.reference)


def _begin(request: HttpRequest, now: datetime) -> tuple[Intake, Actor]:
    """An account's own, or whoever holds the secret that this browser keeps."""
    language = (get_language() or "fr")[:2]
    with transaction.atomic():
        if isinstance(request.user, User):
            writer: Account | Holder = Account.of(request.user)
            return drafting.begin(writer, language=language, zone=viewer_zone(request), now=now), writer
        token, holder = Holder.new()
        made = drafting.begin(holder, language=language, zone=viewer_zone(request), now=now)
        intake.remember(request, made.reference, token)
        return made, holder


def _wanted(request: HttpRequest, now: datetime) -> Mediator | None:
    slug = (request.POST if request.method == "POST" else request.GET).get("mediateur", "")
    return Mediator.objects.bookable(now).filter(slug=slug.replace("\x00", "")[:80]).first() if slug else None


@private
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where it stands: to go on with, or on its way."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if not seat.intake.is_written:
        return intake_following.page(request, seat, now)
    draft = seat.draft(now)
    if not draft.answers:
        return redirect("intake_screen", reference=reference, screen=draft.questionnaire.screens[0].id)
    going = walking.next_screen(draft.questionnaire, draft.answers)
    context = _facts(seat, draft) | {
        "on_url": _address(reference, going), "progress": _progress(draft, going), "zone": viewer_zone(request),
        "is_over": going is None,
    }  # fmt: skip
    return render(request, "public/intake/draft.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, reference: str, screen: str) -> HttpResponse:
    """One idea: its questions (GET), or what was answered to them (POST)."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if not seat.intake.is_written:
        return redirect("intake", reference=reference)
    draft = seat.draft(now)
    found = next((one for one in walking.path(draft.questionnaire, draft.answers) if one.id == screen), None)
    if found is None:
        return redirect(_address(reference, walking.next_screen(draft.questionnaire, draft.answers)))
    if request.method != "POST":
        return _screen(request, seat, draft, found, _told(draft, found))
    return _answered(request, seat, draft, found, now)


def _told(draft: Draft, shown: Screen) -> dict[str, tuple[str, ...]]:
    """The form's values for what was answered before; a commune by its name."""
    places = {
        one.id: (str(answer["name"]),)
        for one in shown.questions
        if isinstance(answer := draft.answers.get(one.id), dict) and "name" in answer
    }
    return reading.fill(shown, draft.answers) | places


def _answered(request: HttpRequest, seat: Seat, draft: Draft, shown: Screen, now: datetime) -> HttpResponse:
    """What is right is kept at once, beside what is not."""
    posted = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    given = reading.validate(
        draft.questionnaire, shown, posted, answers=draft.answers, today=_today(request, now),
        communes=intake_places.communes,
    )  # fmt: skip
    if "plus" in posted:
        return _screen(request, seat, draft, shown, given.typed, more=True)
    try:
        drafting.save(draft, given.answers, seen=_seen(request.POST.get("vu", "")), now=now)
    except ChangedMeanwhile as changed:
        fresh = intake.seat(request, seat.intake.reference, now).draft(now)
        return _changed(request, seat, fresh, shown, given, drafting.question_of(changed.name))
    except NotDraft:
        return redirect("intake", reference=seat.intake.reference)
    fresh = seat.draft(now)
    if not given.is_right:
        return _screen(request, seat, fresh, shown, given.typed, given, status=422)
    return redirect(_next(request, fresh, shown))


def _next(request: HttpRequest, draft: Draft, shown: Screen) -> str:
    """The one that follows; back to the reading, for who came from there and has nothing more to answer."""
    reference = draft.intake.reference
    if request.POST.get("retour") == AGAIN and outcome(draft.questionnaire, draft.answers).can_be_sent:
        return reverse("intake_check", args=[reference])
    after = walking.next_screen(draft.questionnaire, draft.answers, after=shown.id)
    return _address(reference, after)


def _address(reference: str, shown: Screen | None) -> str:
    if shown is None:
        return reverse("intake_check", args=[reference])
    return reverse("intake_screen", args=[reference, shown.id])


def _screen(
    request: HttpRequest,
    seat: Seat,
    draft: Draft,
    shown: Screen,
    typed: dict[str, tuple[str, ...]],
    given: Given | None = None,
    *,
    more: bool = False,
    status: int = 200,
    changed: str = "",
    kept: tuple[str, ...] = (),
) -> HttpResponse:
    language = get_language() or "fr"
    questions = walking.asked(draft.questionnaire, shown, draft.answers)
    faults = given.faults if given and not changed else ()
    back = walking.previous_screen(draft.questionnaire, draft.answers, shown.id)
    after = walking.next_screen(draft.questionnaire, draft.answers, after=shown.id)
    progress = walking.progress(draft.questionnaire, draft.answers, shown)
    context = _facts(seat, draft) | {
        "screen": shown, "title": shown.heading.of(language), "body": _texts(shown.body),
        "points": _texts(shown.points), "progress": progress, "section_title": progress.section.title.of(language),
        "helplines": [(one.number, one.label.of(language)) for one in shown.helplines],
        "links": [(one.label.of(language), intake_places.address(one.name)) for one in shown.links],
        "fields": intake_fields.fields(draft.questionnaire, questions, typed, faults, language, more=more),
        "faults": [(one.name, one.message.of(language)) for one in faults],
        "page_error": bool(faults) or status == 409,
        "seen": " ".join(f"{one.id}:{draft.versions.get(one.id, 0)}" for one in questions),
        "back_url": _back(request, seat, back), "next_url": _address(seat.intake.reference, after),
        "again": request.GET.get("retour") or request.POST.get("retour") or "",
        "changed": changed, "kept": kept,
    }  # fmt: skip
    return render(request, "public/intake/screen.html", context, status=status)


def _changed(
    request: HttpRequest, seat: Seat, draft: Draft, shown: Screen, given: Given, question: str
) -> HttpResponse:  # fmt: skip
    """Another window answered meanwhile: both are shown, and sending again takes the place of what is kept."""
    language = get_language() or "fr"
    _at, asked = draft.questionnaire.by_question[question]
    kept: tuple[str, ...] = ()
    if question in draft.answers:
        kept = summaries.in_words(asked, draft.answers[question], language)
    words = asked.label.of(language)
    return _screen(request, seat, draft, shown, given.typed, given, status=409, changed=words, kept=kept)


def _back(request: HttpRequest, seat: Seat, before: Screen | None) -> str:
    if request.GET.get("retour") == AGAIN:
        return reverse("intake_check", args=[seat.intake.reference])
    return _address(seat.intake.reference, before) if before else reverse("intake_start")


@private
@require_safe
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """All that was answered, to be read again before it leaves."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if not seat.intake.is_written:
        return redirect("intake", reference=reference)
    draft = seat.draft(now)
    reached = outcome(draft.questionnaire, draft.answers)
    context = _facts(seat, draft) | {
        "parts": summaries.summary(draft.questionnaire, draft.answers, language=get_language() or "fr"),
        "reached": reached, "on_url": _address(reference, walking.next_screen(draft.questionnaire, draft.answers)),
        "again": AGAIN,
    }  # fmt: skip
    return render(request, "public/intake/check.html", context)


@private
@require_safe
def printed(request: HttpRequest, reference: str) -> HttpResponse:
    """What one has told, on paper: one's own words, for oneself."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    parts = intake_following.own_words(seat, now, get_language() or "fr")
    context = {"intake": seat.intake, "parts": parts, "zone": viewer_zone(request)}
    return render(request, "public/intake/print.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, reference: str) -> HttpResponse:
    """A draft destroyed with its key: asked (GET), done (POST)."""
    now = datetime.now(UTC)
    seat = intake.seat(request, reference, now)
    if not seat.intake.is_written:
        return redirect("intake", reference=reference)
    if request.method == "POST":
        overdue.forget(Q(pk=seat.intake.pk, state=Intake.State.DRAFT), now)
        intake.forget(request, reference)
        messages.success(request, _("Votre brouillon est effacé. Rien n’en est gardé."))
        return redirect("intake_start")
    return render(request, "public/intake/erase.html", {"intake": seat.intake})


def _facts(seat: Seat, draft: Draft) -> dict[str, Any]:
    return {
        "intake": seat.intake, "is_noting": seat.is_noting,
        "is_careful": outcome(draft.questionnaire, draft.answers).is_in_danger,
    }  # fmt: skip


def _progress(draft: Draft, going: Screen | None) -> walking.Progress | None:
    return walking.progress(draft.questionnaire, draft.answers, going) if going else None


def _texts(texts: tuple[Text, ...]) -> list[str]:
    language = get_language() or "fr"
    return [one.of(language) for one in texts]


def _today(request: HttpRequest, now: datetime) -> date:
    return local_day(now, viewer_zone(request))


def _seen(text: str) -> dict[str, int]:
    """The versions that a form was drawn from; what is no such thing is left out."""
    pairs = (one.partition(":") for one in text.split()[:60])
    return {name: int(number) for name, _colon, number in pairs if number.isdecimal() and len(number) < 9}
