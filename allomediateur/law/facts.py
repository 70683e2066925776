"""What is told of a case. None is « je ne sais pas »; what contradicts itself is said, not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Day  # noqa: N812 - a fact is named `date`
from enum import StrEnum

from allomediateur.law import words
from allomediateur.law.months import lengths, months_after
from allomediateur.law.texts import Text


class Court(StrEnum):
    JUDICIAIRE = "judiciaire"
    PROXIMITE = "proximite"
    COMMERCE = "commerce"
    PRUDHOMMES = "prudhommes"
    ADMINISTRATIF = "administratif"


class Subject(StrEnum):
    BOUNDARY = "boundary"
    PLANTING_DISTANCE = "planting_distance"
    WORKS_674 = "works_674"
    DITCHES = "ditches"
    SERVITUDE_CRPM = "servitude_crpm"
    SERVITUDE_640_641 = "servitude_640_641"
    SERVITUDE_682 = "servitude_682"
    ASSOCIATION_SYNDICALE = "association_syndicale"
    NUISANCE = "nuisance"
    OWNERSHIP = "ownership"
    OTHER = "other"


class Procedure(StrEnum):
    ORDINARY = "ordinary"
    INTERIM = "interim"
    PAYMENT_ORDER = "payment_order"
    PAYMENT_ORDER_OPPOSITION = "payment_order_opposition"
    EX_PARTE = "ex_parte"
    JOINT_REQUEST = "joint_request"


class Parties(StrEnum):
    INDIVIDUALS = "individuals"
    CONSUMER_VS_TRADER = "consumer_vs_trader"
    TRADER_VS_CONSUMER = "trader_vs_consumer"
    COMPANIES = "companies"
    CITIZEN_VS_ADMINISTRATION = "citizen_vs_administration"
    EMPLOYEE_VS_EMPLOYER = "employee_vs_employer"
    TENANT_VS_LANDLORD = "tenant_vs_landlord"
    FAMILY = "family"


class Exemption(StrEnum):
    AGREEMENT_APPROVAL = "agreement_approval"
    PRIOR_APPEAL = "prior_appeal"
    URGENCY = "urgency"
    IMPOSSIBLE = "impossible"
    EX_PARTE = "ex_parte"
    CONCILIATOR_DELAY = "conciliator_delay"
    JUDGE_MUST_CONCILIATE = "judge_must_conciliate"
    SMALL_CLAIMS_FAILED = "small_claims_failed"


class Attempt(StrEnum):
    NONE = "none"
    FORMAL_NOTICE = "formal_notice"
    REFUSED_INVITATION = "refused_invitation"
    HELD = "held"


class Territory(StrEnum):
    METROPOLE = "metropole"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    REUNION = "reunion"
    MAYOTTE = "mayotte"
    SAINT_PIERRE_ET_MIQUELON = "saint_pierre_et_miquelon"
    SAINT_BARTHELEMY = "saint_barthelemy"
    SAINT_MARTIN = "saint_martin"
    WALLIS_ET_FUTUNA = "wallis_et_futuna"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle_caledonie"


USUAL = ("subjects", "procedure", "parties", "exemptions", "territory", "violence")
"""Facts that, when nobody speaks of them, are taken as the usual ones below; « je ne sais pas » is another thing."""


class BadFacts(ValueError):
    """`faults`: what to mend, by fact, a sentence each."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(one.message.fr for one in faults))
        self.faults = faults


@dataclass(frozen=True)
class Fault:
    name: str
    message: Text


@dataclass(frozen=True)
class Facts:
    """`date`: when the court action is started. `claim_cents`: without costs; 0 when no money is asked for.

    `subjects` empty: none of those named; `exemptions` empty: none is invoked. `presumed` are the names of USUAL that
    nobody told: the answer says so where they matter.
    """

    date: Day | None
    court: Court | None = None
    claim_cents: int | None = None
    subjects: tuple[Subject, ...] | None = ()
    procedure: Procedure | None = Procedure.ORDINARY
    parties: Parties | None = Parties.INDIVIDUALS
    exemptions: tuple[Exemption, ...] | None = ()
    conciliator_referred_on: Day | None = None
    conciliator_meeting_on: Day | None = None
    conciliator_delay_days: int | None = None
    attempt: Attempt | None = None
    territory: Territory | None = Territory.METROPOLE
    violence: bool | None = False
    presumed: frozenset[str] = frozenset()


