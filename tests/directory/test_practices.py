"""Practices: one at a time for each mediator, looked after by the longest there, gone with the last; two at once."""

import pytest

from allomediateur.directory import practising
from allomediateur.directory.models import Mediator, Practice, PracticeMember
from tests.factories import NOW, make_mediator

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


@pytest.fixture
def carole() -> Mediator:
    return make_mediator("Carole Petit")


@pytest.fixture
def practice(bob: Mediator) -> Practice:
    return practising.found(bob, "Cabinet des Relieurs", NOW)


def test_a_code_opens_however_it_is_typed(practice: Practice, carole: Mediator) -> None:
    code = practice.code
    practising.join(carole, f" {code[:4].upper()}-{code[4:8]} {code[8:]} ", NOW)
    assert practising.practice_of(carole) == practice


@pytest.mark.parametrize("code", ["", "0" * 12, "un code", "\x00", "x" * 4000])
def test_no_other_code_opens(practice: Practice, carole: Mediator, code: str) -> None:
    with pytest.raises(practising.WrongCode):
        practising.join(carole, code, NOW)
    assert practising.practice_of(carole) is None


def test_a_mediator_is_in_one_practice(practice: Practice, bob: Mediator, carole: Mediator) -> None:
    other = practising.found(carole, "Autre", NOW)
    with pytest.raises(practising.AlreadyInOne):
        practising.join(bob, other.code, NOW)
    with pytest.raises(practising.AlreadyInOne):
        practising.found(bob, "Encore un", NOW)
    assert sorted(Practice.objects.values_list("name", flat=True)) == ["Autre", "Cabinet des Relieurs"]


def test_the_longest_there_looks_after_it_and_hands_it_on_by_leaving(
    practice: Practice, bob: Mediator, carole: Mediator
) -> None:
    practising.join(carole, practice.code, NOW)
    for forbidden in (
        lambda: practising.rename(carole, "À moi"),
        lambda: practising.put_out(carole, bob.pk),
        lambda: practising.renew_code(carole),
        lambda: practising.put_out(bob, bob.pk),
    ):
        with pytest.raises(practising.NotAllowed):
            forbidden()
    assert practising.leave(bob)
    practising.rename(carole, "À moi")
    assert practising.practice_of(carole).name == "À moi"  # type: ignore[union-attr]
    assert practising.leave(carole)
    assert not Practice.objects.exists()
    assert not practising.leave(carole)


def test_who_is_put_out_does_not_come_back_with_the_code(practice: Practice, bob: Mediator, carole: Mediator) -> None:
    practising.join(carole, practice.code, NOW)
    assert practising.put_out(bob, carole.pk)
    with pytest.raises(practising.WrongCode):
        practising.join(carole, practice.code, NOW)


def test_members_of_another_practice_are_not_put_out(practice: Practice, bob: Mediator, carole: Mediator) -> None:
    practising.found(carole, "Autre", NOW)
    assert not practising.put_out(bob, carole.pk)
    assert PracticeMember.objects.count() == 2


def test_names_may_be_the_same_and_addresses_never(practice: Practice, carole: Mediator) -> None:
    assert practising.found(carole, "Cabinet des Relieurs", NOW).slug == "cabinet-des-relieurs-2"
    assert practising.found(make_mediator("Didier Roy"), "心", NOW).slug == "cabinet"


def test_only_those_listed_today_are_shown(practice: Practice, bob: Mediator, carole: Mediator) -> None:
    practising.join(carole, practice.code, NOW)
    assert list(practising.listed(practice, NOW)) == [bob, carole]
    Mediator.objects.filter(pk=bob.pk).update(suspended_at=NOW)
    assert list(practising.listed(practice, NOW)) == [carole]


def test_a_full_practice_takes_nobody(practice: Practice, carole: Mediator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practising, "MOST", 1)
    with pytest.raises(practising.Full):
        practising.join(carole, practice.code, NOW)
