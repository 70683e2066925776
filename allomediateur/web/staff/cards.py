"""What needs a human now. A card is a function of the instant; the next one is a line of CARDS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Appointment, State
from allomediateur.cases.models import Intake
from allomediateur.content import rulebook, versions
from allomediateur.directory import revealing
from allomediateur.notify import delivery, posting, texts, undelivered
from allomediateur.support import waiting
from allomediateur.web.staff import health, verification


@dataclass(frozen=True)
class Card:
    """Shown where `count` is not 0. `tone` is a badge's: ok, wait, off, info, bad."""

    label: str
    count: int
    url: str
    tone: str = "wait"


def silent_worker(now: datetime) -> Card:
    silence = health.worker_silence()
    is_silent = silence is None or silence > health.SILENT_SECONDS
    return Card(_("Tâches de fond qui ne répondent plus"), int(is_silent), _here("envois"), "bad")


def undelivered_letters(now: datetime) -> Card:
    found = undelivered.all_of_them().count()
    return Card(_("Lettres qui ne sont pas arrivées : appeler"), found, _here("lettres"), "bad")


def late_letters(now: datetime) -> Card:
    return Card(_("Lettres en retard d’un quart d’heure"), delivery.late(now), _here("envois"))


def late_texts(now: datetime) -> Card:
    return Card(_("SMS en retard d’un quart d’heure"), texts.late(now), reverse("staff_texts"))


def failed_jobs(now: datetime) -> Card:
    return Card(_("Tâches en échec depuis un mois"), health.jobs()["failed_jobs"], _here("envois"))


def letters_to_print(now: datetime) -> Card:
    return Card(_("Lettres à imprimer"), posting.to_print().count(), reverse("staff_papers"))


def unconfirmed(now: datetime) -> Card:
    waiting = Appointment.objects.filter(state=State.UNCONFIRMED, expires_at__gt=now).count()
    return Card(_("Rendez-vous que la personne n’a pas encore confirmés"), waiting, _list("a-confirmer"), "info")


def contents_to_verify(now: datetime) -> Card:
    found = len(versions.to_verify(now)) + len(rulebook.to_verify(now)) + len(rulebook.unread())
    return Card(_("Pages et règles de droit à vérifier"), found, f"{reverse('staff_contents')}?vue=a-verifier")


def applications(now: datetime) -> Card:
    return Card(_("Candidatures de médiateurs à vérifier"), _waiting("candidatures", now), _verify("candidatures"))


def claims(now: datetime) -> Card:
    return Card(_("Pièces à vérifier"), _waiting("pieces", now), _verify("pieces"))


def second_opinions(now: datetime) -> Card:
    return Card(_("Décisions qui attendent un second avis"), _waiting("decisions", now), _verify("decisions"))


def late_answers(now: datetime) -> Card:
    return Card(_("Réponses de l’assistance en retard"), waiting.counts(now).late, _help("retard=1"), "bad")


def questions(now: datetime) -> Card:
    return Card(_("Échanges de l’assistance à répondre"), waiting.counts(now).to_answer, _help("etat=a-repondre"))


def complaints(now: datetime) -> Card:
    found = waiting.counts(now).complaints
    return Card(_("Réclamations ouvertes"), found, _help("genre=reclamations&etat=ouverts"), "info")


def ends(now: datetime) -> Card:
    return Card(_("Échéances d’ici deux mois, ou passées"), _waiting("echeances", now), _verify("echeances"), "info")


def gathering(now: datetime) -> Card:
    return Card(
        _("Sources qui demandent beaucoup de coordonnées"), revealing.many(now), reverse("staff_reveals"), "bad"
    )


def intakes_to_route(now: datetime) -> Card:
    found = Intake.objects.filter(state=Intake.State.STAFF).count()
    return Card(_("Saisines à orienter"), found, _intakes("a-orienter"))


def intakes_to_tell(now: datetime) -> Card:
    found = Intake.objects.filter(to_tell=True).count()
    return Card(_("Nouvelles à donner de vive voix"), found, _intakes("a-prevenir"))


CARDS: tuple[Callable[[datetime], Card], ...] = (
    silent_worker,
    undelivered_letters,
    late_letters,
    late_texts,
    failed_jobs,
    gathering,
    intakes_to_route,
    intakes_to_tell,
    late_answers,
    questions,
    complaints,
    applications,
    claims,
    second_opinions,
    letters_to_print,
    unconfirmed,
    ends,
    contents_to_verify,
)


def shown(now: datetime) -> Iterator[Card]:
    """Those that have something, in the order of CARDS."""
    return (card for card in (make(now) for make in CARDS) if card.count)


def _here(part: str) -> str:
    return f"{reverse('staff_home')}#{part}"


def _list(view: str) -> str:
    return f"{reverse('staff_appointments')}?vue={view}"


def _intakes(view: str) -> str:
    return f"{reverse('staff_intakes')}?vue={view}"


def _verify(view: str) -> str:
    return f"{reverse('staff_verification')}?vue={view}"


def _help(query: str) -> str:
    return f"{reverse('staff_support')}?{query}"


def _waiting(view: str, now: datetime) -> int:
    return verification.waiting(view, now)
