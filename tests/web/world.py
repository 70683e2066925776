"""Six visitors, and something of everybody's to look at: for the matrix and the crawler."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.agenda import confirming, importing, waiting
from allomediateur.agenda.models import Appointment, State, Wait
from allomediateur.cases.compartments.actors import Account, Holder
from allomediateur.cases.models import Intake
from allomediateur.directory import papers, practising
from allomediateur.directory.checking import Line, Person
from allomediateur.directory.models import Decision, Document, Mediator, Practice, Roster, Secretary
from allomediateur.notify.models import Letter
from allomediateur.support import asking
from allomediateur.support.asking import Asker
from allomediateur.support.models import Thread
from tests.agenda import mandates, steps, waits
from tests.agenda.standings import make_applicant, make_claim, make_staff
from tests.cases import telling
from tests.directory.files import PDF, picture
from tests.directory.invitations import make_invitation, make_secretary
from tests.factories import book, make_mediator, make_user
from tests.support import exchanges
from tests.web.signing_in import enter
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

AUDIENCES = ("anonymous", "client", "other client", "mediator", "other mediator", "staff")
BROWSER = "alices-browser"


@dataclass(frozen=True)
class World:
    """Alice has a confirmed appointment with Bob (`mine`), a slot on its way in her browser (`held`), and letters.

    Bob has filed a `paper`, and has a photo; the application of an `applicant` waits, another visitor drafts theirs; a
    suspension of somebody else is `proposed`. Alice has asked the assistance something
    (`thread`), and complained about Bob; a visitor has asked too, and has the `thread_token` of their letter. Bob's
    agenda is `entrusted` to a secretary, who is a visitor too, and proposed to somebody by an `invitation`.
    Bob has a `practice`. Alice has invited somebody to `mine`, whose letter has the `guest` token.
    Alice tells her situation (`draft`), and has sent another request, which is before Bob (`intake`); somebody without
    an account has begun one, whose link has the `intake_token`.
    Alice waits for Bob (`wait`), and would have her appointment sooner; somebody without an
    account, who has the `wait_token`, waits too. A `full` mediator has nothing free.
    """

    alice: User
    bob: Mediator
    mine: Appointment
    held: Appointment
    manage: str
    confirm: str
    letter: Letter
    paper: Document
    applicant: Mediator
    roster: Roster
    proposed: Decision
    thread: Thread
    complaint: Thread
    thread_token: str
    entrusted: Secretary
    invitation: str
    practice: Practice
    guest: str
    draft: Intake
    intake: Intake
    intake_token: str
    full: Mediator
    wait: Wait
    wait_token: str
    visitors: dict[str, Client]


def make_world() -> World:
    alice, bob = make_user("alice@example.org", name="Alice Martin"), make_mediator(now=NOW)
    mine = steps.book(bob, TEN, now=NOW)
    confirming.confirm_with_link(steps.token_of(steps.last_letter("appointment_to_confirm")), NOW)
    mine.refresh_from_db()
    letter = steps.last_letter("appointment_confirmed")
    mandates.invite(mine, now=NOW)
    steps.book(bob, HALF_PAST, now=NOW)
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    now = datetime.now(UTC)  # a hold of the first test would be over before the last one
    held = steps.hold(bob, TEN + 60 * MINUTE, browser=BROWSER, now=now)
    steps.describe(held, now)
    paper = papers.store(make_claim(bob, "insurance", now=NOW), papers.check("police.pdf", PDF), NOW)
    papers.keep_photo(bob, papers.portrait(picture()), NOW)
    suspended = make_mediator("Damien Blanc", now=NOW)
    asker = Asker.of(alice, "fr")
    thread = asking.ask(asker, "book", "Comment venir ?", now=NOW, context="/mediateurs/")
    exchanges.ask(now=NOW)
    thread_token = exchanges.token_of(exchanges.last_letter("support_received"))
    complaint = asking.complain(asker, bob, "Il est arrivé en retard.", now=NOW)
    people = {
        "client": alice,
        "other client": make_user("charlie@example.org", name="Charlie"),
        "mediator": bob.user,
        "other mediator": make_mediator("Carole Petit", now=NOW).user,
        "staff": make_user("staff@example.org", name="Sam", role=User.Role.STAFF),
        "applicant": make_applicant(now=NOW, email="dora@example.org", state="draft").user,
    }
    waits.write(bob, now, name=alice.name, email=alice.email, user=alice, appointment=mine)
    told = {**telling.STORY, "domain": "famille", "place": telling.UNKNOWN}
    sent = telling.send(telling.tell(told, Account.of(alice), now=NOW), to=(bob,), user=alice, now=NOW)
    intake_token, holder = Holder.new()
    telling.begin(holder, now=NOW)
    secretary, entrusted = make_secretary(bob)
    people["secretary"] = secretary
    return World(
        draft=telling.tell(told, Account.of(alice), now=NOW).intake, intake=sent, intake_token=intake_token,
        guest=steps.token_of(steps.last_letter("appointment_guest_invited")),
        practice=practising.found(bob, "Cabinet des Relieurs", NOW), entrusted=entrusted,
        invitation=make_invitation(bob),
        full=make_mediator("Denis Plein", modalities=(), now=NOW),
        wait=waits.write(bob, now, name=alice.name, email=alice.email, user=alice),
        wait_token=waiting.open_link(waits.write(bob, now)),
        alice=alice, bob=bob, mine=mine, held=held, letter=letter, manage=steps.token_of(letter),
        thread=thread, complaint=complaint, thread_token=thread_token, paper=paper,
        roster=_roster(), applicant=make_applicant(now=NOW, email="anne@example.org"),
        proposed=Decision.objects.create(
            mediator=suspended, kind="suspended", state="proposed", by=make_staff("Eve"), at=NOW, reason="Motif"
        ),
        confirm=steps.token_of(steps.last_letter("appointment_to_confirm")),
        visitors={"anonymous": Client()} | {name: _entered(user) for name, user in people.items()},
    )  # fmt: skip


def _roster() -> Roster:
    """One line that is ready, not confirmed."""
    person = Person("Jean", "jean@example.org")
    return importing.keep("anciens.csv", [Line(2, person.name, person.email, person)], None, NOW)


def _entered(user: User) -> Client:
    """Signed in; Alice in the browser where she books."""
    client = Client()
    enter(client, user)
    if user.email == "alice@example.org":
        session = client.session
        session["browser"] = BROWSER
        session.save()
    return client
