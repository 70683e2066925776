"""What the calculators say, in both languages."""

from allomediateur.law.texts import Text
from allomediateur.law.words import FAR_DATE

__all__ = ["FAR_DATE"]

TOO_OLD = Text(
    "Nous ne connaissons pas la règle d’une date aussi ancienne.",
    "We do not know the rule of a date that old.",
)

# Limitation
AGREED = Text(
    "{day} : accord écrit de tous pour aller en médiation. Le délai s’arrête de courir.",
    "{day}: written agreement of all to mediate. The period stops running.",
)
MET = Text(
    "{day} : première réunion, faute d’accord écrit. Le délai s’arrête de courir.",
    "{day}: first meeting, as there is no written agreement. The period stops running.",
)
ENDED = Text(
    "{day} : fin déclarée de la médiation. Le délai repart.",
    "{day}: declared end of the mediation. The period runs again.",
)
MOVED = Text(
    "{day} : l’ancienne fin ({expires}), repoussée de {days} jours d’arrêt.",
    "{day}: the former end ({expires}), moved by {days} days of suspension.",
)
FLOOR = Text(
    "{day} : il reste au moins {months} mois après la fin de la médiation.",
    "{day}: at least {months} months are left after the end of the mediation.",
)
BY_DAYS = Text(
    "Vous avez jusqu’au {day} : c’est l’ancienne fin, repoussée du temps de la médiation.",
    "You have until {day}: the former end, moved by the time of the mediation.",
)
BY_FLOOR = Text(
    "Vous avez jusqu’au {day} : c’est le minimum que la loi vous laisse après la médiation.",
    "You have until {day}: the least that the law leaves you after the mediation.",
)
FORECLOSURE = Text(
    "Un délai de forclusion n’est en principe pas suspendu. "
    "Si vous ne savez pas quel délai est le vôtre, voyez un avocat.",
    "A foreclosure period is in principle not suspended. If you do not know which yours is, see a lawyer.",
)
LAST_DAY = Text(
    "N’attendez pas le dernier jour. Ce calcul ne repousse pas un dernier jour qui tombe un samedi, un dimanche ou "
    "un jour férié.",
    "Do not wait for the last day. A last day that falls on a Saturday, a Sunday or a holiday is not moved here.",
)
NO_BEGINNING = Text(
    "Écrivez le jour de l’accord écrit ou, s’il n’y en a pas, celui de la première réunion.",
    "Write the day of the written agreement or, if there is none, that of the first meeting.",
)
ENDS_FIRST = Text(
    "La médiation finirait avant d’avoir commencé. Vérifiez les dates.",
    "The mediation would end before it began. Check the dates.",
)
EXPIRED = Text(
    "Le délai était déjà fini quand la médiation a commencé : elle n’a rien suspendu. Vérifiez les dates.",
    "The period was over when the mediation began: nothing was suspended. Check the dates.",
)

# Consumer mediation
COMPLAINED = Text(
    "{day} : votre réclamation écrite au professionnel.",
    "{day}: your written complaint to the trader.",
)
ASK_UNTIL = Text(
    "{day} : dernier jour pour saisir le médiateur de la consommation, {months} mois après la réclamation.",
    "{day}: last day to go to the consumer mediator, {months} months after the complaint.",
)
ADMISSIBLE = Text(
    "{day} : si votre demande est refusée, le médiateur vous le dit avant ce jour, "
    "{weeks} semaines après l’avoir reçue.",
    "{day}: if your request is rejected, the mediator tells you by that day, {weeks} weeks after receiving it.",
)
OUTCOME = Text(
    "{day} : l’issue de la médiation, au plus tard, {days} jours après que les deux parties sont prévenues.",
    "{day}: the outcome of the mediation at the latest, {days} days after both parties are told.",
)
TOO_LATE = Text(
    "Plus de douze mois ont passé depuis la réclamation : le médiateur peut refuser. "
    "Le conciliateur de justice reste possible, et gratuit.",
    "More than twelve months have passed since the complaint: the mediator may refuse. "
    "The conciliateur de justice remains possible, free of charge.",
)
COMPLEX = Text(
    "Le médiateur peut allonger ce temps si le litige est complexe : il prévient alors aussitôt les parties.",
    "The mediator may extend this time for a complex dispute, and then tells the parties at once.",
)
ASKED_FIRST = Text(
    "Il faut d’abord écrire au professionnel pour se plaindre. Vérifiez l’ordre des dates.",
    "A written complaint to the trader comes first. Check the order of the dates.",
)
NOTIFIED_FIRST = Text(
    "Les parties sont prévenues après la demande au médiateur. Vérifiez l’ordre des dates.",
    "The parties are told after the mediator is asked. Check the order of the dates.",
)

