"""A migration gives way to bookings: it waits a little for a lock, tries again, and says so."""

from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField
from django.db.models import Field

from allomediateur.worker.management.commands import migrate

BEFORE_THE_RULE = ["directory.Mediator.closed_on_holidays", "directory.Office.territory"]
"""Columns that code before them could not write without; they were there before anybody used it."""

TARGET = ("accounts", "0003")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "PATIENCE_MS", 50)
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0)


@pytest.fixture
def somebody() -> Any:
    """Another connection to the tests' database, in a transaction of its own."""
    told = connection.get_connection_params()
    with psycopg.connect(host=told.get("host"), dbname=told["dbname"], user=told.get("user")) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_a_busy_table_is_left_to_those_who_use_it(
    hurried: None, somebody: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody.execute("LOCK TABLE accounts_user IN ACCESS SHARE MODE")
    with pytest.raises(CommandError, match="cédé la place"):
        call_command("migrate", *TARGET, verbosity=0)
    assert capsys.readouterr().err.count("nouvel essai") == migrate.TRIES - 1
    with psycopg.connect(somebody.info.dsn) as third:
        assert third.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)
    somebody.rollback()
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_it_goes_through_once_the_table_is_free(hurried: None, somebody: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody.execute("LOCK TABLE accounts_user IN ACCESS SHARE MODE")
    monkeypatch.setattr(migrate, "sleep", lambda seconds: somebody.rollback())
    try:
        call_command("migrate", *TARGET, verbosity=0)
        with connection.cursor() as cursor:
            columns = {one.name for one in connection.introspection.get_table_description(cursor, "accounts_user")}
        assert "notice" not in columns
    finally:
        call_command("migrate", verbosity=0)


def test_code_one_version_behind_can_still_write() -> None:
    """A column added later may be empty, or the database fills it: the code before does not know of it."""
    added = [
        (app, operation.model_name, operation.name)
        for (app, number), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if apps.get_app_config(app).name.startswith("allomediateur")
        and isinstance(operation, AddField)
        and not number.startswith("0001")
    ]
    assert ("accounts", "user", "notice") in added
    fields = [apps.get_model(app, model)._meta.get_field(name) for app, model, name in added]
    assert [
        str(one) for one in fields if isinstance(one, Field) and not (one.null or one.has_db_default())
    ] == BEFORE_THE_RULE
