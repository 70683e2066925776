"""Whom staff find, by what; always through an index, among thousands."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.agenda import searching
from allomediateur.agenda.models import Participant
from allomediateur.agenda.searching import Sought
from tests.agenda import many, steps
from tests.factories import book, make_mediator, make_user

pytestmark = pytest.mark.django_db


def found(text: str, phone: str = "") -> list[str]:
    sought = searching.read(text, phone)
    assert sought is not None
    return [one.name for one in searching.accounts(sought)]


@pytest.mark.parametrize(
    "typed", ["elise", "Élise d'Œuvre", "OEUVRE eli", "d’oeu", "élise-d", "  ELISE  ", "oeuvre, Élise"]
)
def test_names_by_the_beginnings_of_their_words(typed: str) -> None:
    make_user("e@example.org", name="Élise d’Œuvre")
    make_user("b@example.org", name="Bernard Lise")
    assert found(typed) == ["Élise d’Œuvre"]


@pytest.mark.parametrize("typed", ["lise", "elise b", "elisee"])
def test_not_by_the_middle_of_a_word_nor_by_one_word_of_two(typed: str) -> None:
    make_user("e@example.org", name="Élise d’Œuvre")
    assert found(typed) == []


@pytest.mark.parametrize("name", ["Łukasz Żak", "شريف محمد", "李 小龍", "Ñusta Çelik", "Zoë Weiß"])
def test_any_script(name: str) -> None:
    make_user("e@example.org", name=name)
    assert found(name) == [name]
    assert found(name.split()[0][:2]) == [name]


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE accounts_user --", "a:* | b", "!alice", "\\", "<->", "al\x00ice & )(", "%", "&&&"]
)
def test_signs_are_no_query(typed: str) -> None:
    make_user(name="Bob")
    sought = searching.read(typed, "")
    assert sought is None or list(searching.accounts(sought)) == []


def test_too_little_is_not_looked_for() -> None:
    assert [searching.read(text, "") for text in ("", " ", "a", "-", "é")] == [None] * 5


def test_an_account_by_address_phone_profile_and_what_was_told_for_an_appointment() -> None:
    alice = make_user("Alice@Example.org", name="Alice", phone="+33639981234")
    bob = make_mediator("Bob Durand", phone="+33199000077")
    User.objects.filter(pk=bob.user_id).update(name="B. D.")
    booked = book(bob, steps.TEN, client=alice)
    Participant.objects.filter(appointment=booked, role="client").update(name="Alix Martin")
    assert found("ALICE@example.org ") == ["Alice"]
    assert found("x", "+33639981234") == ["Alice"]
    assert found("x", "+33199000077") == ["B. D."]
    assert found("durand") == ["B. D."]
    assert found("alix") == ["Alice"]


def test_somebody_without_account_by_appointment_and_never_a_hold() -> None:
    bob = make_mediator()
    steps.describe(steps.hold(bob, browser="other"))
    booked = book(bob, steps.TEN + 60 * steps.MINUTE)
    for sought in (Sought(words="alice"), Sought(email="alice@example.org")):
        assert [one.appointment for one in searching.guests(sought)] == [booked]
    assert searching.appointment(Sought(reference=booked.reference)) == booked


def test_a_held_slot_is_nobodys_business() -> None:
    held = steps.hold(make_mediator())
    assert searching.appointment(Sought(reference=held.reference)) is None


@pytest.fixture
def crowd() -> None:
    many.fill()


def plan(rows: QuerySet[User] | QuerySet[Participant]) -> str:
    return rows.explain()


def test_ten_thousand_mediators_and_a_hundred_thousand_appointments(crowd: None) -> None:
    """Whatever is looked for, an index finds it: no table of people is read through."""
    some = Participant.objects.filter(role="client").order_by("pk")[5000]
    several = [
        Sought(words="prenom777 nom"), Sought(words="cliente"), Sought(words="famille77"),
        Sought(email=some.email), Sought(email="num42@example.org"),
        Sought(phone=str(some.phone)), Sought(phone="+33199000042"),
    ]  # fmt: skip
    for sought in several:
        for rows in (searching.accounts(sought), searching.guests(sought)):
            if sought.words == "cliente":
                continue  # everybody: reading the table through is right
            told = plan(rows)
            assert "Seq Scan on accounts_user" not in told, (sought, told)
            assert "Seq Scan on agenda_participant" not in told, (sought, told)
            assert "Seq Scan on directory_mediator" not in told, (sought, told)
        with CaptureQueriesContext(connection) as asked:
            list(searching.accounts(sought)[:30])
            list(searching.guests(sought)[:30])
        assert len(asked) == 2
    assert searching.accounts(Sought(words="prenom777")).count() == 11
    assert searching.guests(Sought(email=some.email)).get() == some
