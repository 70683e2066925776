"""What is said of facts: their names, and how to mend what cannot be. The reasons of an answer are `sayings.py`."""

from allomediateur.law.texts import Text

FAR_DATE = Text(
    "Cette date ne peut pas être juste. Vérifiez l’année.",
    "This date cannot be right. Check the year.",
)
NO_DATE = Text(
    "Il manque la date à laquelle le juge est ou sera saisi. Écrivez-la ainsi : 2026-11-24.",
    "The day the court action is or will be started is missing. Write it like this: 2026-11-24.",
)
BAD_DATE = Text(
    "Cette date n’existe pas. Écrivez l’année, le mois et le jour, par exemple 2026-11-24.",
    "There is no such date. Write the year, the month and the day, for example 2026-11-24.",
)
NEGATIVE_AMOUNT = Text(
    "Un montant ne peut pas être plus petit que zéro. Écrivez la somme demandée, sans les frais.",
    "An amount cannot be less than zero. Write the sum that is asked for, without costs.",
)
LARGE_AMOUNT = Text(
    "Ce montant est trop grand. Vérifiez le nombre de zéros.",
    "This amount is too large. Check the number of zeros.",
)
BAD_AMOUNT = Text(
    "Ce montant n’est pas clair. Écrivez un nombre d’euros, avec deux chiffres au plus après la virgule.",
    "This amount is not clear. Write a number of euros, with two decimals at most.",
)
BAD_DELAY = Text(
    "Ce nombre de jours n’est pas possible. Écrivez un nombre entier, zéro ou plus.",
    "This number of days is not possible. Write a whole number, zero or more.",
)
BAD_FLAG = Text("Répondez par vrai ou faux.", "Answer true or false.")
NOT_A_LIST = Text("Donnez une liste de valeurs.", "Give a list of values.")
UNKNOWN_VALUE = Text(
    "La valeur « {value} » n’existe pas. Choisissez parmi : {choices}.",
    "There is no value “{value}”. Choose among: {choices}.",
)
UNKNOWN_FACT = Text(
    "Nous ne connaissons pas « {name} ». Vérifiez ce nom.",
    "We do not know “{name}”. Check this name.",
)
TOLD_TWICE = Text(
    "« {name} » est dit deux fois. Gardez une seule valeur.",
    "“{name}” is told twice. Keep one value only.",
)
OTHER_COURT = Text(
    "Ce tribunal ne juge pas ce litige : {parties}. Choisissez un autre tribunal, ou d’autres parties.",
    "This court does not judge this dispute: {parties}. Choose another court, or other parties.",
)
NO_PAYMENT_ORDER = Text(
    "Ce tribunal ne rend pas d’injonction de payer. Choisissez une autre demande, ou un autre tribunal.",
    "This court makes no payment orders. Choose another procedure, or another court.",
)
ORDER_WITHOUT_MONEY = Text(
    "Une injonction de payer demande une somme, et le montant est zéro. Écrivez la somme demandée.",
    "A payment order asks for a sum, and the amount is zero. Write the sum that is asked for.",
)
JOINT_AND_EX_PARTE = Text(
    "Une requête faite ensemble ne peut pas se passer d’entendre l’autre. Gardez l’une des deux réponses.",
    "A request made together cannot be decided without hearing the other side. Keep one of the two answers.",
)
MEETING_FIRST = Text(
    "La réunion serait avant la demande faite au conciliateur. Vérifiez les deux dates.",
    "The meeting would be before the request to the conciliator. Check both dates.",
)
OTHER_DELAY = Text(
    "Entre ces deux dates, il y a {days} jours. Corrigez une date, ou le nombre de jours.",
    "There are {days} days between these two dates. Correct a date, or the number of days.",
)

