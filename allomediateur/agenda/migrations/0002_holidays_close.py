"""What search reads was computed without public holidays: all of it is stale, the worker refreshes it at once."""

from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_stale(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("agenda", "Availability").objects.update(stale_at=datetime(2000, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = (
        ("agenda", "0001_initial"),
        ("directory", "0003_holidays"),
    )
    operations = (migrations.RunPython(make_stale, migrations.RunPython.noop, elidable=True),)
