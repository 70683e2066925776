"""/dois-je-tenter/: is an attempt required before going to court? One question a screen; nothing is kept anywhere.

Answers travel in the form, from screen to screen, and never in an address: amounts and days are nobody else’s business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allomediateur.content import rulebook
from allomediateur.law import asking
from allomediateur.law.answering import prior_attempt
from allomediateur.law.asking import BY_ID, QUESTIONS, Question, Reply
from allomediateur.law.facts import Facts, Fault, faults
from allomediateur.law.tables import Tables
from allomediateur.scheduling.wall import local_day
from allomediateur.web.public.checker_screens import Posted, Screen
from allomediateur.web.public.verdicts import Verdict
from allomediateur.web.ui.zones import viewer_zone


@dataclass(frozen=True)
class Walk:
    """What was sent, on a day, under the tables of that moment."""

    posted: Posted
    today: date
    tables: Tables

    def way(self, replies: Mapping[str, Reply] | None = None) -> tuple[Question, ...]:
        return asking.path(replies or self.posted.replies, self.tables, self.today)

    def way_to(self, here: Question) -> tuple[Question, ...]:
        """The questions up to that one; whoever makes the form up gets that question alone."""
        replies = self.posted.replies
        way = self.way({**replies, here.id: replies.get(here.id, Reply())})
        return way[: way.index(here) + 1] if here in way else (here,)

    def objections(self, here: Question, way: tuple[Question, ...]) -> list[Fault]:
        """What is wrong with the answer to a question, after those of its way."""
        if wrong := self.posted.wrong.get(here.id):
            return wrong
        if found := [*asking.objections(here, self.posted.replies.get(here.id, Reply()))]:
            return found
        return [replace(fault, name=here.id) for fault in faults(self.facts(way))]

    def earlier(self, question: Question, way: tuple[Question, ...]) -> list[Fault]:
        """The same of an answer that a question comes back with, where it has one."""
        if question.id not in self.posted.replies and question.id not in self.posted.wrong:
            return []
        return self.objections(question, way[: way.index(question) + 1])

    def facts(self, way: tuple[Question, ...]) -> Facts:
        return asking.facts(asking.kept(way, self.posted.replies), self.today)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What awaits one (GET); then the question after, or before, the one that is answered; then the answer."""
    if request.method != "POST":
        return render(request, "public/checker/start.html", {"most": len(QUESTIONS)})
    posted = Posted.of(request.POST)
    walk = Walk(posted, local_day(datetime.now(UTC), viewer_zone(request)), rulebook.current())
    here = BY_ID.get(request.POST.get("question", ""))
    if here is None:
        return _ask(request, posted, (QUESTIONS[0],), QUESTIONS[0])
    way = walk.way_to(here)
    if "revoir" in request.POST:
        return _ask(request, posted, way, here)
    if "retour" in request.POST:
        return _ask(request, posted, way, way[max(0, way.index(here) - 1)])
    if found := walk.objections(here, way):
        return _ask(request, posted, way, here, found)
    way = walk.way()
    after = way[way.index(here) + 1 :] if here in way else way[-1:]
    if after:
        return _ask(request, posted, way, after[0], walk.earlier(after[0], way))
    for number, question in enumerate(way, start=1):
        if found := walk.objections(question, way[:number]):
            return _ask(request, posted, way, question, found)
    return _answer(request, walk, way)


def _ask(
    request: HttpRequest,
    posted: Posted,
    way: tuple[Question, ...],
    question: Question,
    wrong: list[Fault] | None = None,
) -> HttpResponse:
    screen = Screen(question, posted, number=way.index(question) + 1, wrong=tuple(wrong or ()))
    context = {"screen": screen, "page_error": bool(wrong), "most": len(QUESTIONS)} | _other_language(posted)
    return render(request, "public/checker/question.html", context, status=422 if wrong else 200)


def _answer(request: HttpRequest, walk: Walk, way: tuple[Question, ...]) -> HttpResponse:
    told, posted = walk.facts(way), walk.posted
    replies = tuple((question, posted.replies[question.id]) for question in way if question.id in posted.replies)
    verdict = Verdict(prior_attempt(told, walk.tables), told, replies)
    context = {"verdict": verdict, "carried": posted.carried(None), "last": way[-1].id} | _other_language(posted)
    return render(request, "public/checker/answer.html", context)


def _other_language(posted: Posted) -> dict[str, object]:
    """The menu's link to the other language sends a form instead, with all that was said."""
    return {"language_form": "autre-langue", "kept": posted.carried(None)}
