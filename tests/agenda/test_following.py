"""Waits follow people to their address of now; links sent to a former one are dead."""

from datetime import timedelta

import pytest

from allomediateur.accounts.models import User
from allomediateur.agenda import assisting, following, offering, preferences, waiting
from allomediateur.agenda.assisting import Contact
from allomediateur.agenda.models import Appointment, Offer, State, Transition, Wait
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.agenda import waits
from tests.agenda.steps import MINUTE, TEN
from tests.agenda.waits import SLOTS, freed, make_full_mediator, token_of
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
By = Transition.By
PHONE = "+33612345678"
NEW = "new@example.org"


@pytest.fixture
def bob() -> Mediator:
    return make_full_mediator()


def to_former() -> list[str]:
    """The tokens of all letters of waiting lists that did not go to the new address."""
    letters = Letter.objects.filter(kind__startswith="wait_").exclude(to=NEW)
    return [token_of(one) for one in letters]


def assert_dead(tokens: list[str]) -> None:
    assert tokens
    for token in tokens:
        with pytest.raises(waiting.LinkInvalid):
            waiting.find(token, NOW)


def last_to_new() -> Letter:
    return Letter.objects.filter(kind__startswith="wait_", to=NEW).order_by("-pk")[0]


def sooner(bob: Mediator) -> tuple[Appointment, Wait]:
    """Somebody's without an account, at the later time, to have the earlier one."""
    mine = Appointment.objects.select_related("mediator__user", "service").get(mediator=bob, starts_at=SLOTS[1])
    mine.participants.filter(role="client").update(user=None, name="Zoé", email="zoe@example.org", phone=PHONE)
    return mine, waiting.sooner(mine, waiting.Asked(), By.VISITOR, NOW)


def of_account(bob: Mediator, user: User) -> Wait:
    return waiting.join(bob, waiting.Asked(), waiting.Person("Alice", user.email, PHONE, user=user), NOW)


def changes_address(user: User) -> None:
    User.objects.filter(pk=user.pk).update(email=NEW)
    user.refresh_from_db()
    following.write_to(user, NOW)


# Corrected by staff


def test_corrected_by_staff_the_wait_follows_and_the_former_links_are_dead(bob: Mediator) -> None:
    mine, wait = sooner(bob)
    assisting.correct(mine, Contact("Zoé Petit", PHONE, NEW), NOW)
    wait.refresh_from_db()
    assert (wait.name, wait.email, wait.state) == ("Zoé Petit", NEW, Wait.State.WAITING)
    assert_dead(to_former())
    assert waiting.find(token_of(last_to_new()), NOW) == wait
    [offer] = freed(bob)
    assert (offer.email, last_to_new().kind) == (NEW, "wait_offered")


def test_corrected_by_staff_what_is_kept_is_told_to_the_new_address_and_taken_there(bob: Mediator) -> None:
    mine, _wait = sooner(bob)
    [offer] = freed(bob)
    former = to_former()
    assisting.correct(mine, Contact("Zoé", PHONE, NEW), NOW)
    assert_dead(former)
    offer.refresh_from_db()
    assert (offer.email, offer.outcome, last_to_new().kind) == (NEW, "", "wait_offered")
    assert offering.take(waiting.find(token_of(last_to_new()), NOW), NOW, By.VISITOR).starts_at == TEN
    assert Letter.objects.filter(kind="appointment_moved").get().to == NEW


def test_without_an_address_any_more_the_wait_is_over(bob: Mediator) -> None:
    mine, wait = sooner(bob)
    [offer] = freed(bob)
    assisting.correct(mine, Contact("Zoé", PHONE, "", "3 rue du Bac\n75007 Paris"), NOW)
    wait.refresh_from_db()
    offer.refresh_from_db()
    assert (wait.state, offer.outcome) == (Wait.State.LEFT, "withdrawn")
    assert_dead(to_former())


def test_a_corrected_number_follows_without_a_letter(bob: Mediator) -> None:
    mine, wait = sooner(bob)
    before = Letter.objects.count()
    assisting.correct(mine, Contact("Zoé", "+33639981234", "zoe@example.org"), NOW)
    wait.refresh_from_db()
    assert (str(wait.phone), Letter.objects.count()) == ("+33639981234", before)
    assert waiting.find(to_former()[0], NOW) == wait


# Changed by the person, in the account


def test_an_account_s_waits_follow_its_address_and_the_former_links_are_dead(bob: Mediator) -> None:
    alice = make_user()
    wait = of_account(bob, alice)
    changes_address(alice)
    wait.refresh_from_db()
    assert wait.email == NEW
    assert_dead(to_former())
    [offer] = freed(bob)
    assert (offer.wait, offer.email, last_to_new().kind) == (wait, NEW, "wait_offered")


def test_what_is_kept_for_an_account_is_booked_at_its_new_address(bob: Mediator) -> None:
    alice = make_user()
    wait = of_account(bob, alice)
    freed(bob)
    changes_address(alice)
    assert_dead(to_former())
    assert Offer.objects.get().email == NEW
    booked = offering.take(wait, NOW, By.CLIENT)
    assert (booked.state, booked.participants.get(role="client").email) == (State.CONFIRMED, NEW)
    assert Letter.objects.filter(kind="appointment_confirmed").get().to == NEW


def test_waiting_there_already_with_the_new_address_one_place_is_kept_the_earlier(bob: Mediator) -> None:
    alice = make_user()
    first = of_account(bob, alice)
    second = waits.join(bob, "New", now=NOW + MINUTE)
    assert second.email == NEW
    changes_address(alice)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, waits.reason_of(first)) == (Wait.State.ENDED, "replaced")
    assert (second.state, second.user, second.joined_at) == (Wait.State.WAITING, alice, NOW)


def test_offered_something_of_another_list_at_the_new_address_nothing_is_lost(bob: Mediator) -> None:
    alice, carole = make_user(), make_full_mediator(name="Carole Petit")
    wait = of_account(bob, alice)
    waits.join(carole, "New")
    [elsewhere], [here] = freed(carole), freed(bob)
    changes_address(alice)
    assert_dead([token_of(Letter.objects.get(kind="wait_offered", to="alice@example.org"))])
    for offer in (elsewhere, here):
        offer.refresh_from_db()
        assert offer.outcome == ""
    booked = offering.take(wait, NOW, By.CLIENT)
    assert booked.participants.get(role="client").email == NEW


def test_what_others_wait_for_is_left_as_it_is(bob: Mediator) -> None:
    alice = make_user()
    zoe = waits.join(bob, "Zoé")
    changes_address(alice)
    zoe.refresh_from_db()
    assert zoe.email == "zoe@example.org"
    assert waiting.find(to_former()[0], NOW + timedelta(days=1)) == zoe


def test_a_language_and_a_clock_of_ones_account_are_those_of_ones_waits(bob: Mediator) -> None:
    alice = make_user()
    mine, others = of_account(bob, alice), waits.write(bob, NOW, email="nina@example.org")
    alice.language, alice.zone = "en", "Indian/Reunion"
    alice.save()
    preferences.follow_account(alice, NOW)
    mine.refresh_from_db()
    others.refresh_from_db()
    assert (mine.language, mine.zone) == ("en", "Indian/Reunion")
    assert (others.language, others.zone) == ("fr", "Europe/Paris")
    freed(bob)
    assert "It is kept for you until 12:15" in Letter.objects.get(kind="wait_offered", to=alice.email).text
