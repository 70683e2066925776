"""An agenda entrusted: by a letter that serves once, to the account of its address, until one of the two ends it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from allomediateur.accounts.models import User
from allomediateur.directory import entrusting
from allomediateur.directory.models import Mediator, Secretary
from allomediateur.notify.models import Letter
from tests.agenda.standings import make_applicant
from tests.directory.invitations import SOLENE, make_invitation, make_secretary, token_of
from tests.factories import NOW, make_mediator, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def test_a_client_becomes_a_secretary_and_a_client_again(bob: Mediator) -> None:
    solene, row = make_secretary(bob)
    assert (solene.role, list(entrusting.agendas_of(solene))) == (User.Role.SECRETARY, [bob])
    assert entrusting.take_back(bob, row.pk, NOW)
    solene.refresh_from_db()
    assert (solene.role, list(entrusting.agendas_of(solene))) == (User.Role.CLIENT, [])
    assert Letter.objects.get(kind="secretary_ended").to == SOLENE
    assert not entrusting.take_back(bob, row.pk, NOW)


def test_who_keeps_two_agendas_stays_a_secretary_for_the_other(bob: Mediator) -> None:
    carole = make_mediator("Carole Petit")
    solene, _row = make_secretary(bob)
    make_secretary(carole)
    assert list(entrusting.agendas_of(solene)) == [bob, carole]
    assert entrusting.leave(solene, bob, NOW)
    solene.refresh_from_db()
    assert (solene.role, list(entrusting.agendas_of(solene))) == (User.Role.SECRETARY, [carole])
    assert not Letter.objects.filter(kind="secretary_ended").exists()


def test_a_link_serves_once_for_fourteen_days_and_is_kept_as_a_hash(bob: Mediator) -> None:
    token = make_invitation(bob)
    assert token not in Secretary.objects.get().token_hash
    assert entrusting.find(token, NOW + 13 * DAY).mediator == bob
    with pytest.raises(entrusting.LinkInvalid):
        entrusting.find(token, NOW + 14 * DAY)
    jean = make_user("jean@example.org")
    entrusting.accept(token, jean, NOW)
    with pytest.raises(entrusting.LinkInvalid):
        entrusting.accept(token, jean, NOW)


def test_another_letter_closes_the_door_of_the_first(bob: Mediator) -> None:
    first = make_invitation(bob)
    assert entrusting.invite_again(bob, Secretary.objects.get().pk, NOW + 10 * DAY)
    with pytest.raises(entrusting.LinkInvalid):
        entrusting.find(first, NOW + 10 * DAY)
    assert entrusting.find(token_of(Letter.objects.latest("pk")), NOW + 20 * DAY).mediator == bob


def test_an_invitation_taken_back_is_not_accepted(bob: Mediator) -> None:
    token = make_invitation(bob)
    assert entrusting.take_back(bob, Secretary.objects.get().pk, NOW)
    with pytest.raises(entrusting.LinkInvalid):
        entrusting.accept(token, make_user("jean@example.org"), NOW)


def test_only_the_account_of_that_address_accepts(bob: Mediator) -> None:
    token = make_invitation(bob)
    with pytest.raises(entrusting.OtherAddress):
        entrusting.accept(token, make_user("mallory@example.org"), NOW)
    assert User.objects.get(email="mallory@example.org").role == User.Role.CLIENT


@pytest.mark.parametrize("who", ["mediator", "staff", "applicant"])
def test_who_works_with_that_account_already_does_not_accept(bob: Mediator, who: str) -> None:
    if who == "mediator":
        user = make_mediator("Carole Petit").user
    elif who == "applicant":
        user = make_applicant(now=NOW, email="dora@example.org", state="draft").user
    else:
        user = make_user("sam@example.org", role=User.Role.STAFF)
    role, token = user.role, make_invitation(bob, user.email)
    with pytest.raises(entrusting.OtherRole):
        entrusting.accept(token, user, NOW)
    user.refresh_from_db()
    assert user.role == role


def test_an_address_is_invited_once_and_never_the_mediators_own(bob: Mediator) -> None:
    make_invitation(bob)
    for email in ("Jean@example.org", bob.user.email.upper()):
        with pytest.raises(entrusting.AlreadyThere):
            entrusting.invite(bob, name="Jean", email=email, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Secretary.objects.create(mediator=bob, name="Jean", email="JEAN@example.org", invited_at=NOW)


def test_ten_at_most(bob: Mediator) -> None:
    for number in range(entrusting.MOST):
        entrusting.invite(bob, name="Jean", email=f"jean{number}@example.org", now=NOW)
    with pytest.raises(entrusting.TooMany):
        entrusting.invite(bob, name="Jean", email="jean@example.org", now=NOW)


def test_the_agenda_of_a_closed_account_is_nobodys(bob: Mediator) -> None:
    solene, _row = make_secretary(bob)
    token = make_invitation(bob)
    User.objects.filter(pk=bob.user_id).update(is_active=False)
    assert list(entrusting.agendas_of(solene)) == []
    with pytest.raises(entrusting.LinkInvalid):
        entrusting.find(token, NOW)


def test_what_is_over_is_forgotten_and_what_lives_is_not(bob: Mediator) -> None:
    solene, row = make_secretary(bob, now=NOW - 200 * DAY)
    make_invitation(bob, now=NOW - 91 * DAY)
    assert entrusting.forget(NOW, 90 * DAY) == 1
    assert list(Secretary.objects.all()) == [row]
    entrusting.take_back(bob, row.pk, NOW - 91 * DAY)
    assert entrusting.forget(NOW, 90 * DAY) == 1
    solene.refresh_from_db()
    assert solene.role == User.Role.CLIENT


def test_a_secretary_whose_mediator_is_gone_is_a_client_again(bob: Mediator) -> None:
    solene, row = make_secretary(bob)
    Secretary.objects.filter(pk=row.pk).delete()
    entrusting.forget(NOW, 90 * DAY)
    solene.refresh_from_db()
    assert solene.role == User.Role.CLIENT
