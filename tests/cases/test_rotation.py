"""Changes of keys: master keys, in batches that may be stopped; a compartment's own."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import purging, rotation
from allomediateur.cases.compartments.gate import NotAuthentic, Purged
from allomediateur.cases.compartments.rotation import Batch, Remaining
from allomediateur.cases.models import Compartment, CompartmentKey, PartyName, Sealed
from allomediateur.trail.models import Entry
from allomediateur.vault import sealing
from tests.cases.confided import confide, enter
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
TEXTS = {"story": "Le mur", "project": "La paix"}


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


@pytest.fixture
def seven(alice: User) -> list[Compartment]:
    """One of them purged: it has no key any more."""
    made = [confide(alice, TEXTS) for _each in range(7)]
    for number, one in enumerate(made):
        enter(one, alice).name_parties([f"Zoé {number}"])
    purging.purge(made[3], NOW)
    return [one for one in made if one != made[3]]


@pytest.fixture
def new_key(settings: Settings, seven: list[Compartment]) -> str:
    """Put first, the old one behind it; its name."""
    settings.MASTER_KEYS = [secrets.token_urlsafe(32), *settings.MASTER_KEYS]
    return sealing.ring()[0]


def left() -> list[tuple[int, int]]:
    return [(one.keys, one.names) for one in rotation.remaining()]


def told(compartment: Compartment) -> set[bytes | str]:
    """What the table holds of its contents."""
    rows = list(compartment.contents.all())
    return {bytes(row.ciphertext) for row in rows} | {row.slot for row in rows}


def test_a_new_master_key_wraps_the_data_keys_and_rewrites_nothing_else(
    alice: User, seven: list[Compartment], new_key: str, settings: Settings
) -> None:
    before = list(Sealed.objects.order_by("pk").values_list("pk", "ciphertext"))
    assert left() == [(0, 0), (6, 6)]
    call_command("rotate_keys", "--batch", "4")
    assert left() == [(6, 6), (0, 0)]
    assert list(Sealed.objects.order_by("pk").values_list("pk", "ciphertext")) == before
    settings.MASTER_KEYS = settings.MASTER_KEYS[:1]
    for one in seven:
        assert enter(one, alice).read_all() == TEXTS
    assert rotation.remaining() == [Remaining(new_key, 6, 6)]


def test_stopped_it_goes_on_with_what_is_left(alice: User, seven: list[Compartment], new_key: str) -> None:
    first = rotation.rewrap(size=2)
    assert (first.done, left()) == (2, [(2, 0), (4, 6)])
    assert all(enter(one, alice).read_all() == TEXTS for one in seven)
    assert rotation.rewrap(size=10) == Batch(4, 0, seven[-1].pk)
    assert rotation.rewrap() == Batch(0, 0, None)


def test_what_remains_is_said_with_each_key(new_key: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_keys", "--check")
    old = sealing.ring()[1]
    assert capsys.readouterr().out.splitlines() == [
        f"clé maîtresse {new_key} : 0 clés, 0 noms",
        f"clé maîtresse {old} : 6 clés, 6 noms",
    ]


def test_a_key_dropped_too_early_is_said_and_the_others_are_done(
    seven: list[Compartment], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The three first are of a key that the ring lost; nothing of them is changed."""
    lost = sealing.ring()[0]
    CompartmentKey.objects.filter(pk__in=[one.pk for one in seven[3:]]).delete()
    PartyName.objects.exclude(compartment__in=seven[:3]).delete()
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    before = set(CompartmentKey.objects.values_list("wrapped", flat=True))
    with pytest.raises(CommandError, match="6 ne s’ouvrent avec aucune des MASTER_KEYS"):
        call_command("rotate_keys", "--batch", "1")
    assert f"clé maîtresse {lost} : 3 clés, 3 noms" in capsys.readouterr().out
    assert set(CompartmentKey.objects.values_list("wrapped", flat=True)) == before


