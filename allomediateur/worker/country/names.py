"""Names, streets and addresses of nobody: invented combinations, telephone numbers reserved for fiction."""

# ruff: noqa: E501 (lists of names)

from random import Random
from typing import Any

WOMEN = (
    "Adèle", "Agathe", "Aïcha", "Alix", "Amina", "Anaïs", "Anouk", "Apolline", "Armelle", "Aude", "Béatrice", "Bérénice",
    "Capucine", "Carmen", "Célestine", "Clarisse", "Clémence", "Coralie", "Daphné", "Delphine", "Djamila", "Doriane",
    "Édith", "Élodie", "Eugénie", "Fanny", "Farida", "Félicie", "Garance", "Gisèle", "Gwenaëlle", "Héloïse", "Inès",
    "Irène", "Jeanne", "Joséphine", "Judith", "Julie", "Kenza", "Laure", "Leïla", "Léonie", "Lilou", "Linh", "Louise",
    "Lucie", "Maïwenn", "Manon", "Margaux", "Marianne", "Maud", "Mélanie", "Mireille", "Myriam", "Nadège", "Nadia",
    "Noémie", "Océane", "Ophélie", "Pauline", "Perrine", "Rachel", "Rosalie", "Roxane", "Sabine", "Salomé", "Séverine",
    "Sidonie", "Soizic", "Solène", "Suzanne", "Sylvie", "Tatiana", "Valentine", "Vanessa", "Violette", "Yasmine", "Yvonne",
)  # fmt: skip
MEN = (
    "Achille", "Adrien", "Alban", "Amadou", "Anatole", "Anselme", "Antoine", "Armand", "Arthur", "Augustin", "Aurélien",
    "Basile", "Bastien", "Benoît", "Boris", "Brieuc", "Camille", "Cédric", "Célestin", "César", "Corentin", "Damien",
    "Denis", "Driss", "Edgar", "Émile", "Erwan", "Étienne", "Fabrice", "Félix", "Florian", "Gabriel", "Gaspard",
    "Ghislain", "Gildas", "Grégoire", "Hector", "Hugo", "Idriss", "Ivan", "Joachim", "Joël", "Jules", "Karim", "Lazare",
    "Léandre", "Loïc", "Lucien", "Maël", "Malik", "Marcel", "Marius", "Mathurin", "Maxence", "Médéric", "Moussa",
    "Nathan", "Nestor", "Octave", "Oscar", "Pascal", "Quentin", "Rachid", "Raphaël", "Rémi", "Romain", "Ronan", "Samir",
    "Sébastien", "Simon", "Stanislas", "Tanguy", "Théodore", "Tristan", "Ulysse", "Valère", "Victor", "Yann", "Youssef",
)  # fmt: skip
SURNAMES = (
    "Abadie", "Aubrac", "Auberval", "Baillargue", "Balmont", "Barbezat", "Bellegarde", "Benarfa", "Bérard-Lune", "Besnoît",
    "Blanchefort", "Boisrenard", "Bonnaventure", "Bourdalou", "Brisseau", "Cabestan", "Cadoret", "Calvignac", "Carnivet",
    "Castagnol", "Chabrillane", "Champeval", "Charbonnel", "Chaumeron", "Clairvoix", "Coatmeur", "Combescure", "Corbeval",
    "Courtalain", "Dabrowiak", "Darrigade", "Delaubépine", "Delmontet", "Desgranges", "Diakhoumpa", "Drouineau", "Dubreuil",
    "Duchemineau", "Echevarne", "Escoubet", "Estivalet", "Fauvergue", "Ferrandon", "Fontvieille", "Fouquereau", "Gaborieux",
    "Galinier", "Garrouste", "Gauthereau", "Gicquiau", "Godefroix", "Gourvennec", "Grandclaude", "Grimaudet", "Guérande",
    "Haddouchi", "Hautefeuille", "Hermelin", "Hoarelle", "Houdemare", "Jacquemotte", "Jaubertie", "Kaméni", "Kerbrazou",
    "Kergoualen", "Labatut", "Lacombrade", "Laforgue", "Lamoricet", "Langevinot", "Larrazet", "Lavaurs", "Leboisselier",
    "Lebreuil", "Lechevanton", "Lefaucheur", "Lehouérou", "Lestrade", "Levasseur-Pin", "Loubatière", "Madec", "Maillebois",
    "Malaterre", "Marcillac", "Marquisot", "Martelière", "Massignon", "Mauvoisin", "Méheut", "Mercadal", "Merlevède",
    "Mondésert", "Montrozier", "Moulinas", "Nardonne", "Nguyen-Morel", "Noirtier", "Ollivaux", "Orsattoni", "Pagnoux",
    "Paillassou", "Parmentelle", "Pastourel", "Pelletanche", "Penmarec", "Perdriau", "Peyrelongue", "Pontcallec", "Prigentil",
    "Quémeneur", "Rabaudière", "Rambouillon", "Ravelomanga", "Rebuffat", "Rivoalen", "Rochebrune", "Roquefeuil", "Rougemontier",
    "Roumagnac", "Saint-Aubert", "Saliceti", "Sauvageot", "Sénéchault", "Serrurier", "Soubeyran", "Tahiata", "Tarbouriech",
    "Terrasson", "Teuira", "Thibaudière", "Tournebize", "Trémaudan", "Urruty", "Vaillancourt", "Valdenaire", "Vaucanson",
    "Verdelhan", "Vieuxbourg", "Villedieu", "Vuillermot", "Wattebled", "Weissenburg", "Yvetoteau", "Zamparini", "Zerroukat",
)  # fmt: skip
STREETS = (
    "rue des Tilleuls", "rue du Vieux-Puits", "place de la Halle", "avenue des Acacias", "rue de l’Ancienne-Gare",
    "quai des Lavandières", "impasse des Cordeliers", "boulevard de la Fontaine", "rue des Trois-Merles", "rue du Moulin-Neuf",
    "allée des Charmes", "cours des Marronniers", "rue de la Petite-Horloge", "passage des Relieurs", "chemin des Vergers",
    "rue des Teinturiers", "place aux Herbes", "rue du Pont-Levis", "avenue du Belvédère", "rue des Quatre-Saisons",
)  # fmt: skip
OVERSEAS_STREETS = (
    "rue des Flamboyants", "allée des Manguiers", "rue du Front-de-Mer", "chemin des Vanilliers", "rue des Alizés",
    "avenue des Cocotiers", "rue du Lagon", "impasse des Frangipaniers", "route de la Pointe", "rue du Petit-Marché",
)  # fmt: skip
OFFICES = (
    "Cabinet",
    "Cabinet du centre",
    "Espace de médiation",
    "Maison des associations",
    "Bureau partagé",
    "Le Tiers-lieu",
)
ACCESS: tuple[dict[str, Any], ...] = (
    {"floor": "premier étage avec ascenseur", "access": "Interphone « Médiation ».", "step_free": True},
    {"floor": "rez-de-chaussée", "parking": "à deux pas", "step_free": True},
    {"access": "Deuxième porte dans la cour. Salle d’attente pour que chacun arrive à son heure."},
    {"transport": "gare à cinq minutes à pied", "access": "Local à vélos dans la cour."},
    {
        "transport": "arrêt de bus devant l’immeuble",
        "parking": "place réservée aux personnes handicapées",
        "step_free": True,
    },
    {},
)
"""How one gets in, as columns of an office."""


def full_name(chance: Random, *, woman: bool) -> str:
    return f"{chance.choice(WOMEN if woman else MEN)} {chance.choice(SURNAMES)}"


def landline(number: int) -> str:
    """01 99 00 xx xx, kept for fiction by the regulator (Arcep)."""
    return f"+3319900{number % 10_000:04d}"


def mobile(number: int) -> str:
    """06 39 98 xx xx, kept for fiction by the regulator (Arcep)."""
    return f"+3363998{number % 10_000:04d}"