PARTIES = {
    "individuals": Text("entre particuliers", "between private persons"),
    "consumer_vs_trader": Text("un consommateur contre un professionnel", "a consumer against a trader"),
    "trader_vs_consumer": Text("un professionnel contre un consommateur", "a trader against a consumer"),
    "companies": Text("entre entreprises ou commerçants", "between companies or traders"),
    "citizen_vs_administration": Text("contre une administration", "against a public body"),
    "employee_vs_employer": Text("entre salarié et employeur", "between employee and employer"),
    "tenant_vs_landlord": Text("entre locataire et bailleur d’un logement", "between tenant and landlord of a home"),
    "family": Text("en famille", "within a family"),
}
COURTS = {
    "judiciaire": Text("devant le tribunal judiciaire", "before the tribunal judiciaire"),
    "proximite": Text("devant le tribunal de proximité", "before the tribunal de proximité"),
    "commerce": Text("devant le tribunal de commerce", "before the commercial court"),
    "prudhommes": Text("devant le conseil de prud’hommes", "before the conseil de prud’hommes"),
    "administratif": Text("devant le tribunal administratif", "before the administrative court"),
}
PROCEDURES = {
    "ordinary": Text("pour une demande ordinaire", "for an ordinary claim"),
    "interim": Text("en référé", "in interim proceedings"),
    "payment_order": Text("pour une injonction de payer", "for a payment order"),
    "payment_order_opposition": Text("après une opposition à injonction de payer", "after opposing a payment order"),
    "ex_parte": Text("sans que l’autre soit d’abord entendu", "without the other side being heard first"),
    "joint_request": Text("pour une requête conjointe", "for a joint request"),
}
SUBJECTS = {
    "boundary": Text("la limite entre deux terrains (bornage)", "the boundary between two plots"),
    "planting_distance": Text(
        "la distance ou la taille d’arbres et de haies", "the distance or pruning of trees and hedges"
    ),
    "works_674": Text(
        "un ouvrage près d’un mur voisin (puits, cheminée, étable…)",
        "works near a neighbouring wall (well, chimney, stable…)",
    ),
    "ditches": Text(
        "le curage de fossés ou de canaux (arrosage, moulin, usine)",
        "the clearing of ditches and canals (watering, mill, factory)",
    ),
    "servitude_crpm": Text("une conduite d’eau ou un drainage agricole", "a farm’s water pipes or drainage"),
    "servitude_640_641": Text("l’écoulement des eaux entre voisins", "water flowing from one plot to another"),
    "servitude_682": Text("un droit de passage", "a right of way"),
    "association_syndicale": Text(
        "une servitude d’une association syndicale de propriétaires", "a servitude of an association of landowners"
    ),
    "nuisance": Text(
        "un trouble anormal de voisinage (bruit, odeur, fumée…)", "an abnormal nuisance (noise, smell, smoke…)"
    ),
    "ownership": Text("la propriété d’un bien immobilier", "the ownership of land or a building"),
    "other": Text("autre chose", "something else"),
}
EXEMPTIONS = {
    "agreement_approval": Text(
        "l’une des parties demande d’approuver un accord", "a party asks to approve an agreement"
    ),
    "prior_appeal": Text("un recours préalable est obligatoire", "a prior appeal is compulsory"),
    "urgency": Text("l’urgence manifeste", "manifest urgency"),
    "impossible": Text("des circonstances rendent la tentative impossible", "circumstances make an attempt impossible"),
    "ex_parte": Text("le juge doit décider sans entendre l’autre", "the judge must decide without hearing the other"),
    "conciliator_delay": Text("le conciliateur n’est pas disponible à temps", "no conciliator is available in time"),
    "judge_must_conciliate": Text(
        "le juge ou l’autorité doit d’abord tenter de concilier", "the judge or authority must first try conciliation"
    ),
    "small_claims_failed": Text(
        "un recouvrement simplifié de petite créance a échoué", "a simplified small-claims recovery failed"
    ),
}
TERRITORIES = {
    "metropole": Text("en métropole", "in mainland France"),
    "guadeloupe": Text("en Guadeloupe", "in Guadeloupe"),
    "martinique": Text("en Martinique", "in Martinique"),
    "guyane": Text("en Guyane", "in French Guiana"),
    "reunion": Text("à La Réunion", "in Réunion"),
    "mayotte": Text("à Mayotte", "in Mayotte"),
    "saint_pierre_et_miquelon": Text("à Saint-Pierre-et-Miquelon", "in Saint Pierre and Miquelon"),
    "saint_barthelemy": Text("à Saint-Barthélemy", "in Saint Barthélemy"),
    "saint_martin": Text("à Saint-Martin", "in Saint Martin"),
    "wallis_et_futuna": Text("à Wallis-et-Futuna", "in Wallis and Futuna"),
    "polynesie": Text("en Polynésie française", "in French Polynesia"),
    "nouvelle_caledonie": Text("en Nouvelle-Calédonie", "in New Caledonia"),
}
ATTEMPTS = {
    "none": Text("non, pas encore", "no, not yet"),
    "formal_notice": Text(
        "j’ai seulement envoyé une lettre de mise en demeure", "I only sent a letter of formal notice"
    ),
    "refused_invitation": Text(
        "j’ai proposé une conciliation ou une médiation, et l’autre a refusé",
        "I proposed conciliation or mediation, and the other side refused",
    ),
    "held": Text(
        "oui, devant un conciliateur ou un médiateur, ou avec nos avocats",
        "yes, before a conciliateur or a mediator, or with our lawyers",
    ),
}
UNKNOWN = Text("je ne sais pas", "I don’t know")
NONE = Text("rien de tout cela", "none of these")
YES, NO = Text("oui", "yes"), Text("non", "no")
NOT_YET = Text("pas encore", "not yet")
ON_DAY = Text("oui, ou le jour est fixé : je l’écris ci-dessous", "yes, or the day is set: I write it below")
A_SUM = Text("une somme : je l’écris ci-dessous", "a sum: I write it below")
NO_SUM = Text("je ne demande pas d’argent", "I do not ask for money")

CHOOSE = Text(
    "Choisissez une réponse. Si vous hésitez, choisissez « Je ne sais pas ».",
    "Choose an answer. If you hesitate, choose “I don’t know”.",
)
ALONE = Text(
    "« {choice} » ne va pas avec une autre réponse. Décochez cette réponse, ou les autres.",
    "“{choice}” does not go with another answer. Untick this answer, or the others.",
)
BOTH = Text(
    "Vous avez écrit une réponse et choisi « {choice} ». Gardez l’une des deux.",
    "You wrote an answer and chose “{choice}”. Keep one of the two.",
)
WRITE_DAY = Text("Écrivez le jour, par exemple 24/11/2026.", "Write the day, for example 24/11/2026.")
WRITE_SUM = Text("Écrivez la somme en euros, sans les frais.", "Write the sum in euros, without costs.")