def faults(facts: Facts) -> tuple[Fault, ...]:
    """What cannot be, alone or together."""
    return (*_impossible(facts), *_contradictions(facts))


def check(facts: Facts) -> None:
    """Raises BadFacts."""
    if found := faults(facts):
        raise BadFacts(found)


FIRST_YEAR, LAST_YEAR = 1900, 2199
MOST_CENTS = 10**14
_DATES = ("date", "conciliator_referred_on", "conciliator_meeting_on")


def _impossible(facts: Facts) -> Iterator[Fault]:
    for name in _DATES:
        value = getattr(facts, name)
        if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
            yield Fault(name, words.FAR_DATE)
    if facts.claim_cents is not None and facts.claim_cents < 0:
        yield Fault("claim_amount", words.NEGATIVE_AMOUNT)
    elif facts.claim_cents is not None and facts.claim_cents > MOST_CENTS:
        yield Fault("claim_amount", words.LARGE_AMOUNT)
    if facts.conciliator_delay_days is not None and not 0 <= facts.conciliator_delay_days <= 10_000:
        yield Fault("conciliator_delay_days", words.BAD_DELAY)


NOT_BEFORE = {
    Parties.FAMILY: (Court.COMMERCE, Court.PRUDHOMMES, Court.ADMINISTRATIF),
    Parties.EMPLOYEE_VS_EMPLOYER: (Court.COMMERCE,),
    Parties.CONSUMER_VS_TRADER: (Court.PRUDHOMMES, Court.ADMINISTRATIF),
    Parties.TRADER_VS_CONSUMER: (Court.PRUDHOMMES, Court.ADMINISTRATIF),
    Parties.TENANT_VS_LANDLORD: (Court.PRUDHOMMES,),
    Parties.COMPANIES: (Court.PRUDHOMMES,),
}
"""Courts that never judge between these parties."""

PAYMENT_ORDERS = (Procedure.PAYMENT_ORDER, Procedure.PAYMENT_ORDER_OPPOSITION)


def _contradictions(facts: Facts) -> Iterator[Fault]:
    if facts.parties and facts.court in NOT_BEFORE.get(facts.parties, ()):
        yield Fault("court", words.OTHER_COURT.filled(parties=words.PARTIES[facts.parties]))
    if facts.procedure in PAYMENT_ORDERS:
        if facts.court in (Court.PRUDHOMMES, Court.ADMINISTRATIF):
            yield Fault("procedure", words.NO_PAYMENT_ORDER)
        if facts.claim_cents == 0:
            yield Fault("claim_amount", words.ORDER_WITHOUT_MONEY)
    if facts.procedure is Procedure.JOINT_REQUEST and Exemption.EX_PARTE in (facts.exemptions or ()):
        yield Fault("exemptions", words.JOINT_AND_EX_PARTE)
    yield from _conciliator(facts)


def _conciliator(facts: Facts) -> Iterator[Fault]:
    referred, meeting, days = (
        facts.conciliator_referred_on, facts.conciliator_meeting_on, facts.conciliator_delay_days,
    )  # fmt: skip
    if referred is None or meeting is None:
        return
    if meeting < referred:
        yield Fault("conciliator_meeting_on", words.MEETING_FIRST)
    elif days is not None and days != (meeting - referred).days:
        yield Fault("conciliator_delay_days", words.OTHER_DELAY.filled(days=(meeting - referred).days))


def waited(facts: Facts, months: int) -> bool | None:
    """Whether the first conciliation meeting came more than so many months after the referral; None: cannot be told.

    Dates decide; a number of days alone does where every count of months agrees. A referral that came after the action
    was started is none.
    """
    referred, meeting, days = (
        facts.conciliator_referred_on, facts.conciliator_meeting_on, facts.conciliator_delay_days,
    )  # fmt: skip
    if referred is not None and facts.date is not None and referred > facts.date:
        return False
    if referred is not None and meeting is not None:
        return meeting > months_after(referred, months)
    if days is None:
        is_raised = referred or meeting or Exemption.CONCILIATOR_DELAY in (facts.exemptions or ())
        return None if is_raised else False
    shortest, longest = lengths(months)
    if shortest <= days <= longest:
        return None
    return days > longest
