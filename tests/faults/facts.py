"""What must be so after any fault: nothing acknowledged is lost, nothing is there twice."""

import os
import subprocess
from collections import Counter

from tests.faults.crowd import Crowd
from tests.faults.site import Site
from tests.launch.waiting import eventually

APPOINTMENTS = """
    SELECT a.reference, a.state, p.email, a.starts_at FROM agenda_appointment a
    LEFT JOIN agenda_participant p ON p.appointment_id = a.id AND p.role = 'client'
    WHERE a.state IN ('held', 'unconfirmed', 'confirmed')
"""
OVERLAPS = """
    SELECT one.reference, other.reference FROM agenda_appointment one
    JOIN agenda_appointment other ON one.id < other.id AND one.mediator_id = other.mediator_id
        AND one.blocked && other.blocked
    WHERE one.state IN ('held', 'unconfirmed', 'confirmed') AND other.state IN ('held', 'unconfirmed', 'confirmed')
"""


def everybody_was_answered(crowd: Crowd) -> None:
    """Each has an appointment or was told calmly that somebody else has."""
    assert [one.failure for one in crowd.visitors if one.failure] == []
    assert crowd.count("confirmed") + crowd.count("taken") == len(crowd.visitors)


def errors_were_calm(crowd: Crowd) -> None:
    """Where the server failed, it said so with its own page."""
    titles = {error for one in crowd.visitors for error in one.errors}
    assert titles <= {CALM}


CALM = "503 Le site ne peut pas répondre pour l’instant – AlloMediateur"


def appointments_are_those_acknowledged(site: Site, crowd: Crowd) -> None:
    """One a client and one a slot; each acknowledged one is there, and there is no other."""
    found = site.rows(APPOINTMENTS)
    assert {(ref, email) for ref, state, email, _ in found if state == "confirmed"} == {
        (one.confirmed, one.email) for one in crowd.visitors if one.confirmed
    }
    assert [row for row in found if row[1] != "confirmed"] == []
    assert {one.booked for one in crowd.visitors} == {one.confirmed for one in crowd.visitors}
    assert len({start for *_, start in found}) == len(found) == len(set(crowd.slots))
    assert site.rows(OVERLAPS) == []


def all_is_delivered(site: Site) -> None:
    """Every letter of the outbox reached its address; nothing else did; twice at most by the same Message-ID."""
    assert eventually(lambda: not site.rows("SELECT 1 FROM notify_letter WHERE sent_at IS NULL"), 60)
    written = {f"<{name}@localhost>": to for name, to in site.rows('SELECT message_id, "to" FROM notify_letter')}
    assert {str(letter["Message-ID"]): str(letter["To"]) for letter in site.postman.letters} == written


def letters_tell_each_thing_once(site: Site) -> None:
    """A letter to each of the two when it is confirmed, one to confirm before."""
    told = site.rows('SELECT topic, "to", kind FROM notify_letter')
    assert [row for row, count in Counter(told).items() if count > 1] == []
    confirmed = site.rows("SELECT reference FROM agenda_appointment WHERE state = 'confirmed'")
    assert len(told) == 3 * len(confirmed)


def everything_reads(site: Site) -> None:
    """Each row of each table, its page's checksum verified (where the version has them by default)."""
    done = subprocess.run(
        [site.folder / "pg_dump", "--dbname", site.cluster.url(), "--file", os.devnull], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
