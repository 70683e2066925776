"""What an answer says, in both languages. Which sentence, and when, is `answering.py`’s."""

from allomediateur.law.facts import Attempt, Exemption
from allomediateur.law.judging import Ground
from allomediateur.law.texts import Text

REASONS = {
    Ground.OUTSIDE_TERRITORY: Text(
        "Ce territoire a sa propre procédure civile. L’article 750-1 n’y est pas la règle : renseignez-vous sur place.",
        "This territory has its own civil procedure. Article 750-1 is not the rule there: ask locally.",
    ),
    Ground.FAMILY: Text(
        "Les conflits de famille suivent d’autres règles. Jusqu’à la fin de 2024 au moins, pour modifier une décision "
        "sur les enfants, certains tribunaux demandaient d’abord une médiation familiale. Nous ne savons pas si c’est "
        "encore vrai : demandez au greffe du vôtre.",
        "Family disputes follow other rules. Until the end of 2024 at least, some courts asked for family mediation "
        "before a decision about children was changed. We do not know whether this still holds: ask the registry "
        "of yours.",
    ),
    Ground.FAMILY_VIOLENCE: Text(
        "Il y a des violences, ou elles sont à craindre. Le juge ne peut alors ni vous proposer une médiation "
        "familiale, ni vous y envoyer pour une réunion d’information.",
        "There is violence, or it is to be feared. The judge may then neither propose family mediation to you, nor "
        "send you to an information meeting.",
    ),
    Ground.ADMINISTRATION: Text(
        "Un litige avec une administration suit le code de justice administrative. Il faut souvent une décision, "
        "et parfois un recours ou une médiation préalable : la lettre de décision le dit.",
        "A dispute with a public body follows the Code of Administrative Justice. A decision is often needed, and "
        "sometimes a prior appeal or mediation: the letter of decision says so.",
    ),
    Ground.OTHER_COURT: Text(
        "L’article 750-1 ne vaut que devant le tribunal judiciaire. Ce tribunal-là a ses propres règles.",
        "Article 750-1 holds only before the tribunal judiciaire. This other court has rules of its own.",
    ),
    Ground.PAYMENT_ORDER: Text(
        "L’injonction de payer est hors de cette règle, de la demande jusqu’à l’opposition.",
        "Payment orders are outside this rule, from the request to the opposition.",
    ),
    Ground.NO_TEXT: Text(
        "À cette date, aucun texte n’imposait de tentative devant le tribunal judiciaire : {source}.",
        "On that day no text imposed an attempt before the tribunal judiciaire: {source}.",
    ),
    Ground.OUT_OF_FIELD: Text(
        "La demande n’est pas une somme de {ceiling} ou moins, et elle ne porte pas sur un des sujets du texte.",
        "The claim is not for {ceiling} or less, and it is not about one of the subjects of the text.",
    ),
    Ground.EX_PARTE: Text(
        "Le juge décide ici sans entendre l’autre personne d’abord : le texte dispense alors de tenter.",
        "Here the judge decides without hearing the other side first: the text then asks for no attempt.",
    ),
    Ground.EXEMPTION: Text("Le texte vous dispense : {exemptions}.", "The text exempts you: {exemptions}."),
    Ground.UNSURE_EXEMPTION: Text(
        "Une dispense existe peut-être, sans que nous puissions l’affirmer : {exemptions}.",
        "There may be an exemption, but we cannot be sure: {exemptions}.",
    ),
    Ground.VIOLENCE: Text(
        "Vous parlez de violences. Elles peuvent rendre la tentative impossible : c’est le juge qui en décide.",
        "You mention violence. It may make an attempt impossible: the judge decides.",
    ),
    Ground.AMOUNT: Text(
        "La demande est une somme de {ceiling} ou moins : il faut une tentative avant de saisir "
        "le tribunal judiciaire.",
        "The claim is for {ceiling} or less: an attempt is needed before going to the tribunal judiciaire.",
    ),
    Ground.SUBJECT: Text(
        "Le litige porte sur {subjects} : il faut une tentative, quel que soit le montant.",
        "The dispute is about {subjects}: an attempt is needed, whatever the amount.",
    ),
}
CHOICE = Text(
    "Une tentative suffit, et vous choisissez laquelle : un conciliateur de justice (gratuit), un médiateur, ou une "
    "procédure participative avec des avocats. Une médiation de la consommation compte aussi. Il n’est pas obligatoire "
    "de trouver un accord.",
    "An attempt is enough, and you choose which: a conciliateur de justice (free), a mediator, or a participative "
    "procedure with lawyers. A consumer mediation counts too. Reaching an agreement is not compulsory.",
)
UNKNOWN = Text(
    "Nous ne pouvons pas répondre avec certitude. Il nous manque : {names}.",
    "We cannot answer with certainty. We miss: {names}.",
)
NAMES = {
    "date": Text("le jour où le juge est saisi", "the day the court action is started"),
    "court": Text("le tribunal", "the court"),
    "claim_cents": Text("le montant demandé", "the amount claimed"),
    "subjects": Text("le sujet du litige", "what the dispute is about"),
    "procedure": Text("la sorte de demande au juge", "the kind of court procedure"),
    "parties": Text("qui est face à vous", "who is on the other side"),
    "exemptions": Text("si une dispense s’applique", "whether an exemption applies"),
    "territory": Text("le territoire", "the territory"),
    "violence": Text("s’il y a des violences", "whether there is violence"),
}

