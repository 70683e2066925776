"""What mediators say of themselves: sentences in French and English, put together so that no two read alike."""

# ruff: noqa: E501 (sentences stay whole)

from random import Random

Pair = tuple[str, str]
"""French, English. `{m|f}` holds the masculine and the feminine form."""

PATHS: tuple[Pair, ...] = (
    ("Quinze ans de direction d’équipes m’ont appris qu’un désaccord bien mené vaut mieux qu’un silence.",
     "Fifteen years of leading teams taught me that a disagreement well handled is better than silence."),
    ("J’ai longtemps été {infirmier|infirmière} : écouter sans juger n’est pas une formule, c’est un métier.",
     "I was a nurse for a long time: listening without judging is not a slogan, it is a craft."),
    ("{Ancien|Ancienne} juriste, j’ai vu trop de procès gagnés par des gens qui avaient tout perdu en route.",
     "As a former lawyer in a firm, I saw too many cases won by people who had lost everything on the way."),
    ("Je viens du bâtiment ; sur un chantier comme en famille, il faut que chacun sache où sont les murs porteurs.",
     "I come from the building trade; on a site as in a family, everyone needs to know which walls carry the load."),
    ("{Formateur|Formatrice} pendant vingt ans, je sais qu’on comprend mieux quand on n’a pas peur de se tromper.",
     "After twenty years as a trainer, I know that people understand better when they are not afraid to be wrong."),
    ("J’ai grandi entre deux langues et deux façons de se fâcher : la médiation m’a paru naturelle.",
     "I grew up between two languages and two ways of quarrelling: mediation came naturally."),
    ("Après une carrière dans les ressources humaines, j’ai choisi de n’être du côté de personne.",
     "After a career in human resources, I chose to be on nobody’s side."),
    ("{Médiateur|Médiatrice} à plein temps depuis des années, je n’exerce aucun autre métier et c’est ce qui me rend disponible.",
     "A full-time mediator for years, I have no other trade, which is what makes me available."),
    ("J’ai tenu un commerce de quartier ; les querelles, je les ai d’abord connues de derrière un comptoir.",
     "I used to run a local shop; I first met quarrels from behind a counter."),
    ("{Éducateur|Éducatrice}, puis {directeur|directrice} d’association, j’ai appris à faire parler ceux qui se taisent.",
     "First a youth worker, then the head of an association, I learned to give the quiet ones room to speak."),
)  # fmt: skip
WAYS: tuple[Pair, ...] = (
    ("Je reçois d’abord chacun seul, le temps de dire les choses comme elles viennent. La réunion n’arrive qu’ensuite.",
     "I first meet each person alone, long enough to say things as they come. The meeting only comes afterwards."),
    ("Je ne donne raison à personne et je ne décide rien : mon travail est de rendre votre décision possible.",
     "I take nobody’s side and decide nothing: my work is to make your own decision possible."),
    ("Ma méthode tient en trois temps : comprendre ce qui bloque, nommer ce qui compte, écrire ce qui engage.",
     "My method has three steps: understand what is stuck, name what matters, write down what commits."),
    ("Ce qui se dit ici reste ici. C’est la condition pour que l’on puisse enfin se parler franchement.",
     "What is said here stays here. That is what finally lets people speak frankly."),
    ("Je pose beaucoup de questions, parfois inattendues, et je laisse du silence quand il en faut.",
     "I ask many questions, some of them unexpected, and I leave silence when silence is needed."),
    ("Je préfère un petit accord tenu à un grand accord rompu ; nous avançons à la mesure de chacun.",
     "I prefer a small agreement kept to a large one broken; we move at everyone’s pace."),
    ("Je travaille avec un tableau blanc : on y met les faits d’un côté, les reproches de l’autre, et l’air circule déjà mieux.",
     "I work with a whiteboard: facts on one side, reproaches on the other, and there is already more air in the room."),
    ("Vous pouvez venir accompagné, faire une pause, changer d’avis. La seule règle est que chacun puisse finir sa phrase.",
     "You may come with somebody, take a break, change your mind. The only rule is that everyone can finish a sentence."),
    ("Une médiation n’est pas une thérapie : nous cherchons ce qui peut changer dès la semaine prochaine.",
     "Mediation is not therapy: we look for what can change as early as next week."),
    ("J’aide chacun à quitter la question « qui a tort ? » pour celle, plus utile, de « comment fait-on demain ? ».",
     "I help everyone leave the question “who is wrong?” for a more useful one: “what do we do tomorrow?”"),
    ("Je relis toujours l’accord à voix haute avant la signature ; un mot mal compris peut tout recommencer.",
     "I always read the agreement aloud before it is signed; one misunderstood word can start everything again."),
    ("On arrive souvent avec une histoire toute faite. J’aide à la raconter autrement, sans en trahir les faits.",
     "People often arrive with a ready-made story. I help to tell it differently, without betraying the facts."),
)  # fmt: skip
FIELDS: dict[str, tuple[Pair, ...]] = {
    "famille": (
        ("Séparations, gardes alternées, grands-parents tenus à l’écart : j’accompagne les familles qui se recomposent.",
         "Separations, shared custody, grandparents kept away: I support families as they take a new shape."),
        ("Quand des parents ne s’écrivent plus que par avocats, je les aide à reparler des enfants, et d’eux seuls.",
         "When parents only write through lawyers, I help them talk about the children again, and about nothing else."),
    ),
    "succession": (
        ("Autour d’un héritage, il est rarement question d’argent seulement ; je laisse une place aux souvenirs.",
         "An inheritance is rarely about money alone; I leave room for memories."),
    ),
    "voisinage": (
        ("Haies, bruit, servitudes : je me déplace volontiers pour voir le mur dont tout le monde parle.",
         "Hedges, noise, rights of way: I gladly come and look at the wall everyone is talking about."),
    ),
    "copropriete-et-logement": (
        ("Syndics, bailleurs, locataires, voisins du dessus : je connais les textes, et surtout les paliers.",
         "Managing agents, landlords, tenants, upstairs neighbours: I know the rules, and above all the landings."),
    ),
    "travail-et-entreprise": (
        ("Dans l’entreprise, j’interviens entre collègues, entre équipes, ou entre un salarié et sa direction.",
         "In companies, I work between colleagues, between teams, or between an employee and the management."),
    ),
    "associes": (
        ("Associés à parts égales ou famille actionnaire, je vous aide à décider si vous continuez, et comment.",
         "Equal partners or a family of shareholders, I help you decide whether you go on, and how."),
    ),
    "commercial": (
        ("Impayés, livraisons contestées, contrats rompus : une semaine suffit souvent là où un procès prend deux ans.",
         "Unpaid invoices, disputed deliveries, broken contracts: a week is often enough where a trial takes two years."),
    ),
    "administration": (
        ("Entre un usager et une administration, je traduis dans les deux sens.",
         "Between a citizen and a public body, I translate in both directions."),
    ),
    "sante-et-social": (
        ("Je connais les établissements de soin et les maisons de retraite, leurs contraintes et leurs non-dits.",
         "I know hospitals and care homes, their constraints and what goes unsaid there."),
    ),
    "education": (
        ("Écoles, lycées, universités : j’aide élèves, parents et enseignants à se retrouver autour de la même table.",
         "Schools and universities: I help pupils, parents and teachers find each other around the same table."),
    ),
    "associations": (
        ("Dans les associations, les conflits viennent souvent de la passion ; je tiens à ce qu’elle survive à l’accord.",
         "In associations, conflict often comes from passion; I make sure it outlives the agreement."),
    ),
    "numerique-et-reputation": (
        ("Avis blessants, photos publiées sans accord, comptes partagés : ces querelles-là vont vite, moi aussi.",
         "Hurtful reviews, pictures posted without consent, shared accounts: such quarrels move fast, and so do I."),
    ),
    "projet-relationnel": (
        ("On peut aussi venir sans conflit : préparer une cohabitation, une reprise, un mariage, une vie à plusieurs.",
         "You may also come without a conflict: to prepare a shared home, a takeover, a wedding, a life together."),
    ),
}  # fmt: skip
ENDS: tuple[Pair, ...] = (
    ("Le premier échange sert à voir si la médiation convient ; si ce n’est pas le cas, je vous le dis.",
     "The first talk shows whether mediation suits you; if it does not, I will say so."),
    ("Je réponds aux messages le matin et je reçois tard certains soirs, pour ceux qui travaillent.",
     "I answer messages in the morning and receive late on some evenings, for those who work."),
    ("Le thé est offert, l’heure est respectée, et personne ne repart sans savoir quelle est la prochaine étape.",
     "Tea is on me, time is kept, and nobody leaves without knowing what the next step is."),
    ("Une question avant de réserver ? Le premier contact est fait pour cela.",
     "A question before you book? That is what the first contact is for."),
    ("Je reçois aussi à distance, ce qui évite bien des trajets et quelques portes claquées.",
     "I also work remotely, which saves many journeys and a few slammed doors."),
    ("Je travaille parfois en binôme quand les parties sont nombreuses ; vous en êtes toujours prévenus.",
     "I sometimes work with a colleague when there are many parties; you always know beforehand."),
    ("Mes honoraires se partagent entre les parties, sauf si elles en décident autrement.",
     "My fees are shared between the parties, unless they decide otherwise."),
    ("Les enfants ne participent pas aux réunions, mais leur place y est toujours gardée.",
     "Children do not attend the meetings, but their place is always kept there."),
)  # fmt: skip


def presentation(chance: Random, slugs: list[str], *, woman: bool) -> Pair:
    """A life, a way of working, one field, an end; in French and in English."""
    parts = [chance.choice(PATHS), chance.choice(WAYS), chance.choice(FIELDS[chance.choice(slugs)])]
    if chance.random() < 0.8:
        parts.append(chance.choice(ENDS))
    if chance.random() < 0.3:
        parts[0], parts[2] = parts[2], parts[0]
    french = _gendered(" ".join(part[0] for part in parts), woman=woman)
    return french.replace(" ;", "\u00a0;").replace(" :", "\u00a0:").replace(" ?", "\u00a0?").replace(
        "« ", "«\u00a0"
    ).replace(" »", "\u00a0»"), " ".join(part[1] for part in parts)


def _gendered(text: str, *, woman: bool) -> str:
    before, brace, rest = text.partition("{")
    if not brace:
        return text
    forms, _, after = rest.partition("}")
    return before + forms.split("|")[woman] + _gendered(after, woman=woman)