# Administration
DECIDED = Text("{day} : la décision vous est notifiée.", "{day}: you are notified of the decision.")
APPEAL_UNTIL = Text(
    "{day} : dernier jour pour saisir le tribunal administratif. Le délai est de {months} mois : "
    "ni le premier jour, ni le dernier ne comptent.",
    "{day}: last day to go to the administrative court. The period is {months} months: "
    "neither the first day nor the last one counts.",
)
INTERRUPTED = Text(
    "{day} : les parties conviennent d’une médiation, avant de saisir le juge. Le délai est interrompu.",
    "{day}: the parties agree to mediate, before going to court. The period is interrupted.",
)
ENDED_APPEAL = Text(
    "{day} : la médiation est finie. Un nouveau délai entier commence.",
    "{day}: the mediation is over. A whole new period begins.",
)
AGAIN = Text(
    "{day} : dernier jour pour saisir le tribunal, {months} mois après la fin de la médiation.",
    "{day}: last day to go to court, {months} months after the end of the mediation.",
)
TOO_LATE_TO_INTERRUPT = Text(
    "Le délai était déjà fini quand la médiation a été acceptée : elle ne le rouvre pas.",
    "The period was over when the mediation was agreed to: it does not open it again.",
)
NO_WAYS_SAID = Text(
    "La lettre de décision dit le délai. Si elle ne le dit pas, il ne court pas de la même façon : voyez un avocat. "
    "Un recours préalable obligatoire ou une médiation préalable obligatoire change aussi le compte. Une médiation "
    "que le juge organise, une fois saisi, n’interrompt pas ce délai.",
    "The letter of decision gives the time limit. If it does not, the period runs otherwise: see a lawyer. "
    "A compulsory prior appeal or mediation also changes the count. A mediation that the judge organises, once the "
    "case is before them, does not interrupt this period.",
)
AGREED_FIRST = Text(
    "L’accord de médiation serait avant la décision. Vérifiez les dates.",
    "The agreement to mediate would be before the decision. Check the dates.",
)
NO_AGREEMENT = Text(
    "Écrivez le jour où les parties ont convenu de la médiation ou, sans écrit, celui de la première réunion.",
    "Write the day on which the parties agreed to mediate or, without writing, that of the first meeting.",
)

# Court-ordered mediation
BEGAN = Text(
    "{day} : la mission du médiateur commence, quand la provision lui est versée.",
    "{day}: the mediator’s task begins, when the deposit is paid.",
)
FIRST = Text(
    "{day} : fin de la durée de départ, {months} mois.",
    "{day}: end of the first term, {months} months.",
)
RENEWED = Text(
    "{day} : fin au plus tard, si le juge prolonge une fois, à la demande du médiateur, de {months} mois.",
    "{day}: end at the latest, if the judge extends once, at the mediator’s request, by {months} months.",
)
PENDING = Text(
    "La décision est plus ancienne que ces règles, qui valent aussi pour les affaires en cours.",
    "The decision is older than these rules, which also hold for pending cases.",
)
NEWER = Text(
    "Une règle plus récente commence le {day}, et vaut aussi pour les affaires alors en cours. Demandez au greffe "
    "quelle durée s’applique à la vôtre.",
    "A newer rule begins on {day}, and also holds for cases pending then. Ask the registry which term applies to "
    "yours.",
)
JUDGE_DECIDES = Text(
    "Ce sont des durées au plus. Le juge peut fixer moins, et finir la médiation plus tôt.",
    "These are the longest terms. The judge may set less, and end the mediation sooner.",
)
BEGAN_FIRST = Text(
    "La mission commencerait avant la décision du juge. Vérifiez les dates.",
    "The task would begin before the judge’s decision. Check the dates.",
)
