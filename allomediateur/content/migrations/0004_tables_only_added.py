"""The same guard as for the versions of pages."""

from django.db import migrations

GUARD = """
CREATE TRIGGER content_rows BEFORE UPDATE OR DELETE ON content_tableversion
    FOR EACH ROW EXECUTE FUNCTION content_only_added();
"""
UNGUARD = "DROP TRIGGER content_rows ON content_tableversion;"


class Migration(migrations.Migration):
    dependencies = [("content", "0003_tables_of_law")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