# Warnings
PRESUMED = {
    "subjects": Text(
        "Vous n’avez pas dit le sujet. Nous supposons que ce n’est ni une limite de terrain, ni des arbres ou des "
        "eaux, ni un trouble de voisinage.",
        "You did not say the subject. We take it to be neither a boundary, nor trees or waters, nor a nuisance.",
    ),
    "procedure": Text(
        "Vous n’avez pas dit la sorte de demande. Nous supposons une demande ordinaire.",
        "You did not say the kind of procedure. We take it to be an ordinary claim.",
    ),
    "parties": Text(
        "Vous n’avez pas dit qui est face à vous. Nous supposons un litige entre particuliers.",
        "You did not say who is on the other side. We take it to be a dispute between private persons.",
    ),
    "exemptions": Text(
        "Vous n’avez parlé d’aucune dispense. Nous supposons qu’il n’y en a pas.",
        "You mentioned no exemption. We take it that there is none.",
    ),
    "territory": Text(
        "Vous n’avez pas dit le territoire. Nous supposons la métropole.",
        "You did not say the territory. We take it to be mainland France.",
    ),
    "violence": Text(
        "Vous n’avez pas parlé de violences. S’il y en a, la réponse peut changer.",
        "You did not mention violence. If there is any, the answer may change.",
    ),
}
FORMAL_NOTICE = Text(
    "Une mise en demeure, la lettre qui réclame ce qui est dû, n’est pas une tentative de règlement amiable.",
    "A formal notice, the letter that claims what is due, is not an attempt at an amicable settlement.",
)
INADMISSIBLE = Text(
    "Sans tentative, le juge peut refuser d’examiner la demande, même si personne ne le lui demande.",
    "Without an attempt, the judge may refuse to examine the claim, even if nobody asks for it.",
)
INTERIM = Text(
    "Le référé, la procédure rapide, n’échappe pas à la règle. C’est l’urgence, si elle est manifeste, qui dispense.",
    "Interim proceedings do not escape the rule. It is urgency, when manifest, that exempts.",
)
ANNOUNCED = Text(
    "Un projet annonçait un seuil de {ceiling} à partir du {day}. Nous ne l’avons pas trouvé publié : "
    "il n’est pas appliqué ici.",
    "A draft announced a ceiling of {ceiling} from {day}. We have not found it published: it is not applied here.",
)
LIMITATION = Text(
    "Surveillez la prescription, c’est-à-dire le temps pour agir. Elle est suspendue à partir de votre accord écrit "
    "à tous d’aller en médiation ou, sans écrit, de la première réunion, jusqu’à la fin déclarée. Il reste alors au "
    "moins six mois. Les délais de forclusion, eux, ne sont en principe pas suspendus.",
    "Watch the limitation period, the time to act. It is suspended from the written agreement of all to mediate or, "
    "without writing, from the first meeting, until the declared end. At least six months are then left. Foreclosure "
    "periods, in principle, are not suspended.",
)
ADDS_UP = Text(
    "Comptez la somme sans les frais. Les demandes nées d’un même contrat contre la même personne s’additionnent.",
    "Count the sum without costs. Claims from one contract against one person add up.",
)
VIOLENCE = Text(
    "En danger, appelez le 17 ou le 112 ; par SMS, le 114. Le 3919 écoute, gratuitement et à toute heure. "
    "Un avocat ou une association d’aide aux victimes peut vous accompagner.",
    "In danger, call 17 or 112; by text message, 114. The 3919 listens, free of charge at any hour. "
    "A lawyer or a victims’ association can help you.",
)
GENERAL = Text(
    "C’est une information générale, pas un conseil juridique.",
    "This is general information, not legal advice.",
)

