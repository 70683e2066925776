"""A country of mediators written by a few statements, for the workloads: 100,000 in seconds, the same at each run.

They stand where people live (communes by their population), with one office, one service of half an hour by phone, by
video and in person, two specialties, and derived rows that say when they have time. Openings are written on demand
only: search does not read them. The rows may do as they like with the truth; `availability.rebuild` makes them true.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from allomediateur.directory.models import Mediator

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""A Monday, 9 o’clock in Paris."""
TODAY = NOW.date()
RARE = "rare"
"""The slug of a specialty that nobody has until `press` gives it to a few."""

# Chance that depends on the mediator's number and on what it is for: a run is like the one before.
_CHANCE = """
    CREATE OR REPLACE FUNCTION chance(number bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashint8extended(number, salt) & 2147483647) / 2147483648.0
"""
_PEOPLE = """
    INSERT INTO accounts_user (password, email, name, phone, role, language, zone, is_active)
    SELECT '', 'm' || n || '@crowd.example', 'Crowd ' || n, '', 'mediator', 'fr', 'Europe/Paris', true
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
_MEDIATORS = """
    INSERT INTO directory_mediator (
        slug, name, presentation_fr, presentation_en, languages, phone, video_room, payment, capm_verified, cpmn_member,
        ethics_version, created_at, user_id, closed_on_holidays
    )
    SELECT 'crowd-' || n, name, 'Je vous reçois.', '',
        CASE WHEN chance(n, 1) < 0.3 THEN '{fr,en}' ELSE '{fr}' END::text[],
        '+33199000001', 'https://visio.example.org/' || n, '', true, true, '', %(now)s::timestamptz, id, true
    FROM (SELECT id, name, replace(name, 'Crowd ', '')::bigint AS n FROM accounts_user WHERE name LIKE 'Crowd %%') u
    WHERE n BETWEEN %(first)s::int AND %(last)s::int ORDER BY n
"""
_NEW = """
    CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
    SELECT id, replace(slug, 'crowd-', '')::bigint AS n FROM directory_mediator
    WHERE slug LIKE 'crowd-%%' AND replace(slug, 'crowd-', '')::bigint BETWEEN %(first)s::int AND %(last)s::int
"""
_OFFICES = """
    WITH people AS (
        SELECT array_agg(code ORDER BY code) AS codes, array_agg(until ORDER BY code) AS untils, max(until) AS everybody
        FROM (SELECT code, sum(population) OVER (ORDER BY code)::float8 AS until FROM directory_commune) c
    )
    INSERT INTO directory_office (
        name, address, postal_code, lon, lat, zone, access, is_main, commune_id, mediator_id, territory, step_free
    )
    SELECT 'Cabinet', '1 rue de la Paix', c.postal_codes[1], c.lon + (chance(n, 3) - 0.5) / 20,
        c.lat + (chance(n, 4) - 0.5) / 20, c.zone, '', true, c.code, fresh.id, '', chance(n, 5) < 0.5
    FROM fresh, people, directory_commune c
    WHERE c.code = codes[least(1 + width_bucket(chance(n, 2) * everybody, untils), cardinality(codes))]
"""
_SPECIALTIES = """
    INSERT INTO directory_mediator_specialties (mediator_id, specialty_id)
    SELECT DISTINCT fresh.id, ids[1 + floor(chance(n, salt) * cardinality(ids))::int]
    FROM fresh, generate_series(6, 7) AS salt,
        (SELECT array_agg(id ORDER BY id) AS ids FROM directory_specialty WHERE slug <> 'rare') s
"""
_AGENDAS = "INSERT INTO agenda_agenda (mediator_id, version) SELECT id, 0 FROM fresh"
_SERVICES = """
    INSERT INTO agenda_service (
        name_fr, name_en, prepare_fr, prepare_en, minutes, before_minutes, after_minutes, notice_minutes, horizon_days,
        price_cents, modalities, rank, is_active, mediator_id
    )
    SELECT 'Premier contact', 'First contact', '', '', 30, 0, 0, 120, 365, 0,
        '{phone,video,in_person}', 0, true, id
    FROM fresh
"""
_OPENINGS = """
    INSERT INTO agenda_opening (modality, weekday, start_minute, end_minute, ends_next_day, mediator_id, office_id)
    SELECT modality, day, start * 60, until * 60, false, o.mediator_id, CASE modality WHEN 'in_person' THEN o.id END
    FROM directory_office o JOIN fresh ON fresh.id = o.mediator_id, generate_series(0, 4) AS day,
        unnest('{phone,video,in_person}'::text[]) AS modality, (VALUES (9, 12), (13, 18)) AS hours (start, until)
