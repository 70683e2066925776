"""A request at the desks that answer it: the mediator’s, whom nobody replaces; the team’s, who read no story."""

import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, State
from allomediateur.cases import deciding
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.cases.routing import Why
from allomediateur.directory.models import Mediator
from allomediateur.trail.models import Entry
from tests.cases import telling
from tests.cases.telling import AFRAID, STORY, before
from tests.directory.invitations import make_secretary
from tests.factories import make_user
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
LATER = {"acte": "accepter", "creneau": "plus-tard"}
WORDS = "Elle connaît le sujet."


@pytest.fixture
def bob() -> Mediator:
    return telling.make_one(now=NOW)


@pytest.fixture
def carole() -> Mediator:
    """Whom the order never finds: it is not her field."""
    return telling.make_one("Carole Petit", specialties=("famille",), now=NOW)


@pytest.fixture
def sam() -> User:
    return make_user("sam@example.org", name="Sam", role=User.Role.STAFF)


@pytest.fixture
def staff(sam: User) -> Client:
    return entered(sam)


@pytest.fixture
def his(bob: Mediator) -> Client:
    """Bob's browser."""
    return entered(bob.user)


def entered(user: User, *methods: str) -> Client:
    client = Client()
    enter(client, user, *methods)
    return client


def mine(intake: Intake) -> str:
    return reverse("mediator_intake", args=[intake.reference])


def theirs(intake: Intake) -> str:
    return reverse("staff_intake", args=[intake.reference])


def to(mediator: Mediator, number: int = 1, answers: Mapping[str, Answer] = STORY) -> Intake:
    """Sent to that mediator by the person of that number."""
    return telling.sent({**answers, "email": f"alice{number}@example.org"}, to=(mediator,), now=NOW)


def unclaimed(number: int = 1) -> Intake:
    """Sent, and nobody suits."""
    found = telling.sent({**STORY, "email": f"alice{number}@example.org", "languages": ["tr"]}, now=NOW)
    assert found.state == Intake.State.STAFF
    return found


def cost(client: Client, url: str) -> int:
    # The first look is written down, the next within the hour are not.
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def times(page: str) -> list[str]:
    return re.findall(r'name="creneau" value="(\d[^"]+)"', page)


def checked(page: str) -> list[str]:
    return re.findall(r'name="(?:creneau|independant)" value="([^"]+)" id="[^"]+" checked', page)


# The mediator's


def test_a_secretary_keeps_the_agenda_and_reads_no_request(bob: Mediator) -> None:
    intake = to(bob)
    solene, _row = make_secretary(bob, now=NOW)
    hers = entered(solene)
    assert hers.get(reverse("mediator_week")).status_code == 200
    assert hers.get(reverse("mediator_intakes")).status_code == 403
    assert hers.get(mine(intake)).status_code == 403
    assert hers.post(mine(intake), LATER).status_code == 403
    assert telling.asked(intake) == [(bob.pk, "open")]


def test_a_password_alone_opens_neither_desk(bob: Mediator, sam: User) -> None:
    intake = to(bob)
    for user, names in ((bob.user, ("mediator_intakes", "mediator_intake")), (sam, ("staff_intakes", "staff_intake"))):
        half = entered(user, "password")
        for name in names:
            answer = half.get(reverse(name, args=[intake.reference] if name.endswith("intake") else []))
            assert (answer.status_code, "/second-facteur/" in answer["Location"]) == (302, True)


def test_what_presses_most_is_first_and_what_was_taken_last(his: Client, bob: Mediator) -> None:
    late, soon, first, last = (to(bob, number) for number in range(4))
    Proposal.objects.filter(intake=soon).update(due_at=NOW + timedelta(hours=5))
    for hours, one in ((1, first), (2, last)):
        deciding.accept(before(bob, one), None, NOW + timedelta(minutes=hours))
    page = text(his.get(reverse("mediator_intakes")))
    found = re.findall(r"/mediateur/saisines/([\w-]{22})/", page)
    assert found == [one.reference for one in (soon, late, last, first)]
    assert page.count("Sans rendez-vous pour l’instant.") == 2


def test_nothing_to_answer_is_explained(his: Client) -> None:
    page = text(his.get(reverse("mediator_intakes")))
    assert "Rien à répondre." in page
    assert "Acceptées" not in page


