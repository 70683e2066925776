"""The database itself refuses to change or remove a version; forgetting who wrote it is allowed."""

from django.db import migrations

GUARD = """
CREATE FUNCTION content_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'versions of pages are only added (%)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER content_rows BEFORE UPDATE OR DELETE ON content_pageversion
    FOR EACH ROW EXECUTE FUNCTION content_only_added();
"""
UNGUARD = "DROP TRIGGER content_rows ON content_pageversion; DROP FUNCTION content_only_added();"


class Migration(migrations.Migration):
    dependencies = [("content", "0001_versions_of_pages")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
