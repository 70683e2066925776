"""Two whole servers, each with its folder, worker and port: they share nothing but the database and the settings."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import facts
from tests.faults.conftest import Make
from tests.faults.crowd import Crowd, free_slots
from tests.faults.site import Site, collect, fetch, running
from tests.faults.visitor import TAKEN, Visitor
from tests.launch.waiting import eventually

AT_ONCE = 40
"""Holds of a network, before those an hour count (settings.LIMITS)."""
FEW = 12


@pytest.fixture(scope="module")
def other_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What another host, installed apart, has in its folder: static files of its own making, and nothing else."""
    data_dir = tmp_path_factory.mktemp("other")
    collect(data_dir)
    return data_dir


@pytest.fixture(params=[{}], ids=["usual"])
def hosts(
    make_site: Make, tmp_path: Path, other_files: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Site, Site]]:
    with running(make_site(tmp_path / "first", settings=request.param)) as first:
        second = Site(tmp_path / "second", first.people, first.postman, first.folder, settings=request.param)
        shutil.copytree(other_files, second.data_dir)
        second.open(first.cluster)
        with closing(second):
            assert eventually(second.answers, 60)
            yield first, second


def test_what_one_does_the_other_knows(hosts: tuple[Site, Site]) -> None:
    first, second = hosts
    slug, service = first.people.slug, first.people.service
    slot, other = free_slots(first, 2)
    alice, bob = Visitor(first.port, "alice@example.org", first.postman.code_for), Visitor(second.port, "", str)

    # A hold on one is seen on the other: by a stranger who looks, by one who wanted it.
    seen = bob.look(slug)
    assert slot in seen.slots
    assert alice.hold(alice.look(slug), slug, service, slot)
    assert slot not in bob.look(slug).slots
    assert not bob.hold(seen, slug, service, slot)
    assert bob.taken

    # The same form sent again to the other host, since no answer came, finds the same hold.
    form = {"mediateur": slug, "prestation": str(service), "slot": other, "key": bob.look(slug).hidden("key")}
    once = bob.insist("POST", "/rendez-vous/reserver/", form)
    bob.port = first.port
    again = bob.insist("POST", "/rendez-vous/reserver/", form)
    assert TAKEN not in again.text
    assert again.location == once.location != ""

    # Begun on one, told on the other, confirmed on the first; the account signed in there is known on both.
    alice.port = second.port
    alice.tell()
    alice.port = first.port
    alice.confirm()
    assert alice.confirmed
    for host in hosts:
        alice.port = host.port
        assert alice.request("GET", "/espace/").status == 200
    first.check_availability()
    assert_files_and_secrets_are_of_no_host(first, second)


def assert_files_and_secrets_are_of_no_host(first: Site, second: Site) -> None:
    """What a page of one names, the other serves; nothing was drawn by chance in a folder."""
    manifests = [json.loads((one.data_dir / "static/staticfiles.json").read_text()) for one in (first, second)]
    assert manifests[0] == manifests[1]
    home = fetch(first.port, "/")[1]
    named = sorted({word for word in home.split('"') if word.startswith("/static/")})
    assert len(named) > 2
    assert [fetch(second.port, address)[0] for address in named] == [200] * len(named)
    assert {one.name for one in second.data_dir.iterdir()} == {"static", "logs"}


def test_a_worker_does_once_what_any_host_asked(hosts: tuple[Site, Site]) -> None:
    """Each worker alone, for the other host; then both, and a crowd of which every other one is at the other host."""
    first, second = hosts
    first.worker.stop()
    book(first, "alice@example.org")
    first.worker.start()
    second.worker.stop()
    book(second, "charlie@example.org")
    second.worker.start()
    crowd = Crowd(first, free_slots(first, FEW), size=FEW)
    for visitor in crowd.visitors[::2]:
        visitor.port = second.port
    crowd.start()
    crowd.finish()
    facts.everybody_was_answered(crowd)
    assert crowd.count("confirmed") == FEW
    facts.all_is_delivered(first)
    facts.letters_tell_each_thing_once(first)
    told = [str(letter["Message-ID"]) for letter in first.postman.letters]
    assert len(told) == len(set(told)) == 3 * (FEW + 2)


@pytest.mark.parametrize("hosts", [{"HOLDS_A_NETWORK_AN_HOUR": "1"}], indirect=True, ids=["an hour"])
def test_limits_are_counted_together(hosts: tuple[Site, Site]) -> None:
    """Half of a network's holds here, the other half there: then neither gives one more."""
    first = hosts[0]
    slug, service = first.people.slug, first.people.service
    slots = free_slots(first, AT_ONCE + 1)

    def status(host: Site, slot: str) -> int:
        visitor = Visitor(host.port, "", str)
        form = {"mediateur": slug, "prestation": str(service), "slot": slot, "key": visitor.look(slug).hidden("key")}
        return visitor.request("POST", "/rendez-vous/reserver/", form).status

    given = [status(hosts[number % 2], slots[number]) for number in range(AT_ONCE)]
    assert given == [302] * AT_ONCE
    assert [status(host, slots[-1]) for host in hosts] == [429, 429]


def book(host: Site, email: str) -> None:
    """With the letter that this needs, delivered by whichever worker there is."""
    (slot,) = free_slots(host, 1)
    visitor = Visitor(host.port, email, host.postman.code_for)
    visitor.book(host.people.slug, host.people.service, slot)
    assert (visitor.failure, bool(visitor.confirmed)) == ("", True)