def test_the_list_costs_the_same_for_one_and_for_three(his: Client, bob: Mediator) -> None:
    def two(number: int) -> None:
        to(bob, number)
        deciding.accept(before(bob, to(bob, number + 10)), None, NOW)

    two(1)
    first = cost(his, reverse("mediator_intakes"))
    two(2)
    two(3)
    assert cost(his, reverse("mediator_intakes")) == first


def test_before_and_after(his: Client, bob: Mediator) -> None:
    intake = to(bob)
    page = text(his.get(mine(intake)))
    assert "Pourquoi vous :</strong> c’est le choix de la personne." in page
    assert "Paul Martin" in page
    assert "La haie." not in page
    assert "alice1@example.org" not in page
    assert his.post(mine(intake), LATER)["Location"] == mine(intake)
    page = text(his.get(mine(intake)))
    assert "La haie." in page
    assert "alice1@example.org" in page
    assert "06 39 98 00 01" in page
    assert "Restez discret" not in page
    assert "C’est à la personne de choisir" in page


def test_fear_is_told_to_who_accepts(his: Client, bob: Mediator) -> None:
    intake = to(bob, answers=AFRAID)
    assert "Restez discret" not in text(his.get(mine(intake)))
    his.post(mine(intake), LATER)
    assert "Restez discret" in text(his.get(mine(intake)))


def test_the_first_time_that_fits_is_ready_and_far_days_are_folded(his: Client, bob: Mediator) -> None:
    intake = to(bob)
    page = text(his.get(mine(intake)))
    found = times(page)
    assert checked(page) == [found[0]]
    near, far = page.split('<details class="fold"><summary>Les jours suivants')
    assert len(re.findall("<legend>[A-Z]", near)) == 3
    assert times(near) + times(far) == found
    assert len(found) == 60


def test_a_name_that_comes_near_is_looked_at_before_accepting(his: Client, bob: Mediator) -> None:
    intake = to(bob)
    Proposal.objects.update(why=[Why.CHOSEN, Why.CROSSED])
    page = text(his.get(mine(intake)))
    assert "Un nom se rapproche d’un de vos autres dossiers" in page
    far = times(page)[-1]
    unsure = his.post(mine(intake), {"acte": "accepter", "creneau": far})
    assert unsure.status_code == 422
    assert "Erreur :" in text(unsure)
    assert '<a href="#independant">Vérifiez les noms' in text(unsure)
    assert checked(text(unsure)) == [far]
    assert '<details class="fold" open><summary>Les jours suivants' in text(unsure)
    gone = his.post(mine(intake), {"acte": "accepter", "creneau": "2020-01-01|phone||1", "independant": "oui"})
    assert "n’est plus libre" in text(gone)
    assert checked(text(gone)) == ["oui"]
    done = his.post(mine(intake), {"acte": "accepter", "creneau": far, "independant": "oui"})
    assert done.status_code == 302
    assert Appointment.objects.get().state == State.HELD


def test_pressed_twice_it_is_accepted_once(his: Client, bob: Mediator) -> None:
    intake = to(bob)
    value = times(text(his.get(mine(intake))))[0]
    for _press in range(2):
        assert his.post(mine(intake), {"acte": "accepter", "creneau": value})["Location"] == mine(intake)
    assert his.post(mine(intake), {"acte": "decliner", "reason": "time"})["Location"] == mine(intake)
    assert telling.asked(intake) == [(bob.pk, "accepted")]
    assert Appointment.objects.count() == 1


def test_declined_it_is_there_no_more_and_the_reason_is_the_teams(his: Client, bob: Mediator, staff: Client) -> None:
    intake = to(bob)
    for wrong in ({}, {"reason": ""}, {"reason": "fear"}):
        answer = his.post(mine(intake), {"acte": "decliner", **wrong})
        assert (answer.status_code, "Choisissez une raison." in text(answer)) == (422, True)
    assert telling.asked(intake) == [(bob.pk, "open")]
    assert his.post(mine(intake), {"acte": "decliner", "reason": "conflict"}).status_code == 302
    for answer in (his.get(mine(intake)), his.post(mine(intake), LATER)):
        assert (answer.status_code, "n’attend plus votre réponse" in text(answer)) == (410, True)
    assert mine(intake) not in text(his.get(reverse("mediator_intakes")))
    assert "je ne suis pas indépendant" in text(staff.get(theirs(intake)))


