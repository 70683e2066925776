"""Backups that are complete or absent, and restored whole or not at all. docs/operations.md says when and where.

A backup is two files: `<name>.dump` (pg_dump's own format, one snapshot) and `<name>.json`, written last, which says
what is in it. Without the second, the first is unfinished.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from launch import binaries

COUNTED = ("accounts_user", "directory_mediator", "agenda_appointment", "agenda_participant", "notify_letter",
           "trail_entry")  # fmt: skip
_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "connect_timeout": "PGCONNECT_TIMEOUT"}


class BackupFailed(Exception):
    """Says in a sentence what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a dump holds: rows by table, the last migration of each app, its SHA-256."""

    at: str
    server: str
    migrations: dict[str, str]
    rows: dict[str, int]
    sha256: str


def backup(folder: Path, now: datetime, keep: int) -> Path:
    """Write one backup into `folder`, remove all but the `keep` newest; the path of the new dump.

    Raises BackupFailed.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    dump = folder / f"allomediateur-{now:%Y%m%dT%H%M%SZ}.dump"
    unfinished = dump.with_suffix(".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        rows, migrations = _dump(descriptor)
        os.fsync(descriptor)
    except BaseException:
        unfinished.unlink()
        raise
    finally:
        os.close(descriptor)
    unfinished.rename(dump)
    manifest = Manifest(now.isoformat(), _server(), migrations, rows, _digest(dump))
    _write(dump.with_suffix(".json"), json.dumps(asdict(manifest), indent=1))
    for old in complete(folder)[:-keep]:
        old.with_suffix(".json").unlink()
        old.unlink()
    return dump


def complete(folder: Path) -> list[Path]:
    """Dumps that have their manifest, oldest first."""
    return sorted(one for one in folder.glob("allomediateur-*.dump") if one.with_suffix(".json").exists())


def restore(dump: Path) -> Manifest:
    """Fill the empty database of DATABASE_URL with what `dump` holds, and count it. Raises BackupFailed."""
    manifest = checked(dump)
    if tables := connection.introspection.table_names():
        raise BackupFailed(
            f"La base « {connection.settings_dict['NAME']} » n’est pas vide ({len(tables)} tables) : créez-en une "
            "neuve (createdb) et donnez-la dans DATABASE_URL. Rien n’a été touché."
        )
    name = str(connection.settings_dict["NAME"])
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", name, str(dump)]
    _run("pg_restore", words)
    rows = _rows()
    if rows != manifest.rows:
        raise BackupFailed(f"La base restaurée n’a pas les lignes attendues : {rows}, au lieu de {manifest.rows}.")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest


def checked(dump: Path) -> Manifest:
    """The manifest of a dump that is as it was written. Raises BackupFailed."""
    told = dump.with_suffix(".json")
    if not dump.exists() or not told.exists():
        raise BackupFailed(f"« {dump} » n’est pas une sauvegarde complète : il faut le .dump et son .json.")
    manifest = Manifest(**json.loads(told.read_text(encoding="utf-8")))
    if _digest(dump) != manifest.sha256:
        raise BackupFailed(f"« {dump} » n’est pas tel qu’il a été écrit : prenez une autre sauvegarde.")
    return manifest


def _dump(descriptor: int) -> tuple[dict[str, int], dict[str, str]]:
    """pg_dump of one snapshot, and what that same snapshot holds."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        rows, migrations = _rows(), _migrations()
        name = str(connection.settings_dict["NAME"])
        _run("pg_dump", ["--format=custom", "--no-password", f"--snapshot={snapshot}", "--dbname", name], descriptor)
    return rows, migrations


def _rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of the names above
            found[table] = int(cursor.fetchone()[0])
    return found


def _migrations() -> dict[str, str]:
    """The last applied one of each app."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def _server() -> str:
    return str(connection.cursor().connection.info.server_version // 10000)


def _run(program: str, words: list[str], output: int | None = None) -> None:
    """As the database of the settings; the password never shows among the words."""
    command = [str(_found(program)), *words]
    done = subprocess.run(command, stdout=output, stderr=subprocess.PIPE, env=_environment(), text=True, check=False)
    if done.returncode:
        said = (done.stderr or "").strip().splitlines()
        raise BackupFailed(f"{program} a échoué ; il dit : {said[0] if said else done.returncode}")


def _found(program: str) -> Path:
    """Of the server's own version if it is there, else of a newer one. Raises BackupFailed."""
    server = int(_server())
    found = [(binaries.version(folder) or 0, folder) for folder in binaries.folders() if (folder / program).exists()]
    usable = sorted(((number, str(folder)) for number, folder in found if number >= server))
    if not usable:
        raise BackupFailed(
            f"{program} de PostgreSQL {server} ou plus récent manque : installez « postgresql-client-{server} »."
        )
    return Path(usable[0][1]) / program


def _environment() -> Mapping[str, str]:
    """libpq's variables for the database of the settings, and none of the caller's."""
    told = connection.settings_dict
    known = {"PGHOST": told["HOST"], "PGPORT": told["PORT"], "PGUSER": told["USER"], "PGPASSWORD": told["PASSWORD"]}
    known |= {name: told["OPTIONS"].get(option) for option, name in _OPTIONS.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {name: str(value) for name, value in known.items() if value}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    """All of it, on the disk, under its name; or nothing."""
    unfinished = path.with_suffix(".unfinished")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
