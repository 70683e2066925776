"""What docs/users/ shows: for each detail its page, its title, a sentence, and the steps that lead to it in the demo.

A step that finds nothing fails; nothing here is tolerant.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator

from tools import detail_steps as steps
from tools.visiting import BASTIEN, Visit

PAGES = {
    "personne": (
        "Pour la personne qui cherche un médiateur",
        "De la recherche au rendez-vous, sur un téléphone. Rien n’exige JavaScript, ni un compte.",
    ),
    "mediateur": (
        "Pour le médiateur",
        "Son agenda se remplit seul ; voici ce qu’il en voit et ce qu’il peut y changer.",
    ),
    "administration": (
        "Pour l’administration du site",
        "Répondre à qui appelle, agir pour une personne à sa demande, et pouvoir l’expliquer.",
    ),
}


@dataclass(frozen=True)
class Detail:
    """`steps` lead there and give what is cropped. `zone`: the browser's."""

    page: str
    name: str
    title: str
    caption: str
    steps: Callable[[Visit], Locator]
    zone: str = "Europe/Paris"
    width: int = 0


P, M, A = PAGES
DETAILS = (
    Detail(
        P,
        "01-une-question",
        "1. Une question par page",
        "Un titre simple, un lien pour revenir, et une étape qui dit vrai : « Étape 2 sur 4 ».",
        lambda visit: steps.main(visit.hold()),
    ),
    Detail(
        P,
        "02-sans-compte",
        "2. Aucun compte avant le créneau",
        "Le créneau se choisit d’abord ; le compte se fait en chemin, quand l’adresse est prouvée.",
        lambda visit: visit.hold().get_by_text("Aucun compte n’est nécessaire."),
    ),
    Detail(
        P,
        "02-pour-quelqu-un",
        "2. Réserver pour quelqu’un",
        "Un avocat, un proche, une association : la personne concernée confirme ou refuse.",
        steps.for_another,
    ),
    Detail(
        P,
        "03-fiche",
        "3. Une fiche qui dit l’essentiel",
        "Le visage, le nom, la commune et la distance, les spécialités, le prix, la prochaine disponibilité.",
        lambda visit: visit.go("/mediateurs/?lieu=Paris").locator("article.result").first,
    ),
    Detail(
        P,
        "04-trois-creneaux",
        "4. Les trois premiers créneaux sur la fiche",
        "On réserve depuis la liste, sans ouvrir chaque fiche.",
        lambda visit: visit.go("/mediateurs/?lieu=Paris").locator("article.result .slots").first,
    ),
    Detail(
        P,
        "05-filtres",
        "5. Des filtres qui disent combien",
        "Chaque filtre est un lien, avec son nombre ; l’adresse garde l’état de la recherche.",
        lambda visit: visit.go("/mediateurs/?lieu=Lyon").locator(".filter-side nav.filters"),
        width=1280,
    ),
    Detail(
        P,
        "05-carte",
        "5. Une carte, à côté de la liste",
        "Tous ceux qui sont trouvés, sur nos propres contours, sans serveur de tuiles ; la liste dit la même chose.",
        steps.pins,
        width=1280,
    ),
    Detail(
        P,
        "06-autour-de-moi",
        "6. « Autour de moi », au clic seulement",
        "Le navigateur n’est interrogé que si la personne le demande ; sa position ne quitte pas la recherche.",
        lambda visit: visit.go("/").get_by_text("Autour de moi").locator("xpath=ancestor::form[1]"),
    ),
    Detail(
        P,
        "07-commune",
        "7. Une commune, comme on l’écrit",
        "« 35 » ou « saint den » : les accents sont facultatifs, le département distingue les homonymes.",
        steps.commune,
    ),
    Detail(
        P,
        "08-creneaux-par-jour",
        "8. Les créneaux par jour, matin et après-midi",
        "Sur un téléphone, une liste qui se lit de haut en bas.",
        lambda visit: visit.go(f"{BASTIEN}?modalite=telephone").locator(".slot-day-block").first,
    ),
    Detail(
        P,
        "09-jours-vides",
        "9. Les jours vides tiennent en une ligne",
        "« Aucun créneau du 25 au 28. Aller au 1er décembre ».",
        lambda visit: visit.go(f"{BASTIEN}?modalite=telephone").locator(".slot-gap").first,
    ),
    Detail(
        P,
        "09-mois",
        "9. Le mois, en un coup d’œil",
        "Les jours qui ont quelque chose, chacun un lien.",
        lambda visit: visit.go(f"{BASTIEN}?modalite=telephone").locator("nav.month"),
    ),
    Detail(
        P,
        "10-jamais-une-impasse",
        "10. Jamais une impasse",
        "Quand personne ne convient, la page dit quel critère changer pour trouver quelqu’un.",
        lambda visit: visit.go("/mediateurs/?lieu=Paris&langue=zh&modalite=visio").locator("#resultats"),
    ),
    Detail(
        P,
        "10-liste-attente",
        "10. Être prévenu si une place se libère",
        "Chacun à son tour, avec un quart d’heure pour répondre.",
        steps.waiting,
    ),
    Detail(
        P,
        "11-vrais-liens",
        "11. Des créneaux qui sont de vrais liens",
        "Chacun porte sa date entière pour un lecteur d’écran, et fait au moins 44 pixels de haut.",
        lambda visit: visit.go("/mediateurs/?lieu=Paris").locator("article.result .slots").nth(1),
    ),
    Detail(
        P,
        "12-deux-horloges",
        "12. Le fuseau, quand il compte",
        "Depuis la Martinique, les deux heures ; depuis Paris, une seule.",
        lambda visit: visit.hold("visio").locator(".card-tint").first,
        zone="America/Martinique",
    ),
    Detail(
        P,
        "13-avant-les-coordonnees",
        "13. Prix, durée, règle d’annulation, avant toute coordonnée",
        "Rien à donner pour savoir ce que cela coûte et comment on y renonce.",
        steps.defs,
    ),
    Detail(
        P,
        "14-compte-a-rebours",
        "14. Un créneau gardé, calmement",
        "Dix minutes, qu’on peut prolonger ; un lecteur d’écran n’est interrompu qu’à deux minutes de la fin.",
        lambda visit: visit.hold().locator("hold-countdown"),
    ),
    Detail(
        P,
        "15-creneau-perdu",
        "15. Un créneau perdu propose les plus proches",
        "Ce qui était écrit est gardé.",
        steps.lost,
    ),
    Detail(
        P,
        "16-ce-qui-se-passera",
        "16. La manière de se rencontrer dit ce qui se passera",
        "Qui appelle, où l’on est attendu, quand l’adresse de la salle vidéo est donnée.",
        lambda visit: visit.go(f"{BASTIEN}?modalite=visio").locator("#creneaux dl, dl.defs").first,
    ),
    Detail(
        P,
        "17-verifier",
        "17. Tout relire avant de confirmer",
        "« Modifier » à chaque ligne, puis « Confirmer le rendez-vous ».",
        lambda visit: (visit.hold(), visit.tell())[1].locator("dl.summary"),
    ),
    Detail(
        P,
        "18-erreurs",
        "18. Des erreurs qui disent comment réparer",
        "Un résumé en haut, qui reçoit le focus ; ce qui était écrit reste.",
        lambda visit: (visit.hold(), visit.tell("vera@"))[1].get_by_role("alert"),
    ),
    Detail(
        P,
        "19-saisie-indulgente",
        "19. Une saisie indulgente",
        "« 06.39 98-01 02 » est compris, et relu « 06 39 98 01 02 ».",
        lambda visit: (visit.hold(), visit.tell())[1].locator("dl.summary > div").last,
    ),
    Detail(
        P,
        "20-confirmation",
        "20. La confirmation dit la suite",
        "La date, ce qui se passe ensuite, l’agenda (.ics) ; sur place, l’itinéraire.",
        lambda visit: steps.main(visit.book()),
    ),
    Detail(
        P,
        "20-invites",
        "20. Venir à plusieurs",
        "Chacun a sa lettre et son lien, et personne ne voit l’adresse des autres.",
        steps.company,
    ),
    Detail(
        P,
        "21-qr",
        "21. Le code QR du rendez-vous, et son PDF",
        "Il mène à la page du rendez-vous, nulle part ailleurs ; la feuille tient sur une page.",
        lambda visit: visit.book().locator(".keep"),
    ),
    Detail(
        P,
        "22-deplacer-annuler",
        "22. Déplacer ou annuler en deux touches depuis la lettre",
        "Sans mot de passe : le lien de la lettre suffit.",
        steps.by_letter,
    ),
    Detail(
        P,
        "23-rappels",
        "23. Des rappels, comme chacun les veut",
        "Sept jours avant et la veille, un seul message pour plusieurs rendez-vous d’un jour.",
        lambda visit: steps.main(visit.enter("Alice", "/espace/preferences/")),
    ),
    Detail(
        P,
        "24-une-idee-par-ecran",
        "24. Raconter, une idée par écran",
        "Chaque réponse est gardée ; on dit qui la lira, pourquoi on la demande, et « je ne sais pas » suffit.",
        steps.question,
    ),
    Detail(
        P,
        "24-ou-en-est",
        "24. Où en est la demande",
        "Qui a la prochaine action, jusqu’à quand, et ce qui s’est passé : « Vous êtes ici ».",
        lambda visit: steps.request(visit, "Alice", "/espace/", "Proposée"),
    ),
    Detail(
        P,
        "25-quitter-vite",
        "25. Quitter vite",
        "Sur chaque page, un bouton (ou trois fois Échap) remplace la page par un site sans rapport.",
        lambda visit: visit.go("/").locator("header.header"),
    ),
    Detail(
        P,
        "p-droits",
        "Ses droits d’abord",
        "« Dois-je tenter une médiation avant de saisir le juge ? » : la réponse, ses raisons, les voies gratuites.",
        steps.verdict,
    ),
    Detail(
        M,
        "m-semaine",
        "Sa semaine (14)",
        "Ce qui est confirmé, ce qui reste « à confirmer », et rien des créneaux que d’autres regardent.",
        lambda visit: steps.main(visit.enter("Bastien", "/mediateur/")),
    ),
    Detail(
        M,
        "m-liste",
        "Ses rendez-vous (16)",
        "Qui, quand, comment ; chaque ligne mène au rendez-vous, à ses coordonnées et à son fichier d’agenda.",
        lambda visit: steps.main(visit.enter("Bastien", "/mediateur/liste/")),
    ),
    Detail(
        M,
        "m-demande",
        "Une demande à accepter (24)",
        "Ce qu’il faut pour décider, un premier rendez-vous à proposer, et le récit seulement ensuite.",
        lambda visit: steps.request(visit, "Bastien", "/mediateur/saisines/", "Répondre avant"),
    ),
    Detail(
        M,
        "m-plages",
        "Ses heures (8)",
        "Une grille de demi-heures, à la souris, au doigt ou au clavier.",
        lambda visit: steps.main(visit.enter("Bastien", "/mediateur/plages/")),
    ),
    Detail(
        M,
        "m-pourquoi",
        "« Pourquoi ce créneau n’est-il pas proposé ? » (10)",
        "Toutes les raisons, en mots.",
        lambda visit: steps.main(visit.enter("Bastien", "/mediateur/pourquoi/")),
    ),
    Detail(
        M,
        "m-partager",
        "Partager sa fiche (21)",
        "Une adresse courte, un code QR, une carte à imprimer.",
        lambda visit: visit.enter("Bastien", "/mediateur/partager/").locator("section").first,
    ),
    Detail(
        A,
        "a-accueil",
        "Ce qui attend quelqu’un (10)",
        "Lettres en souffrance, candidatures, messages : rien ne reste sans réponse.",
        lambda visit: steps.main(visit.enter("Camille", "/administration/")),
    ),
    Detail(
        A,
        "a-reserver",
        "Réserver pour qui appelle (2, 13)",
        "Sans compte et sans e-mail : le rendez-vous se prend au téléphone, et ses lettres s’impriment.",
        lambda visit: steps.main(visit.enter("Camille", "/administration/reserver/?lieu=Paris")),
    ),
    Detail(
        A,
        "a-saisine",
        "Orienter, sans lire le récit (24)",
        "Qui viendrait ensuite et pourquoi ; s’en écarter demande une raison, et tout est tracé.",
        lambda visit: steps.request(visit, "Camille", "/administration/saisines/", "Demande du"),
    ),
    Detail(
        A,
        "a-regle",
        "Les règles de droit, datées",
        "Une version nouvelle montre les cas qu’elle change avant d’être gardée ; chacune se relit tous les six mois.",
        steps.changed_rule,
    ),
    Detail(
        A,
        "a-rendez-vous",
        "Les rendez-vous, sans nommer personne (25)",
        "La liste ne montre aucun nom ; ouvrir un rendez-vous laisse une trace que la personne peut lire.",
        lambda visit: steps.main(visit.enter("Camille", "/administration/rendez-vous/")),
    ),
)
