"""Letters of a saisine: none says what it is about, nor of whom; a link leads to it.

To the person, every letter of news is the same, and without the name of the site where discretion was asked for.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from allomediateur.accounts.models import User
from allomediateur.cases import copies, links
from allomediateur.cases.compartments.actors import Role
from allomediateur.cases.compartments.gate import Opened
from allomediateur.cases.models import Intake, Membership, Proposal
from allomediateur.cases.questionnaire.facets import Facets
from allomediateur.cases.questionnaire.outcomes import Safety
from allomediateur.configuration import names
from allomediateur.notify import outbox
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import zone_of


def may_write(found: Facets) -> bool:
    """Whether letters may go to the address that was given."""
    return bool(found.email) and found.discreet in ("", "email")


def is_discreet(found: Facets) -> bool:
    """Somebody is afraid, or does not say that nobody is: letters name neither the site nor a mediation."""
    return found.safety is not Safety.NONE or bool(found.discreet)


def to_prove(intake: Intake, found: Facets, token: str, now: datetime) -> None:
    """Nobody has the request before this letter's link is opened."""
    _to_person("intake_to_prove", intake, found, address("intake_resume", intake.language, token), now)


def noted(intake: Intake, found: Facets, token: str, now: datetime) -> None:
    """To who dictated it: the way to follow it."""
    _to_person("intake_noted", intake, found, address("intake_resume", intake.language, token), now)


def news(intake: Intake, opened: Opened, now: datetime) -> None:
    """It has gone on. Where no letter may tell, staff do: it is noted for them."""
    found = copies.routing(opened)
    if not may_write(found):
        if found.discreet != "none":
            intake.to_tell = True
            intake.save(update_fields=["to_tell"])
        return
    account = author_of(intake, now)
    if account:
        url = address("client_intake", account.language, intake.reference)
    else:
        url = address("intake_resume", intake.language, links.make(opened, now))
    _to_person("intake_news", intake, found, url, now)


def proposed(proposal: Proposal, now: datetime) -> None:
    """To the mediator: one to answer, and until when."""
    user = proposal.mediator.user
    due = proposal.due_at or now
    until = wording.when(due, zone_of(user.zone), user.language, now=now)
    _to_mediator("intake_proposed", proposal, now, until=until)


def gone(proposal: Proposal, now: datetime) -> None:
    """To the mediator: there is nothing to answer any more."""
    _to_mediator("intake_gone", proposal, now)


def told_staff(intake: Intake, now: datetime) -> None:
    """To the address of the site: one more to direct."""
    outbox.write(
        "intake_to_route", topic=topic_of(intake), to=names.value("contact_email"), language="fr", now=now,
        context={"page_url": address("staff_intake", "fr", intake.reference)},
    )  # fmt: skip


def topic_of(intake: Intake) -> str:
    """What its letters are about."""
    return f"intake:{intake.reference}"


def author_of(intake: Intake, now: datetime) -> User | None:
    """The account that it is of, if any."""
    authors = Membership.objects.live(now).filter(compartment=intake.compartment_id, role=Role.AUTHOR)
    return User.objects.filter(pk__in=authors.values("user")).first()


def address(name: str, language: str, *args: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _to_person(kind: str, intake: Intake, found: Facets, url: str, now: datetime) -> None:
    name = f"{kind}_discreet" if is_discreet(found) else kind
    outbox.write(
        name, topic=topic_of(intake), to=found.email, language=intake.language, now=now, context={"page_url": url}
    )


def _to_mediator(kind: str, proposal: Proposal, now: datetime, **more: object) -> None:
    user = proposal.mediator.user
    url = address("mediator_intake", user.language, proposal.intake.reference)
    outbox.write(
        kind, topic=topic_of(proposal.intake), to=user.email, language=user.language, now=now,
        context={"page_url": url, **more},
    )  # fmt: skip