def test_past_its_time_it_is_over(his: Client, bob: Mediator) -> None:
    intake = to(bob)
    Proposal.objects.update(due_at=NOW - timedelta(minutes=1))
    answer = his.post(mine(intake), LATER)
    assert (answer.status_code, "Paul Martin" in text(answer)) == (410, False)
    assert telling.asked(intake) == [(bob.pk, "open")]


def test_a_request_to_another_is_not_there(his: Client, carole: Mediator) -> None:
    intake = to(carole)
    assert his.get(mine(intake)).status_code == 404
    assert his.post(mine(intake), LATER).status_code == 404
    assert telling.asked(intake) == [(carole.pk, "open")]


def test_neither_desk_is_kept_by_a_cache(his: Client, bob: Mediator, staff: Client) -> None:
    intake = to(bob)
    for answer in (his.get(mine(intake)), staff.get(theirs(intake)), staff.get(reverse("staff_intakes"))):
        assert "no-store" in answer["Cache-Control"]


# The team's


def test_each_view_counts_and_shows_its_own(staff: Client, bob: Mediator) -> None:
    proposed, taken, waits = to(bob, 1), to(bob, 2), unclaimed(3)
    deciding.accept(before(bob, taken), None, NOW)
    Intake.objects.filter(pk=taken.pk).update(to_tell=True)
    queue = reverse("staff_intakes")
    shown = {"": waits, "a-orienter": waits, "proposees": proposed, "a-prevenir": taken, "terminees": taken}
    for view, one in shown.items():
        page = text(staff.get(queue, {"vue": view}))
        assert set(re.findall(r"/administration/saisines/([\w-]{22})/", page)) == {one.reference}
        assert re.findall(r'<span class="count">(\d+)', page) == ["1", "1", "1", "1"]
    assert waits.reference in text(staff.get(queue, {"vue": "ailleurs", "page": "x"}))


def test_the_queue_costs_the_same_for_one_and_for_three(staff: Client) -> None:
    unclaimed(1)
    first = cost(staff, reverse("staff_intakes"))
    unclaimed(2)
    unclaimed(3)
    assert cost(staff, reverse("staff_intakes")) == first


def test_one_request_costs_the_same_for_one_and_for_three_mediators(staff: Client, bob: Mediator) -> None:
    others = [telling.make_one(f"Médiateur {number}", now=NOW) for number in range(2)]

    def sent_to(*mediators: Mediator) -> Intake:
        found = telling.sent({**STORY, "email": f"a{len(mediators)}@example.org"}, to=mediators, now=NOW)
        for one in mediators:
            deciding.decline(before(one, found), Proposal.Decline.TIME, NOW)
        Intake.objects.filter(pk=found.pk).update(state=Intake.State.WITHDRAWN, due_at=None, ended_at=NOW)
        return found

    one, three = sent_to(bob), sent_to(bob, *others)
    Proposal.objects.filter(intake=one).exclude(mediator=bob).delete()
    assert three.proposals.count() == 3
    assert cost(staff, theirs(one)) == cost(staff, theirs(three))


def test_a_draft_is_nobodys_but_its_authors(staff: Client) -> None:
    draft = telling.tell(now=NOW).intake
    assert staff.get(theirs(draft)).status_code == 404
    assert staff.post(theirs(draft), {"acte": "clore", "told": "on"}).status_code == 404


