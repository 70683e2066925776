"""What people asked the assistance in the demo: new, late, answered, closed, one complaint, one call; ready answers."""

from datetime import datetime, timedelta

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.support import answering, asking
from allomediateur.support.asking import Asker
from allomediateur.support.models import Canned, Thread

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READY = (
    ("Lettres introuvables",
     "Bonjour,\n\nRegardez d’abord dans les courriers indésirables. Si la lettre n’y est pas, dites-moi l’heure de "
     "votre réservation\u00a0: je vérifie si elle est partie.\n\nBien à vous,",
     "Hello,\n\nPlease look in your spam folder first. If the letter is not there, tell me when you booked: I will "
     "check whether it left.\n\nKind regards,"),
    ("Déplacer un rendez-vous",
     "Bonjour,\n\nLa dernière lettre du rendez-vous a un bouton «\u00a0Déplacer\u00a0». Il montre les heures libres du "
     "même médiateur.\n\nBien à vous,",
     "Hello,\n\nThe latest letter about the appointment has a “Move” button. It shows the free times of the same "
     "mediator.\n\nKind regards,"),
    ("Question de droit",
     "Bonjour,\n\nNous ne pouvons pas donner de conseil juridique. Une permanence gratuite d’avocats, ou un "
     "point-justice près de chez vous pourra vous répondre.\n\nBien à vous,",
     "Hello,\n\nWe cannot give legal advice. A free legal clinic (point-justice) near you will be able to answer.\n\n"
     "Kind regards,"),
)  # fmt: skip


def add(alice: User, staff: User, mediator: Mediator, now: datetime) -> None:
    """Around `now`; the mediator is the one somebody complains about."""
    Canned.objects.bulk_create(
        Canned(title=title, text_fr=french, text_en=english, rank=rank)
        for rank, (title, french, english) in enumerate(READY)
    )
    known = Asker.of(alice, "fr")
    _answered(
        asking.ask(known, Thread.Topic.CHANGE, "Puis-je déplacer un rendez-vous deux fois\u00a0?", now=now - 4 * DAY),
        "Bonjour, oui, autant de fois qu’il le faut, jusqu’à l’heure dite sur sa page.", staff, now - 3 * DAY,
    )  # fmt: skip
    asking.ask(
        Asker("Marius Tanguy", "marius.tanguy@example.org", "fr"), Thread.Topic.LETTERS,
        "J’ai réservé hier soir et je n’ai rien reçu. Est-ce que mon heure est perdue\u00a0?", now=now - 2 * HOUR,
        context="/mediateurs/",
    )  # fmt: skip
    late = asking.ask(
        Asker("Nour Haddad", "nour.haddad@example.org", "en"), Thread.Topic.OTHER,
        "Can my sister come with me to the first meeting?", now=now - 6 * DAY,
    )  # fmt: skip
    answering.note(late, "Je demande à la chambre ce qu’elle recommande.", by=staff, now=now - 5 * DAY)
    asking.complain(
        Asker("Élise Carton", "elise.carton@example.org", "fr"), mediator,
        "Le médiateur est arrivé avec une demi-heure de retard et ne s’est pas excusé.", now=now - 5 * HOUR,
    )  # fmt: skip
    asking.note_call(
        Asker("Jeanne Morvan", "", "fr", "+33639980142"), Thread.Topic.BOOK,
        "Elle n’a pas d’ordinateur et cherche quelqu’un qui se déplace, pour une question de clôture.",
        by=staff, now=now - HOUR,
    )  # fmt: skip
    settled = _answered(
        asking.ask(known, Thread.Topic.DATA, "Qui peut voir mon numéro\u00a0?", now=now - 20 * DAY),
        "Le médiateur que vous avez choisi, une fois le rendez-vous confirmé, et nous quand vous demandez de l’aide.",
        staff, now - 19 * DAY,
    )  # fmt: skip
    answering.close(settled, seen=answering.last(settled))


def _answered(thread: Thread, text: str, staff: User, now: datetime) -> Thread:
    answering.reply(thread, text, by=staff, seen=answering.last(thread), now=now)
    return thread
