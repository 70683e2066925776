"""The checker's answer as its page draws it, and the ways out of it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.configuration import names
from allomediateur.law import judging, words
from allomediateur.law.answering import Answer, Way
from allomediateur.law.asking import Question, Reply
from allomediateur.law.facts import Attempt, Facts
from allomediateur.law.tables import Need
from allomediateur.law.texts import Text, day, euros
from allomediateur.web.ui import statutes
from allomediateur.web.ui.statutes import Link

WITH_LABEL = Text("{label} : {value}", "{label}: {value}")


@dataclass(frozen=True)
class Out:
    """A way to settle; `url` is empty where there is no page to open."""

    text: str
    url: str
    link: str
    is_external: bool = True


@dataclass(frozen=True)
class Verdict:
    """`replies`: the questions that were asked, and what was answered."""

    answer: Answer
    told: Facts
    replies: tuple[tuple[Question, Reply], ...] = ()

    @cached_property
    def language(self) -> str:
        return get_language() or "fr"

    def _each(self, texts: tuple[Text, ...]) -> list[str]:
        return [one.of(self.language) for one in texts]

    @property
    def title(self) -> str:
        if self.answer.verdict is judging.Verdict.REQUIRED and self.is_done:
            return _("Il faut une tentative, et vous l’avez faite")
        return {
            judging.Verdict.REQUIRED: _("Oui, il faut une tentative avant de saisir le juge"),
            judging.Verdict.EXEMPT: _("Non, vous êtes dispensé de tentative"),
            judging.Verdict.NOT_REQUIRED: _("Non, une tentative n’est pas obligatoire"),
            judging.Verdict.OTHER_SCHEME: _("C’est une autre règle qui s’applique"),
            judging.Verdict.UNCERTAIN: _("Nous ne pouvons pas l’affirmer"),
        }[self.answer.verdict]

    @property
    def is_done(self) -> bool:
        return self.told.attempt in (Attempt.HELD, Attempt.REFUSED_INVITATION)

    @property
    def is_violent(self) -> bool:
        return bool(self.told.violence)

    @property
    def said(self) -> list[tuple[str, str]]:
        """What one has answered, so that the printed page stands by itself."""
        return [(one.title.of(self.language), self._said(one, reply)) for one, reply in self.replies]

    def _said(self, question: Question, reply: Reply) -> str:
        """What was written goes before the choice that says that it is."""
        written = [(label, reply.written[name]) for name, label in question.typed if name in reply.written]
        labels = dict(question.choices)
        parts = [labels[one].begun for one in reply.chosen if one in labels and not (written and one == question.wants)]
        for label, value in written:
            shown = day(value) if isinstance(value, date) else euros(value)
            parts.append(shown if question.wants else WITH_LABEL.filled(label=label, value=shown))
        return ", ".join(one.of(self.language) for one in parts or [words.UNKNOWN.begun])

    @property
    def reasons(self) -> list[str]:
        return self._each(self.answer.reasons)

    @property
    def evidence(self) -> list[str]:
        return self._each(self.answer.evidence)

    @property
    def warnings(self) -> list[str]:
        """That of violence stands first on the page, as a notice."""
        return self._each(self.answer.warnings)[1 if self.is_violent else 0 :]

    @property
    def helplines(self) -> str:
        return self._each(self.answer.warnings)[0] if self.is_violent else ""

    @property
    def lawyer(self) -> list[str]:
        return self._each(self.answer.assistance.sentences)

    @property
    def others(self) -> list[str]:
        return [] if self.answer.lawyer is Need.REQUIRED else self._each(self.answer.assistance.others)

    @property
    def free(self) -> list[Out]:
        return self._ways(is_free=True)

    @property
    def paid(self) -> list[Out]:
        return self._ways(is_free=False)

    def _ways(self, *, is_free: bool) -> list[Out]:
        return [self._way(one.way, one.text) for one in self.answer.alternatives if one.is_free is is_free]

    def _way(self, way: Way, text: Text) -> Out:
        said = text.of(self.language)
        if way is Way.CONCILIATOR:
            return Out(said, self._names["conciliator_site_url"], _("Saisir un conciliateur de justice"))
        if way is Way.CONSUMER_MEDIATOR:
            return Out(said, self._names["consumer_site_url"], _("Trouver le médiateur de la consommation"))
        if way is Way.MEDIATOR:
            return Out(said, reverse("search"), _("Trouver un médiateur"), is_external=False)
        return Out(said, "", "")

    @cached_property
    def _names(self) -> dict[str, str]:
        return names.everything()

    @property
    def articles(self) -> list[Link]:
        return statutes.links(self.answer.articles, self.language)

    @property
    def version(self) -> str:
        """Since when, until when, by which text."""
        found = self.answer.version
        if found is None:
            return _("La règle dépend du jour où le juge est saisi.")
        words = {"source": found.source.of(self.language), "since": self._day(found.since)}
        if found.until is None:
            return _("Règle en vigueur depuis le %(since)s : %(source)s.") % words
        words["until"] = self._day(found.until)
        return _("Règle en vigueur du %(since)s jusqu’à la veille du %(until)s : %(source)s.") % words

    def _day(self, value: date) -> str:
        return day(value).of(self.language)

    @property
    def verified(self) -> str:
        return statutes.verified(self.answer.verified, self.language)