def test_opening_one_and_directing_it_are_on_the_trail(staff: Client, sam: User, carole: Mediator) -> None:
    intake = unclaimed()
    staff.post(theirs(intake), {"proposer": carole.slug, "words": WORDS})
    rows = Entry.objects.filter(actor=sam.pk, thing=f"intake:{intake.reference}").values_list("act", "detail")
    assert ("decided", "propose") in rows
    assert WORDS not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_the_reason_is_required_and_the_choice_may_be_refused(staff: Client, bob: Mediator, carole: Mediator) -> None:
    intake = unclaimed()
    silent = staff.post(theirs(intake), {"proposer": carole.slug, "words": "  ", "nom": "carole"})
    assert (silent.status_code, "Écrivez pourquoi" in text(silent)) == (422, True)
    assert f'value="{carole.slug}"' in text(silent)
    long = staff.post(theirs(intake), {"proposer": carole.slug, "words": "é" * 301})
    assert (long.status_code, "é" * 301 in text(long)) == (422, True)
    for slug in ("nobody", "\x00", "x" * 5000):
        none = staff.post(theirs(intake), {"proposer": slug, "words": WORDS})
        assert (none.status_code, "ne reçoit pas" in text(none), WORDS in text(none)) == (422, True, True)
    assert telling.asked(intake) == []
    assert staff.post(theirs(intake), {"proposer": carole.slug, "words": WORDS}).status_code == 302
    assert telling.asked(intake) == [(carole.pk, "open")]
    again = staff.post(theirs(intake), {"proposer": carole.slug, "words": WORDS})
    assert (again.status_code, "déjà été sollicitée" in text(again)) == (422, True)
    assert WORDS in text(staff.get(theirs(intake)))
    assert WORDS not in text(entered(carole.user).get(mine(intake)))


def test_overruled_the_one_who_had_it_has_it_no_more(
    staff: Client, his: Client, bob: Mediator, carole: Mediator
) -> None:
    intake = to(bob)
    assert staff.post(theirs(intake), {"proposer": carole.slug, "words": WORDS}).status_code == 302
    assert telling.asked(intake) == [(bob.pk, "taken_back"), (carole.pk, "open")]
    assert his.get(mine(intake)).status_code == 410


def test_the_next_in_order_is_suggested_with_reasons_and_asked(staff: Client) -> None:
    intake = telling.sent(now=NOW)
    assert intake.state == Intake.State.STAFF
    assert "Personne ne convient tout à fait" in text(staff.get(theirs(intake)))
    bob = telling.make_one(now=NOW)
    page = text(staff.get(theirs(intake)))
    assert bob.name in page
    assert "son certificat est vérifié" in page
    assert staff.post(theirs(intake), {"acte": "suivant"}).status_code == 302
    assert telling.asked(intake) == [(bob.pk, "open")]


def test_it_is_closed_only_once_the_person_was_told(staff: Client) -> None:
    intake = unclaimed()
    silent = staff.post(theirs(intake), {"acte": "clore"})
    assert (silent.status_code, "Dites-le d’abord à la personne" in text(silent)) == (422, True)
    assert telling.again(intake).state == Intake.State.STAFF
    assert staff.post(theirs(intake), {"acte": "clore", "told": "on"}).status_code == 302
    assert telling.again(intake).state == Intake.State.CLOSED
    late = staff.post(theirs(intake), {"acte": "suivant"}, follow=True)
    assert "Entre-temps, la demande a avancé" in text(late)


def test_news_told_by_voice_are_no_more_to_tell(staff: Client) -> None:
    intake = telling.sent({**STORY, "email": telling.UNKNOWN, "reach": ["phone"], "languages": ["tr"]}, now=NOW)
    page = text(staff.get(theirs(intake)))
    assert "À prévenir de vive voix" in page
    assert "06 39 98 00 01" in page
    home = reverse("staff_home")
    assert "Nouvelles à donner de vive voix" in text(staff.get(home))
    for _press in range(2):
        assert staff.post(theirs(intake), {"acte": "prevenu"}).status_code == 302
    assert telling.happened(intake).count("told") == 1
    assert "Nouvelles à donner de vive voix" not in text(staff.get(home))
    assert "Saisines à orienter" in text(staff.get(home))


def test_staff_who_fear_concerns_are_warned_and_read_no_story(staff: Client, bob: Mediator) -> None:
    page = text(staff.get(theirs(to(bob, answers=AFRAID))))
    assert "Restez discret" in page
    assert "La haie." not in page
    assert "Le récit n’est pas ici" in page


def test_a_dictated_draft_is_listed_to_who_began_it(staff: Client) -> None:
    note = reverse("staff_intake_note")
    assert "Commencées par vous" not in text(staff.get(note))
    staff.post(note, {"langue": "en"})
    made = Intake.objects.get()
    assert made.language == "en"
    assert reverse("intake", args=[made.reference]) in text(staff.get(note))
    other = entered(make_user("nora@example.org", role=User.Role.STAFF))
    assert made.reference not in text(other.get(note))
    assert other.get(reverse("intake_screen", args=[made.reference, "role"])).status_code == 404
