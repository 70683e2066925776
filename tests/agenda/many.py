"""10,000 mediators and 100,000 appointments, in seconds: rows as they are, without the rules of booking."""

from django.db import connection

from tests.factories import make_mediator

MEDIATORS = """
INSERT INTO accounts_user (password, email, name, phone, role, language, zone, is_active, notice)
SELECT '', 'num' || n || '@example.org', 'Prenom' || n || ' Nom' || n % 997, '+3319900' || lpad(n::text, 4, '0'),
       'mediator', 'fr', 'Europe/Paris', true, '' FROM generate_series(1, 10000) n;
INSERT INTO directory_mediator (user_id, slug, code, name, presentation_fr, presentation_en, languages, phone,
       video_room, payment, capm_verified, cpmn_member, ethics_version, closed_on_holidays, created_at)
SELECT id, 'slug-' || id, right('0000000' || id, 8), name, '', '', '{fr}', phone, '', '', true, true, '', true, now()
FROM accounts_user WHERE email LIKE 'num%@example.org';
"""
APPOINTMENTS = """
INSERT INTO agenda_appointment (reference, mediator_id, service_id, modality, place, starts_at, ends_at, blocked, state,
       extended, browser, price_cents, uid, sequence, cancel_reason, created_at, changed_at)
SELECT 'ref' || lpad(n::text, 19, '0'), (SELECT id FROM directory_mediator WHERE slug = 'mediator-of-many'),
       (SELECT max(id) FROM agenda_service), 'phone', '', at, at + '30 min', tstzrange(at, at + '30 min', '[)'),
       CASE WHEN n % 20 = 0 THEN 'cancelled' ELSE 'confirmed' END, false, '', 0, gen_random_uuid(), 0, '', at, at
FROM (SELECT n, timestamptz '2026-12-01' + n * interval '30 min' AS at FROM generate_series(1, 100000) n) many;
INSERT INTO agenda_participant (appointment_id, role, name, email, phone, postal_address, language, zone, outcome)
SELECT id, 'client', 'Cliente' || id || ' Famille' || id % 1009, 'c' || id || '@example.org',
       '+336' || lpad(id::text, 8, '0'), '', 'fr', 'Europe/Paris', ''
FROM agenda_appointment WHERE reference LIKE 'ref%';
ANALYZE accounts_user; ANALYZE directory_mediator; ANALYZE agenda_appointment; ANALYZE agenda_participant;
"""


def fill() -> None:
    """All of the appointments are one mediator's, « mediator-of-many », one each half-hour from 1 December 2026."""
    make_mediator(slug="mediator-of-many")
    with connection.cursor() as cursor:
        cursor.execute(MEDIATORS)
        cursor.execute(APPOINTMENTS)