# Evidence
PROOFS = {
    Attempt.HELD: Text(
        "L’attestation de tentative du conciliateur ou du médiateur, avec ses dates, ou le constat d’accord.",
        "The certificate of attempt from the conciliateur or the mediator, with its dates, or the record of agreement.",
    ),
    Attempt.REFUSED_INVITATION: Text(
        "L’invitation écrite, la preuve qu’elle est arrivée, et le refus ; ou l’attestation du conciliateur ou du "
        "médiateur qui le constate.",
        "The written invitation, proof that it arrived, and the refusal; or the certificate in which the conciliateur "
        "or the mediator records it.",
    ),
}
TO_GET = Text(
    "Demandez au conciliateur ou au médiateur une attestation de tentative, avec ses dates. Le juge la voudra.",
    "Ask the conciliateur or the mediator for a certificate of attempt, with its dates. The judge will want it.",
)
TWO_DATES = Text(
    "Gardez deux dates écrites : l’accord d’aller en médiation, et sa fin. Elles comptent pour la prescription.",
    "Keep two written dates: the agreement to mediate, and its end. They count for the limitation period.",
)
OF_EXEMPTION = {
    Exemption.AGREEMENT_APPROVAL: Text(
        "L’accord signé, à joindre à la demande.", "The signed agreement, to go with the request."
    ),
    Exemption.PRIOR_APPEAL: Text(
        "Le recours préalable envoyé, et la réponse reçue.", "The prior appeal you sent, and the answer you received."
    ),
    Exemption.URGENCY: Text(
        "Ce qui montre l’urgence : dates, constats, certificats.", "What shows urgency: dates, reports, certificates."
    ),
    Exemption.IMPOSSIBLE: Text(
        "Ce qui montre que la tentative était impossible : expliquez-le dans la demande.",
        "What shows that an attempt was impossible: explain it in the claim.",
    ),
    Exemption.EX_PARTE: Text(
        "La raison pour laquelle l’autre ne doit pas être entendu d’abord.",
        "The reason why the other side must not be heard first.",
    ),
    Exemption.CONCILIATOR_DELAY: Text(
        "Le jour où vous avez saisi le conciliateur, et le jour de la première réunion qu’il propose. Toute preuve est "
        "bonne : courriels, lettres, captures d’écran.",
        "The day you asked the conciliateur, and the day of the first meeting offered. Any proof will do: e-mails, "
        "letters, screenshots.",
    ),
    Exemption.JUDGE_MUST_CONCILIATE: Text(
        "Le texte spécial qui demande au juge, ou à l’autorité, de tenter une conciliation.",
        "The special rule that asks the judge, or the authority, to try conciliation.",
    ),
    Exemption.SMALL_CLAIMS_FAILED: Text(
        "Le document du commissaire de justice qui constate l’échec du recouvrement simplifié.",
        "The document in which the commissaire de justice records that the simplified recovery failed.",
    ),
}
KEEP = Text(
    "Gardez tous les écrits : lettres, courriels, contrats, photos, avec leurs dates.",
    "Keep everything in writing: letters, e-mails, contracts, photographs, with their dates.",
)

# Ways
CONCILIATOR = Text(
    "Le conciliateur de justice est gratuit. Il ne traite ni la famille, ni les litiges avec l’administration.",
    "The conciliateur de justice is free of charge. Family matters and public bodies are not for them.",
)
MEDIATOR = Text(
    "Un médiateur professionnel : il est payant, à un tarif annoncé. Certains premiers entretiens sont offerts.",
    "A professional mediator: paid, at an announced price. Some first interviews are free.",
)
PARTICIPATIVE = Text(
    "La procédure participative : chacun a son avocat, et tous cherchent un accord pendant un temps fixé. Elle est "
    "payante ; l’aide juridictionnelle est possible.",
    "The participative procedure: each side has a lawyer, and all look for an agreement for a set time. It is paid "
    "for; legal aid is possible.",
)
CONSUMER = Text(
    "Le médiateur de la consommation est gratuit pour le consommateur. Sa médiation compte comme une tentative.",
    "The consumer mediator is free for the consumer. That mediation counts as an attempt.",
)
DEFENDER = Text(
    "Le Défenseur des droits et ses délégués sont gratuits, pour un litige avec un service public.",
    "The Défenseur des droits and delegates are free, for a dispute with a public service.",
)
POINT_JUSTICE = Text(
    "Un point-justice informe gratuitement sur vos droits, près de chez vous.",
    "A point-justice informs you about your rights free of charge, near you.",
)

# Assistance
SELF = Text("Vous pouvez vous défendre sans avocat.", "You may defend yourself without a lawyer.")
NOT_SELF = Text(
    "En principe, il faut un avocat : il parle et écrit pour vous. Il existe des exceptions : demandez au greffe.",
    "In principle a lawyer is needed, who speaks and writes for you. There are exceptions: ask the registry.",
)
SELF_UNSURE = Text(
    "Nous ne savons pas si vous pouvez vous défendre sans avocat : demandez au greffe du tribunal.",
    "We do not know whether you may defend yourself without a lawyer: ask the court’s registry.",
)
OTHERS = Text("Une autre personne peut aussi vous aider.", "Somebody else may also help you.")
OTHERS_UNSURE = Text(
    "Pour une aide qui n’est pas celle d’un avocat, la règle de ce tribunal est à vérifier auprès de son greffe.",
    "For help other than a lawyer’s, this court’s rule is to be checked with its registry.",
)
