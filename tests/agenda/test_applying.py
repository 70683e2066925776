"""A draft that nobody sees: begun once, completed, sent, forgotten."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from allomediateur.accounts.models import User
from allomediateur.agenda import applying, finding, verifying
from allomediateur.agenda.applying import Incomplete, NotAnApplicant, NotOpen, Step
from allomediateur.agenda.models import Service
from allomediateur.directory import papers
from allomediateur.directory.models import Application, Credential, Document, Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing, retention
from tests.agenda.standings import KINDS, make_applicant, make_claim, make_staff
from tests.directory.files import PDF
from tests.factories import NOW, make_mediator, make_office, make_specialty, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAPER = papers.check("certificat.pdf", PDF)


def filled(mediator: Mediator) -> Mediator:
    """All that is asked."""
    mediator.name, mediator.phone, mediator.presentation_fr = "Anne Roux", "+33639980001", "Je vous reçois."
    mediator.save()
    applying.claim(mediator, KINDS.CERTIFICATE, number="C-12", year=2015, paper=PAPER, now=NOW)
    applying.sign(mediator, "2023", NOW)
    make_office(mediator, is_main=True)
    mediator.specialties.add(make_specialty())
    Service.objects.create(mediator=mediator, name_fr="Premier contact", **applying.FIRST_CONTACT)
    return mediator


def test_a_draft_is_begun_once_and_changes_no_role() -> None:
    alice = make_user(name="Anne Roux")
    draft = applying.start(alice, NOW)
    assert applying.start(alice, NOW + DAY) == draft
    alice.refresh_from_db()
    assert (draft.slug, draft.application.state, alice.role) == ("anne-roux", "draft", "client")
    assert not Mediator.objects.listed(NOW).exists()


@pytest.mark.parametrize("role", [User.Role.STAFF, User.Role.SECRETARY])
def test_who_works_here_does_not_apply_with_that_account(role: str) -> None:
    with pytest.raises(NotAnApplicant):
        applying.start(make_user(role=role), NOW)


def test_namesakes_have_addresses_of_their_own() -> None:
    slugs = [applying.start(make_user(f"a{n}@example.org", name="Anne Roux"), NOW).slug for n in range(3)]
    assert slugs == ["anne-roux", "anne-roux-2", "anne-roux-3"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_begin_one_draft() -> None:
    alice = make_user()
    found: list[int] = []

    def click() -> None:
        try:
            found.append(applying.start(alice, NOW).pk)
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(found), len(set(found)), Application.objects.count()) == (6, 1, 1)


def test_what_is_missing_is_told_in_order_and_nothing_is_sent() -> None:
    draft = applying.start(make_user(name=""), NOW)
    required = [step for step in Step if step not in applying.OPTIONAL and step != Step.LANGUAGES]
    assert applying.missing(draft) == required
    with pytest.raises(Incomplete) as refused:
        applying.submit(draft, NOW)
    assert (refused.value.steps, Letter.objects.count()) == (required, 0)


def test_a_whole_application_is_sent_once_and_waits() -> None:
    draft = filled(applying.start(make_user(), NOW))
    assert applying.missing(draft) == []
    applying.submit(draft, NOW)
    assert Letter.objects.get().kind == "application_received"
    with pytest.raises(NotOpen):
        applying.submit(draft, NOW)
    with pytest.raises(NotOpen):
        applying.check_open(draft)
    assert finding.find(finding.Query(), NOW).total == 0


def test_a_page_opened_before_saves_nothing_once_sent() -> None:
    draft = filled(applying.start(make_user(), NOW))
    applying.submit(draft, NOW)
    with pytest.raises(NotOpen), applying.changing(draft, NOW):
        Mediator.objects.update(name="Autre")
    assert Mediator.objects.get().name == "Anne Roux"


def test_what_staff_asked_for_is_answered_by_sending_again() -> None:
    draft = filled(applying.start(make_user(), NOW))
    application = applying.submit(draft, NOW)
    verifying.ask_more(application, text="La page 2", by=make_staff(), now=NOW)
    applying.check_open(draft)
    again = applying.submit(draft, NOW + DAY)
    assert (again.state, again.asked, again.submitted_at) == ("submitted", "", NOW + DAY)


def test_a_claim_replaces_the_one_that_waits_and_keeps_its_paper() -> None:
    draft = applying.start(make_user(), NOW)
    first = applying.claim(draft, KINDS.INSURANCE, issuer="A", paper=PAPER, now=NOW)
    second = applying.claim(draft, KINDS.INSURANCE, issuer="B", now=NOW)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "claimed")
    assert papers.read(Document.objects.get()) == PDF
    assert Document.objects.get().credential == second
    applying.withdraw(draft, KINDS.INSURANCE)
    assert not Document.objects.exists()


def test_a_renewal_leaves_what_was_accepted() -> None:
    bob = make_mediator()
    verifying.judge(make_claim(bob, KINDS.INSURANCE), accepted=True, by=make_staff(), now=NOW)
    applying.claim(bob, KINDS.INSURANCE, issuer="B", paper=PAPER, now=NOW)
    assert sorted(Credential.objects.values_list("state", flat=True)) == ["accepted", "claimed"]


@pytest.mark.parametrize("state", [*Application.State.values])
def test_an_account_with_an_application_is_erased_with_it(state: str) -> None:
    anne = make_applicant(state=state)
    papers.store(make_claim(anne, KINDS.CERTIFICATE), PAPER, NOW)
    if state == Application.State.ACCEPTED:
        User.objects.filter(pk=anne.user_id).update(role=User.Role.MEDIATOR)
    user = User.objects.get(pk=anne.user_id)
    if state == Application.State.ACCEPTED:
        with pytest.raises(erasing.NotErasable):
            erasing.erase(user, NOW)
        return
    erasing.erase(user, NOW)
    assert (Mediator.objects.count(), Document.objects.count(), User.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("state", "gone"), [("draft", 1), ("more_asked", 1), ("refused", 1), ("submitted", 0), ("accepted", 0)]
)
def test_drafts_and_refused_ones_are_forgotten_after_a_year(state: str, gone: int) -> None:
    make_applicant(state=state)
    told: dict[str, Any] = dict(retention.forget(NOW + 364 * DAY))
    assert told["drafts"] == 0
    told = dict(retention.forget(NOW + 366 * DAY))
    assert told["drafts"] == gone
