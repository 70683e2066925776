"""The staff pages of standings: the queue, a mediator's file, two people, the trail, constant queries."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import sheets
from allomediateur.agenda.models import Appointment, Listing
from allomediateur.directory import papers
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import exporting
from allomediateur.trail.models import Entry
from tests.agenda.standings import KINDS, make_applicant, make_claim, make_staff
from tests.directory.files import PDF, picture
from tests.factories import book, make_mediator
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW, TEN

pytestmark = pytest.mark.django_db
NEXT_YEAR = (NOW + 365 * DAY).date()


@pytest.fixture
def sam(client: Client) -> User:
    """Somebody of staff, whose browser is `client`."""
    user = make_staff("Sam")
    enter(client, user)
    return user


@pytest.fixture
def eve() -> Client:
    other = Client()
    enter(other, make_staff("Eve"))
    return other


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)


def judge(client: Client, claim: Credential, act: str = "accepter", **told: str) -> Any:
    sent = {f"piece-{claim.pk}-{name}": value for name, value in told.items()}
    return client.post(url("staff_judge", claim.pk), {"acte": act, **sent})


@pytest.mark.parametrize(
    ("tab", "name"),
    [("candidatures", "Anne Roux"), ("pieces", "Bob Durand"), ("decisions", "Bob Durand"),
     ("echeances", "Bob Durand"), ("attente", "Anne Roux"), ("suspendus", "Bob Durand"), ("refusees", "Anne Roux")],
)  # fmt: skip
def test_each_tab_lists_what_it_says_and_is_calm_when_empty(client: Client, sam: User, tab: str, name: str) -> None:
    page = client.get(url("staff_verification"), {"vue": tab})
    assert (page.status_code, name in text(page)) == (200, False)
    states = {"attente": "more_asked", "refusees": "refused"}
    if tab in ("candidatures", *states):
        make_applicant(now=NOW, state=states.get(tab, "submitted"))
    else:
        bob = make_mediator(now=NOW, suspended_at=NOW if tab == "suspendus" else None)
        if tab == "decisions":
            Decision.objects.create(mediator=bob, kind="suspended", state="proposed", by=sam, at=NOW, reason="r")
        elif tab != "suspendus":
            state = "accepted" if tab == "echeances" else "claimed"
            soon = (NOW + 10 * DAY).date()
            make_claim(bob, KINDS.INSURANCE, now=NOW, until=soon, state=state, decided_at=NOW)
    assert name in text(client.get(url("staff_verification"), {"vue": tab}))


def test_the_file_shows_claims_with_what_they_open_and_is_on_the_trail(client: Client, sam: User) -> None:
    anne = make_applicant(now=NOW, claims=tuple(KINDS.values))
    page = text(client.get(url("staff_mediator", anne.pk)))
    for word in ("Certificat", "Adhésion", "Assurance professionnelle", "Formation continue", "C-12", "Nulle part"):
        assert word in page
    assert Entry.objects.filter(act="seen", actor=sam.pk, person=anne.user_id, thing=f"mediator:{anne.slug}").exists()


def test_from_application_to_the_list(client: Client, sam: User) -> None:
    anne = make_applicant(now=NOW, claims=(KINDS.CERTIFICATE, KINDS.MEMBERSHIP, KINDS.INSURANCE))
    assert client.get(url("mediator", anne.slug)).status_code == 404
    refused = client.post(url("staff_accept", anne.pk), follow=True)
    assert "Acceptez d’abord le certificat" in text(refused)
    for claim in anne.credentials.all():
        end = "" if claim.kind == KINDS.CERTIFICATE else f"{NEXT_YEAR:%d/%m/%Y}"
        assert judge(client, claim, until=end).status_code == 302
    assert client.get(url("mediator", anne.slug)).status_code == 404
    client.post(url("staff_accept", anne.pk))
    assert Client().get(url("mediator", anne.slug)).status_code == 200
    acts = list(Entry.objects.filter(act="decided", actor=sam.pk).order_by("pk").values_list("detail", flat=True))
    assert acts == ["certificate accepted", "insurance accepted", "membership accepted", "application accepted"]


def test_what_is_decided_here_is_searched_at_once(client: Client, sam: User) -> None:
    """A bare line too, that begins when an insurance ends: the training ends first, so bookable days stay."""
    anne = make_mediator(now=NOW, trained_until=(NOW + DAY).date(), insured_until=(NOW + 2 * DAY).date())
    lines = Listing.objects.filter(sheet=sheets.number(sheets.BARE))
    for days in (40, 50):
        end = (NOW + days * DAY).date()
        assert judge(client, make_claim(anne, KINDS.INSURANCE, now=NOW), until=f"{end:%d/%m/%Y}").status_code == 302
        assert [line.first_free_day for line in lines.all()] == [end + DAY]


def test_a_wrong_date_and_a_missing_reason_are_told_and_nothing_is_decided(client: Client, sam: User) -> None:
    claim = make_claim(make_mediator(now=NOW), KINDS.INSURANCE, now=NOW, until=None)
    page = judge(client, claim)
    assert (page.status_code, "Écrivez jusqu’à quand la pièce vaut" in text(page)) == (422, True)
    page = judge(client, claim, act="refuser")
    assert (page.status_code, "Écrivez le motif" in text(page)) == (422, True)
    claim.refresh_from_db()
    assert claim.state == "claimed"


def test_more_is_asked(client: Client, sam: User) -> None:
    anne = make_applicant(now=NOW)
    assert client.post(url("staff_more", anne.pk), {"asked": " "}).status_code == 422
    client.post(url("staff_more", anne.pk), {"asked": "La page 2"})
    assert Application.objects.get(mediator=anne).asked == "La page 2"
    late = client.post(url("staff_more", anne.pk), {"asked": "Encore"}, follow=True)
    assert "Quelqu’un a décidé entre-temps" in text(late)
    assert Letter.objects.filter(kind="application_more").count() == 1


def suspend(client: Client, mediator: Mediator, **told: str) -> Decision:
    answer = client.post(url("staff_propose", mediator.pk, "suspendre"), {"reason": "Motif", **told})
    assert answer.status_code == 302
    return Decision.objects.get(mediator=mediator, state="proposed")


def test_a_suspension_by_two_cancels_three_appointments(client: Client, sam: User, eve: Client) -> None:
    bob = make_mediator(now=NOW)
    make_mediator("Carole Petit", now=NOW)
    for number in range(3):
        book(bob, TEN + number * DAY, now=NOW)
    decision = suspend(client, bob)
    page = text(client.get(url("staff_second", decision.pk)))
    assert ("Confirmer la décision" in page, "La retirer" in page) == (False, True)
    client.post(url("staff_second", decision.pk), {"acte": "confirmer"})
    bob.refresh_from_db()
    assert bob.suspended_at is None
    assert "Confirmer la décision" in text(eve.get(url("staff_second", decision.pk)))
    done = eve.post(url("staff_second", decision.pk), {"acte": "confirmer"}, follow=True)
    assert "3 rendez-vous sont annulés" in text(done)
    assert set(Appointment.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Letter.objects.filter(kind="appointment_cancelled", text__contains="Carole Petit").count() == 3
    for place in (url("mediator", bob.slug), f"/api/v1/mediators/{bob.slug}"):
        assert Client().get(place).status_code == 404
    assert bob.name not in text(Client().get(url("search")))
    client.post(url("staff_reinstate", bob.pk))
    assert Client().get(url("mediator", bob.slug)).status_code == 200


def test_a_suspension_may_be_declined(client: Client, sam: User, eve: Client) -> None:
    bob = make_mediator(now=NOW)
    decision = suspend(client, bob, keep="on")
    eve.post(url("staff_second", decision.pk), {"acte": "ecarter"})
    assert Decision.objects.get(pk=decision.pk).state == "declined"
    late = client.get(url("staff_second", decision.pk), follow=True)
    assert "Quelqu’un a décidé entre-temps" in text(late)


def test_a_refusal_by_two(client: Client, sam: User, eve: Client) -> None:
    anne = make_applicant(now=NOW)
    client.post(url("staff_propose", anne.pk, "refuser"), {"reason": "Pas de certificat"})
    eve.post(url("staff_second", Decision.objects.get().pk), {"acte": "confirmer"})
    assert Application.objects.get(mediator=anne).state == "refused"
    assert "Pas de certificat" in Letter.objects.get(kind="application_refused").text


def test_what_takes_two_is_proven_again_first(client: Client) -> None:
    """A session of long ago reads, and proves who it is before it proposes or confirms."""
    user = make_staff("Sam")
    enter(client, user)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    bob = make_mediator(now=NOW)
    answer = client.get(url("staff_propose", bob.pk, "suspendre"))
    assert (answer.status_code, "reauthenticate" in answer["Location"] or "confirmer" in answer["Location"]) == (
        302,
        True,
    )
    assert client.post(url("staff_propose", bob.pk, "suspendre"), {"reason": "Motif"}).status_code == 302
    assert not Decision.objects.exists()


def test_an_unknown_word_or_number_is_not_found(client: Client, sam: User) -> None:
    bob = make_mediator(now=NOW)
    assert client.get(url("staff_propose", bob.pk, "punir")).status_code == 404
    assert client.get(url("staff_mediator", bob.pk + 999)).status_code == 404
    assert client.get(url("staff_second", 1)).status_code == 404


@pytest.mark.parametrize("tab", ["candidatures", "pieces", "echeances"])
def test_the_queue_costs_the_same_whatever_its_length(
    client: Client, sam: User, tab: str, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    def one() -> None:
        if tab == "candidatures":
            make_applicant(now=NOW)
        else:
            state = "accepted" if tab == "echeances" else "claimed"
            soon = (NOW + 10 * DAY).date()
            make_claim(make_mediator(now=NOW), KINDS.INSURANCE, now=NOW, until=soon, state=state, decided_at=NOW)

    def cost() -> int:
        with django_assert_max_num_queries(40) as captured:
            client.get(url("staff_verification"), {"vue": tab})
        return len(captured)

    one()
    cost()
    before = cost()
    one()
    one()
    assert cost() == before


def test_a_picture_is_shown_beside_its_claim_and_a_pdf_is_downloaded(client: Client, sam: User) -> None:
    bob = make_mediator(now=NOW)
    image = papers.store(make_claim(bob, KINDS.INSURANCE, now=NOW), papers.check("a.png", picture()), NOW)
    document = papers.store(make_claim(bob, KINDS.MEMBERSHIP, now=NOW), papers.check("b.pdf", PDF), NOW)
    page = text(client.get(url("staff_mediator", bob.pk)))
    assert f'<img class="paper" src="{url("staff_document", image.reference)}"' in page
    assert f'<img class="paper" src="{url("staff_document", document.reference)}"' not in page
    for one in (image, document):
        answer = client.get(url("staff_document", one.reference))
        assert answer.content == papers.read(one)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert (
        Entry.objects.filter(act="seen", actor=sam.pk, person=bob.user_id, thing__startswith="document:").count() == 2
    )


def test_one_s_own_file_tells_what_was_claimed_and_decided(client: Client, sam: User) -> None:
    bob = make_mediator(now=NOW)
    claim = make_claim(bob, KINDS.INSURANCE, now=NOW)
    judge(client, claim, act="refuser", reason="Illisible")
    suspend(client, bob)
    told = exporting.portrait(bob.user, NOW)["profile"]
    assert [(one["kind"], one["state"], one["reason"]) for one in told["claims"]] == [
        ("insurance", "refused", "Illisible")
    ]
    assert [one["kind"] for one in told["decisions"]] == ["proof_refused"]
    assert exporting.portrait(sam, NOW)["profile"] is None
