"""Is a lawyer compulsory, and who else may help or speak: by court, party, procedure, subject and amount."""

from __future__ import annotations

from dataclasses import dataclass

from allomediateur.law import sayings
from allomediateur.law.facts import Court, Facts
from allomediateur.law.judging import Known, explore, told
from allomediateur.law.tables import Assistance, CourtNeed, Lawyer, Need, PriorAttempt, Tables
from allomediateur.law.texts import Text

CIVIL = (Court.JUDICIAIRE, Court.PROXIMITE)


@dataclass(frozen=True)
class Help:
    """`lawyer`: whether one is needed. `others`: who else may help or speak; `certain`: no doubt."""

    lawyer: Need
    others: tuple[Text, ...]
    certain: bool
    sentences: tuple[Text, ...]
    articles: tuple[str, ...]


def lawyer_needed(facts: Facts, tables: Tables) -> tuple[Need, tuple[str, ...]]:
    """Required, not required or uncertain, and the articles that say so."""
    branches = told(explore(facts, tables, _need), lambda found: found)
    needs = {branch.found for branch in branches}
    need = needs.pop() if len(needs) == 1 else Need.UNCERTAIN
    return need, _court(facts, tables).articles if facts.court else ()


def needs_amount(facts: Facts, tables: Tables) -> bool:
    """Whether the amount, still unknown, decides if a lawyer is compulsory."""
    branches = told(explore(facts, tables, _need), lambda found: found)
    names = {name for branch in branches for name, _ in branch.supposed}
    return len({branch.found for branch in branches}) > 1 and "claim_cents" in names


def _court(facts: Facts, tables: Tables) -> CourtNeed:
    known = Known(facts, tables)
    if facts.date is None:
        return CourtNeed(Need.UNCERTAIN, ())
    found: CourtNeed = tables.on(Lawyer, facts.date).courts[known.court]
    return found


def _need(known: Known) -> Need:
    table = known.tables.on(Lawyer, known.date)
    by_court = table.courts[known.court].need
    if by_court is not Need.BY_CEILING:
        return by_court
    if known.procedure in table.procedures:
        return table.procedures[known.procedure]
    if known.court in CIVIL and known.parties in table.parties:
        return table.parties[known.parties]
    return _by_claim(known, table)


def _by_claim(known: Known, table: Lawyer) -> Need:
    """No sum asked for is an indeterminate claim; what 750-1 names has rules of its own, not verified here."""
    if known.court in CIVIL and any(one in table.subjects for one in known.subjects):
        return Need.REQUIRED
    if known.claim_cents == 0:
        named = any(one in version.subjects for version in known.tables.each(PriorAttempt) for one in known.subjects)
        return Need.UNCERTAIN if named else Need.REQUIRED
    within = table.ceiling_cents is not None and known.claim_cents <= table.ceiling_cents
    return Need.NOT_REQUIRED if within else Need.REQUIRED


def help_before(facts: Facts, tables: Tables, lawyer: Need) -> Help:
    """What is known without the court or the day: a lawyer may always help."""
    alone = {Need.REQUIRED: sayings.NOT_SELF, Need.NOT_REQUIRED: sayings.SELF}.get(lawyer, sayings.SELF_UNSURE)
    if facts.date is None or facts.court is None:
        return Help(lawyer, (), False, (alone, sayings.OTHERS_UNSURE), ())
    table = tables.on(Assistance, facts.date)
    found = table.courts[facts.court]
    others = () if lawyer is Need.REQUIRED else found.others
    told_of = [alone]
    if others:
        told_of += [sayings.OTHERS]
        told_of += [note.text for note in table.notes]
    elif not found.certain:
        told_of += [sayings.OTHERS_UNSURE]
    return Help(lawyer, others, found.certain, tuple(told_of), found.articles)
