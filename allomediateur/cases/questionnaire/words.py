"""What the engine itself says, in both languages: errors say how to mend."""

from dataclasses import dataclass

from allomediateur.cases.questionnaire.shapes import Text


@dataclass(frozen=True)
class Commune:
    """`code` is INSEE’s, `name` what people read: « Rennes (35) »."""

    code: str
    name: str


@dataclass(frozen=True)
class Fault:
    """`name` is the form’s field to go back to; `candidates` are communes to choose among."""

    name: str
    question: str
    message: Text
    candidates: tuple[Commune, ...] = ()


CHOOSE = Text("Choisissez une réponse.", "Choose an answer.")
CHOOSE_OR = Text("Choisissez une réponse, ou « {instead} ».", "Choose an answer, or “{instead}”.")
WRITE = Text("Écrivez votre réponse.", "Write your answer.")
WRITE_OR = Text("Écrivez votre réponse, ou cochez « {instead} ».", "Write your answer, or tick “{instead}”.")
BOTH = Text(
    "Vous avez écrit une réponse et coché « {instead} ». Gardez l’une des deux : effacez la réponse, ou décochez.",
    "You wrote an answer and ticked “{instead}”. Keep one of the two: clear the answer, or untick.",
)
ALONE = Text(
    "« {choice} » ne va pas avec une autre réponse. Décochez cette réponse, ou les autres.",
    "“{choice}” does not go with another answer. Untick this answer, or the others.",
)
NOT_OFFERED = Text(
    "Cette réponse n’existe pas dans la liste. Choisissez une des réponses.",
    "This answer is not in the list. Choose one of the answers.",
)
TOO_LONG = Text(
    "Votre texte compte {length} caractères, et nous pouvons en garder {longest}. "
    "Raccourcissez-le, ou gardez la suite pour l’entretien avec le médiateur.",
    "Your text has {length} characters, and we can keep {longest}. "
    "Shorten it, or keep the rest for your meeting with the mediator.",
)
TOO_LONG_SHORT = Text(
    "Votre réponse compte {length} caractères. Écrivez-la en {longest} caractères au plus.",
    "Your answer has {length} characters. Write it in {longest} characters at most.",
)
BAD_DATE = Text(
    "Nous ne comprenons pas cette date. Écrivez le jour, le mois et l’année, par exemple 24/11/2026.",
    "We do not understand this date. Write the day, the month and the year, for example 24/11/2026.",
)
NO_SUCH_DAY = Text(
    "Ce jour n’existe pas dans le calendrier. Vérifiez le jour et le mois.",
    "There is no such day in the calendar. Check the day and the month.",
)
NOT_PAST = Text(
    "Cette date n’est pas encore passée. Vérifiez le jour, le mois et l’année.",
    "This date has not passed yet. Check the day, the month and the year.",
)
NOT_FUTURE = Text(
    "Cette date est déjà passée. Vérifiez le jour, le mois et l’année.",
    "This date has already passed. Check the day, the month and the year.",
)
BAD_MONTH = Text(
    "Nous ne comprenons pas ce mois. Écrivez le mois et l’année, par exemple 03/2025 ou mars 2025.",
    "We do not understand this month. Write the month and the year, for example 03/2025 or March 2025.",
)
BAD_AMOUNT = Text(
    "Nous ne comprenons pas ce montant. Écrivez-le en euros, par exemple 1\u202f234,50.",
    "We do not understand this amount. Write it in euros, for example 1,234.50.",
)
UNCLEAR_AMOUNT = Text(
    "Nous hésitons entre un millier et des centimes. Écrivez par exemple 1\u202f234 ou 1,23.",
    "We hesitate between thousands and cents. Write for example 1234 or 1.23.",
)
LARGE_AMOUNT = Text(
    "Ce montant est trop grand. Vérifiez le nombre de zéros.",
    "This amount is too large. Check the number of zeros.",
)
NO_AMOUNT = Text(
    "Écrivez un montant plus grand que zéro.",
    "Write an amount greater than zero.",
)
BAD_PHONE = Text(
    "Ce numéro n’est pas complet. Exemple : 06 39 98 00 00, ou +596 696 00 00 00 avec l’indicatif du pays.",
    "This number is not complete. Example: 06 39 98 00 00, or +596 696 00 00 00 with the country code.",
)
BAD_EMAIL = Text(
    "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.",
    "This address is not complete. Example: firstname.lastname@example.fr.",
)
UNKNOWN_COMMUNE = Text(
    "Nous ne trouvons pas cette commune. Vérifiez le nom, ou écrivez le code postal.",
    "We cannot find this town. Check the name, or write the postal code.",
)
WHICH_COMMUNE = Text("Plusieurs communes portent ce nom. Laquelle ?", "Several towns have this name. Which one?")
EMPTY_ENTRY = Text(
    "Écrivez au moins ce que vous savez d’une personne, ou cochez « {instead} ».",
    "Write at least what you know about one person, or tick “{instead}”.",
)
TOO_FEW = Text("Il en faut au moins {lowest}.", "At least {lowest} are needed.")
TOO_MANY = Text(
    "Vous avez écrit {count} personnes ; nous en gardons {highest} au plus. "
    "Retirez-en, et ajoutez la suite à votre récit.",
    "You wrote {count} people; we keep {highest} at most. Remove some, and add the rest to your story.",
)
ONE_OF = Text(
    "Donnez au moins un de ces moyens, pour que nous puissions vous répondre.",
    "Give at least one of these, so that we can answer you.",
)
YES_TEXT, NO_TEXT = Text("Oui", "Yes"), Text("Non", "No")
MISSING = Text("À répondre", "To be answered")
NOTHING = Text("Pas de réponse", "No answer")


def filled(text: Text, **values: Text | str) -> Text:
    """The words with their values, each in its language."""
    french = {name: value.fr if isinstance(value, Text) else value for name, value in values.items()}
    english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    return Text(text.fr.format(**french), text.en.format(**english))
