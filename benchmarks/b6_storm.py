"""B6: 64 clients of pgbench on the appointment table, alone in a PostgreSQL that writes to disk as in service.

Storm: all at once at one slot; who wins stays 5 ms in the transaction, as a booking does. Series: 64 attempts at each
slot of many. Spread: a slot of one's own each time. Against a plain INSERT under the same exclusion constraint (errors
caught, as an application would; one run, since a deadlock of 64 unties in a minute), and against no such constraint.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import database
from benchmarks.report import Row
from launch import binaries, postgres

CLIENTS, ROUNDS, SECONDS = 64, 5, 1
ONE = 10**9  # attempts at a slot: more than there will be
GOAL_STORM, GOAL_SPREAD = 100, 0.7
GUARD = "appointment_no_overlap"

INSERT = """
    INSERT INTO agenda_appointment (
        reference, mediator_id, service_id, modality, starts_at, ends_at, blocked, state, expires_at, extended, browser,
        price_cents, uid, sequence, cancel_reason, created_at, changed_at
    )
    SELECT left(md5(random()::text), 22), slot % 100, 1, 'phone', start, start + interval '30 minutes',
        tstzrange(start, start + interval '30 minutes'), 'held', start, false, md5(slot::text), 0, gen_random_uuid(), 0,
        '', start, start
    FROM (SELECT nextval('ticket') / {attempts} AS slot OFFSET 0) AS tickets,
        LATERAL (SELECT timestamptz '2027-01-01' + slot / 100 * interval '30 minutes' AS start) AS starts
"""
GUARDED = INSERT + "ON CONFLICT DO NOTHING"
STORM = "WITH won AS (" + GUARDED + " RETURNING id) SELECT pg_sleep(0.005) FROM won"  # noqa: S608 - constants
PLAIN = """
    CREATE OR REPLACE FUNCTION plain() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN {insert}; PERFORM pg_sleep(0.005);
    EXCEPTION WHEN exclusion_violation OR deadlock_detected THEN NULL; END $$
"""


@dataclass(frozen=True)
class Found:
    """Transactions a second; rows written, slots tried and deadlocks."""

    tps: float
    winners: int
    slots: int
    deadlocks: int


def run() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True) as folder:
        tables = [*_tables(), "CREATE SEQUENCE ticket MINVALUE 0", PLAIN.format(insert=INSERT.format(attempts=ONE))]
        with postgres.embedded(Path(folder)) as url:
            _execute(url, *tables)
            storm = [measure(url, STORM, ONE) for _ in range(ROUNDS)]
            series = [measure(url, STORM, CLIENTS)]
            plain = measure(url, "SELECT plain()", ONE)
            spread = [measure(url, GUARDED, 1) for _ in range(ROUNDS)]
            _execute(url, f"ALTER TABLE agenda_appointment DROP CONSTRAINT {GUARD}")
            bare = [measure(url, INSERT, 1) for _ in range(ROUNDS)]
    return list(_rows(storm, series, plain, spread, bare))


def _rows(
    storm: list[Found], series: list[Found], plain: Found, spread: list[Found], bare: list[Found]
) -> Iterator[Row]:
    ours = storm + series + spread
    exact, deadlocks = all(one.winners == one.slots for one in ours), sum(one.deadlocks for one in ours)
    gain, cost = _speed(storm) / plain.tps, _speed(spread) / _speed(bare)
    yield Row("B6", f"{CLIENTS} clients, storm on one slot", f"{_speed(storm):.0f} tps")
    figure = f"{'equal' if exact else 'different'}, {deadlocks}"
    yield Row("B6", "winners = slots, deadlocks", figure, "equal, 0", exact and not deadlocks)
    workload = f"storm / plain INSERT ({plain.tps:.0f} tps, {plain.deadlocks} deadlocks)"
    yield Row("B6", workload, f"{gain:.0f}x", f">= {GOAL_STORM}x", gain >= GOAL_STORM)
    yield Row("B6", "spread / unconstrained INSERT", f"{cost:.2f}x", f">= {GOAL_SPREAD}x", cost >= GOAL_SPREAD)


def measure(url: str, statement: str, attempts: int) -> Found:
    """One run of pgbench on the emptied table, `attempts` for each slot."""
    _execute(url, "TRUNCATE agenda_appointment", "ALTER SEQUENCE ticket RESTART")
    before = _one(url, _DEADLOCKS)
    tps = _pgbench(url, statement.format(attempts=attempts))
    slots = _one(url, "SELECT last_value FROM ticket") // attempts + 1
    return Found(tps, _one(url, "SELECT count(*) FROM agenda_appointment"), slots, _one(url, _DEADLOCKS) - before)


_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


def _pgbench(url: str, statement: str) -> float:
    """Transactions a second. Raises RuntimeError with what pgbench says when a client fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(" ".join(statement.split()) + ";\n")
        script.flush()
        command = [str(binaries.find() / "pgbench"), "--no-vacuum", f"--client={CLIENTS}", "--jobs=2"]
        command += ["--protocol=prepared", f"--time={SECONDS}", f"--file={script.name}", url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found:
        raise RuntimeError(done.stderr[-500:])
    return float(found[1])


def _tables() -> list[str]:
    """The statements that make the appointment table, without the foreign keys."""
    database.ready()
    from django.db import connection  # wants settings

    from allomediateur.agenda.models import Appointment

    with connection.schema_editor(collect_sql=True) as editor:
        editor.create_model(Appointment)
    return [str(one) for one in editor.collected_sql if "REFERENCES" not in str(one)]


def _speed(found: list[Found]) -> float:
    return statistics.median(one.tps for one in found)


def _execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _one(url: str, statement: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0
