"""The database itself refuses what is not an insertion, but for rows older than a year (trail.keeping.forget)."""

from django.db import migrations

GUARD = """
CREATE FUNCTION trail_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '365 days' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'TRUNCATE' AND current_setting('allomediateur.may_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the trail is only added to (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER trail_rows BEFORE UPDATE OR DELETE ON trail_entry FOR EACH ROW EXECUTE FUNCTION trail_only_added();
CREATE TRIGGER trail_table BEFORE TRUNCATE ON trail_entry FOR EACH STATEMENT EXECUTE FUNCTION trail_only_added();
"""
UNGUARD = "DROP TRIGGER trail_rows ON trail_entry; DROP TRIGGER trail_table ON trail_entry; DROP FUNCTION trail_only_added();"


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_entries")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