"""
# The first free time is within three weeks, the nearer the likelier; one in eight is full.
_ROWS = """
    INSERT INTO agenda_availability (
        modality, next_starts, first_free_day, base_day, free_days, notice_minutes, computed_at, stale_at, zone, lon,
        lat, specialties, languages, mediator_id, office_id, service_id, step_free
    )
    SELECT modality, CASE WHEN busy THEN '{}' ELSE ARRAY(
            SELECT first + k * interval '30 minutes' FROM generate_series(0, 11) AS k
        ) END, CASE WHEN NOT busy THEN (first AT TIME ZONE o.zone)::date END, %(now)s::date, '', 120,
        %(now)s::timestamptz, %(now)s::timestamptz + interval '1 year', o.zone, o.lon, o.lat,
        ARRAY(SELECT specialty_id::int FROM directory_mediator_specialties s WHERE s.mediator_id = m.id ORDER BY 1),
        m.languages, m.id, CASE modality WHEN 'in_person' THEN o.id END, service.id,
        o.step_free AND modality = 'in_person'
    FROM fresh JOIN directory_mediator m ON m.id = fresh.id
    JOIN directory_office o ON o.mediator_id = m.id JOIN agenda_service service ON service.mediator_id = m.id,
        unnest('{phone,video,in_person}'::text[]) WITH ORDINALITY AS ways (modality, way),
        LATERAL (SELECT chance(n, 10 + way::int) < 0.125 AS busy, %(now)s::timestamptz + interval '1 day'
            + floor(power(chance(n, 20 + way::int), 2) * 21) * interval '1 day'
            + floor(chance(n, 30 + way::int) * 12) * interval '30 minutes' AS first) times
"""
_WRITTEN = (_NEW, _OFFICES, _SPECIALTIES, _AGENDAS, _SERVICES, _ROWS)
# Nearly everybody is full: half of them for good, half until after the window.
_PRESS = """
    UPDATE agenda_availability a
    SET next_starts = CASE WHEN late THEN ARRAY[%(late)s::timestamptz] ELSE '{}' END,
        first_free_day = CASE WHEN late THEN %(late)s::date END
    FROM (SELECT id, chance(id, 40) < 0.5 AS late, chance(id, 41) AS luck FROM directory_mediator) m
    WHERE a.mediator_id = m.id AND luck < %(full)s::float8
"""
_GIVE_RARE = """
    INSERT INTO directory_mediator_specialties (mediator_id, specialty_id)
    SELECT m.id, s.id FROM directory_mediator m, directory_specialty s
    WHERE s.slug = 'rare' AND chance(m.id, 42) < %(rare)s::float8
"""
_COPY_RARE = """
    UPDATE agenda_availability a SET specialties = specialties || s.specialty_id::int
    FROM directory_mediator_specialties s JOIN directory_specialty r ON r.id = s.specialty_id AND r.slug = 'rare'
    WHERE s.mediator_id = a.mediator_id
"""


def fill(size: int, *, openings: bool = False) -> None:
    """As many mediators as that, those who are there included; `openings` of the new ones: Monday to Friday 9-12 and
    13-18, by each way."""
    from allomediateur.directory import communes  # models want settings
    from allomediateur.directory.models import Commune, Mediator, Specialty

    if not Commune.objects.exists():
        communes.load()
    Specialty.objects.get_or_create(slug=RARE, defaults={"label_fr": "Rare", "label_en": "Rare", "rank": 99})
    first = Mediator.objects.filter(slug__startswith="crowd-").count() + 1
    with _writing() as cursor:
        for statement in (_CHANCE, _PEOPLE, _MEDIATORS, *_WRITTEN, *([_OPENINGS] if openings else [])):
            cursor.execute(statement, {"first": first, "last": size, "now": NOW})
    settle()


def press(*, full: float, rare: float, late: date) -> None:
    """The adversary: that share of mediators has nothing before `late`, and that share has the rare specialty."""
    with _writing() as cursor:
        for statement in (_PRESS, _GIVE_RARE, _COPY_RARE):
            cursor.execute(statement, {"full": full, "rare": rare, "late": late})
    settle()


def settle() -> None:
    """What search reads beside these rows is made again, and PostgreSQL knows what there is."""
    from django.db import connection  # wants settings

    if importlib.util.find_spec("allomediateur.agenda.listing"):
        importlib.import_module("allomediateur.agenda.listing").rebuild_all()
    if importlib.util.find_spec("allomediateur.agenda.tallying"):
        importlib.import_module("allomediateur.agenda.tallying").refresh(NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def mediators(count: int) -> list[Mediator]:
    """The first of the crowd, with their account."""
    from allomediateur.directory.models import Mediator  # wants settings

    return list(Mediator.objects.select_related("user").order_by("pk")[:count])


@contextmanager
def _writing() -> Iterator[Any]:
    """One transaction, in which foreign keys are not looked at."""
    from django.db import connection, transaction  # want settings

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
