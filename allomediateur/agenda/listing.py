"""The rows that search walks through, made from Availability by one statement, and written only where they change."""

from collections.abc import Collection
from typing import Final

from django.db import connection, transaction

from allomediateur.agenda import locks, sheets
from allomediateur.agenda.models import Availability, Listing
from allomediateur.directory.models import Mediator
from allomediateur.directory.places import EARTH_KM

CHUNK: Final = 500

# Ties are parted by a few centimetres, the same every time: pages follow one another without a mediator twice.
_WANTED = f"""
WITH asked AS (
    SELECT m.id AS mediator_id FROM directory_mediator m WHERE m.id = ANY(%(ids)s::bigint[])
), rows AS (
    SELECT a.*, a.next_starts[1] AS soonest, coalesce(a.office_id, main.id, 0) AS place,
        a.modality <> 'in_person' AS is_remote, a.reach_km IS NOT NULL AS comes
    FROM agenda_availability a
    LEFT JOIN directory_office main ON main.mediator_id = a.mediator_id AND main.is_main AND a.office_id IS NULL
    WHERE a.mediator_id = ANY(%(ids)s::bigint[])
), remote AS (
    SELECT mediator_id, min(soonest) AS soonest, min(first_free_day) AS day FROM rows WHERE is_remote GROUP BY 1
), ways AS (
    SELECT mediator_id, CASE modality WHEN 'phone' THEN 1 WHEN 'video' THEN 2 ELSE 3 END AS way, place,
        min(lat) AS lat, min(lon) AS lon, min(soonest) AS soonest, min(first_free_day) AS day,
        is_remote OR bool_or(step_free) AS step_free
    FROM rows WHERE NOT comes GROUP BY mediator_id, modality, is_remote, place
    UNION ALL
    SELECT r.mediator_id, {sheets.ANY}, r.place, min(r.lat), min(r.lon),
        least(min(r.soonest), min(remote.soonest)), least(min(r.first_free_day), min(remote.day)),
        bool_or(r.is_remote OR r.step_free)
    FROM rows r LEFT JOIN remote USING (mediator_id) WHERE NOT r.comes GROUP BY r.mediator_id, r.place
    UNION ALL
    SELECT mediator_id, {sheets.AGREED}, place, min(lat), min(lon), min(soonest), min(first_free_day), true
    FROM rows WHERE comes GROUP BY mediator_id, place
    UNION ALL
    SELECT r.mediator_id, {sheets.COMES}, r.place, min(r.lat), min(r.lon),
        least(min(r.soonest), min(remote.soonest)), least(min(r.first_free_day), min(remote.day)), true
    FROM rows r LEFT JOIN remote USING (mediator_id) WHERE r.comes GROUP BY r.mediator_id, r.place
), tongues AS (
    SELECT DISTINCT mediator_id, tongue FROM (
        SELECT mediator_id, 0 AS tongue FROM asked
        UNION ALL
        SELECT mediator_id, (ascii(code) - 97) * 26 + ascii(substr(code, 2)) - 96
        FROM rows, unnest(languages) AS code WHERE code ~ '^[a-z]{{2}}$' AND code <> '{sheets.EVERYBODYS}'
    ) AS spoken
), fields AS (
    SELECT mediator_id, 0 AS field FROM asked
    UNION
    SELECT s.mediator_id, s.specialty_id::int4 FROM directory_mediator_specialties s JOIN asked USING (mediator_id)
), bare AS (
    SELECT m.id AS mediator_id, coalesce(o.id, 0) AS place, coalesce(c.lat, round(o.lat)) AS lat,
        coalesce(c.lon, round(o.lon)) AS lon,
        CASE WHEN m.cpmn_member THEN least(m.member_until, m.insured_until) + 1 ELSE date '1970-01-01' END AS day
    FROM directory_mediator m
    JOIN asked ON asked.mediator_id = m.id
    LEFT JOIN directory_office o ON o.mediator_id = m.id AND o.is_main
    LEFT JOIN directory_commune c ON c.code = o.commune_id
    WHERE m.capm_verified AND m.suspended_at IS NULL
), cells AS (
    SELECT mediator_id, (field << 13) | (tongue << 3) | way AS sheet, place, lat, lon, soonest, day, step_free
    FROM ways JOIN fields USING (mediator_id) JOIN tongues USING (mediator_id)
    UNION ALL
    SELECT mediator_id, (field << 13) | {sheets.BARE}, place, coalesce(lat, {sheets.POLES}), coalesce(lon, 0),
        day::timestamp AT TIME ZONE 'UTC', day, true
    FROM bare JOIN fields USING (mediator_id) WHERE day IS NOT NULL
), wanted AS (
    SELECT mediator_id, sheet, place, soonest, day, step_free,
        count(*) OVER (PARTITION BY mediator_id, sheet) = 1 AS alone,
        {EARTH_KM} * radians(lon) + mediator_id * 7919 %% 1000 * 1e-6 AS x,
        {EARTH_KM} * ln(tan(pi() / 4 + radians(greatest(-{sheets.POLES}, least({sheets.POLES}, lat))) / 2))
            + mediator_id * 104729 %% 1000 * 1e-6 AS y
    FROM cells
)
"""  # noqa: S608 - constants of this project
_WRITE = (
    _WANTED  # noqa: S608 - constants of this project
    + """, gone AS (
    DELETE FROM agenda_listing l WHERE l.mediator_id = ANY(%(ids)s::bigint[]) AND NOT EXISTS (
        SELECT FROM wanted w WHERE (w.mediator_id, w.sheet, w.place) = (l.mediator_id, l.sheet, l.place)
    )
)
INSERT INTO agenda_listing AS l (mediator_id, sheet, place, x, y, soonest, first_free_day, step_free, alone)
SELECT mediator_id, sheet, place, x, y, soonest, day, step_free, alone FROM wanted ORDER BY mediator_id, sheet, place
ON CONFLICT (mediator_id, sheet, place) DO UPDATE SET
    x = excluded.x, y = excluded.y, soonest = excluded.soonest, first_free_day = excluded.first_free_day,
    step_free = excluded.step_free, alone = excluded.alone
WHERE (l.x, l.y, l.soonest, l.first_free_day, l.step_free, l.alone) IS DISTINCT FROM
    (excluded.x, excluded.y, excluded.soonest, excluded.first_free_day, excluded.step_free, excluded.alone)
"""
)
_COUNT = (
    _WANTED  # noqa: S608 - constants of this project
    + """
SELECT count(*)::int4 FROM (SELECT mediator_id, sheet, place, x, y, soonest, day, step_free, alone FROM wanted) w
FULL JOIN (
    SELECT mediator_id, sheet, place, x, y, soonest, first_free_day AS day, step_free, alone FROM agenda_listing
    WHERE mediator_id = ANY(%(ids)s::bigint[])
) l USING (mediator_id, sheet, place)
WHERE (w.x, w.y, w.soonest, w.day, w.step_free, w.alone)
    IS DISTINCT FROM (l.x, l.y, l.soonest, l.day, l.step_free, l.alone)
"""
)


def refresh(mediator_ids: Collection[int]) -> None:
    """After their Availability rows, in the same transaction. Rows that say the same are not written."""
    if not mediator_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"ids": sorted(mediator_ids)})


def fill() -> None:
    """`rebuild_all` where there is nothing yet."""
    if not Listing.objects.exists():
        rebuild_all()


def rebuild_all() -> None:
    """From nothing, or after code that did not know of it: every mediator, `CHUNK` a transaction, while bookings go on.

    Standings and Availability rows are kept from changing meanwhile, so that nothing older is written over what a
    decision or a booking says.
    """
    last = 0
    while ids := list(Mediator.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            locks.share(ids)
            list(Availability.objects.filter(mediator__in=ids).order_by("pk").select_for_update().values_list("pk"))
            refresh(ids)
        last = ids[-1]


def differences(mediator_ids: Collection[int]) -> int:
    """How many rows are not what Availability gives."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"ids": sorted(mediator_ids)})
        return int(cursor.fetchone()[0])