def test_a_compartments_new_key_seals_all_it_holds(alice: User, seven: list[Compartment]) -> None:
    one, other = seven[:2]
    before, theirs = told(one), told(other)
    wrapped = one.key.wrapped
    digests = enter(one, alice).party_digests()
    assert rotation.renew(one, NOW) == 2
    assert told(other) == theirs
    assert len(told(one)) == len(before) == 4
    assert not told(one) & before
    opened = enter(one, alice)
    assert opened.read_all() == TEXTS
    assert opened.party_digests() == digests
    assert opened.write("story", "Autre", seen=1) == 2
    CompartmentKey.objects.filter(pk=one.pk).update(wrapped=wrapped)
    with pytest.raises(NotAuthentic):
        enter(one, alice).read_all()


def test_what_was_opened_before_a_renewal_reads_and_writes_after_it(alice: User, seven: list[Compartment]) -> None:
    opened = enter(seven[0], alice)
    rotation.renew(seven[0], NOW)
    assert opened.read_all() == TEXTS
    opened.write("story", "Autre")
    assert enter(seven[0], alice).read("story") == "Autre"
    assert seven[0].contents.count() == 2


def test_a_tampered_or_a_purged_one_is_not_renewed(alice: User, seven: list[Compartment]) -> None:
    row = seven[0].contents.first()
    assert row
    Sealed.objects.filter(pk=row.pk).update(ciphertext=seven[1].contents.all()[0].ciphertext)
    before = CompartmentKey.objects.get(pk=seven[0].pk).wrapped
    with pytest.raises(CommandError, match="rien n’a été changé"):
        call_command("rotate_keys", "--compartment", seven[0].ref)
    assert CompartmentKey.objects.get(pk=seven[0].pk).wrapped == before
    purging.purge(seven[1], NOW)
    with pytest.raises(Purged):
        rotation.renew(seven[1], NOW)
    with pytest.raises(CommandError, match="a été détruit"):
        call_command("rotate_keys", "--compartment", seven[1].ref)
    with pytest.raises(CommandError, match="Aucun compartiment"):
        call_command("rotate_keys", "--compartment", "zz")


def test_the_command_renews_one_and_it_is_on_the_trail(
    alice: User, seven: list[Compartment], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("rotate_keys", "--compartment", seven[0].ref)
    assert capsys.readouterr().out == "2 contenus rescellés.\n"
    assert Entry.objects.get(detail="key").thing == f"compartment:{seven[0].ref}"
    with pytest.raises(CommandError, match="--batch 1"):
        call_command("rotate_keys", "--batch", "0")


@pytest.mark.django_db(transaction=True)
def test_people_write_while_keys_change(alice: User, settings: Settings) -> None:
    """Renewals, a new master key and writers at once: every acknowledged word is read afterwards."""
    confided = confide(alice, {"story": "0"})
    settings.MASTER_KEYS = [secrets.token_urlsafe(32), *settings.MASTER_KEYS]
    barrier = threading.Barrier(6)

    def write(number: int) -> None:
        barrier.wait()
        for turn in range(5):
            enter(confided, alice).write(f"q{number}", str(turn))
        connection.close()

    def change(number: int) -> None:
        barrier.wait()
        for _turn in range(5):
            rotation.renew(confided, NOW) if number else rotation.rewrap()
        connection.close()

    with ThreadPoolExecutor(6) as crowd:
        done = [crowd.submit(write, number) for number in range(4)] + [crowd.submit(change, one) for one in range(2)]
        for one in done:
            one.result()
    assert enter(confided, alice).read_all() == {"story": "0"} | {f"q{number}": "4" for number in range(4)}


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_into_what_is_being_purged(alice: User) -> None:
    confided = confide(alice, TEXTS)
    barrier = threading.Barrier(5)

    def write(number: int) -> bool:
        """Until it is refused."""
        opened = enter(confided, alice)
        barrier.wait()
        try:
            for turn in range(1_000):
                opened.write(f"q{number}", str(turn))
        except Purged:
            return True
        finally:
            connection.close()
        return False

    def purge() -> None:
        barrier.wait()
        purging.purge(Compartment.objects.get(pk=confided.pk), NOW)
        connection.close()

    with ThreadPoolExecutor(5) as crowd:
        writers = [crowd.submit(write, number) for number in range(4)]
        crowd.submit(purge).result()
        assert all(one.result() for one in writers)
    assert not confided.contents.exists()
    assert CompartmentKey.objects.get(pk=confided.pk).wrapped is None
