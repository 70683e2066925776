"""Backups that are complete or absent, and restored whole or not at all. docs/operations.md says when and where.

A backup is three files: `<name>.dump` (pg_dump's own format, one snapshot), `<name>.keys`, in a folder apart, and
`<name>.json`, written last, which says what is in them. Without the last, the others are unfinished.

The keys of compartments (wrapped by the master keys, which are in no file here) are in no dump: the dump alone tells
nothing of what they sealed. Their files live KEYS_KEPT at most, however long dumps are kept: past that, what was
purged cannot be read from any backup.
"""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from allomediateur.cases.compartments.purging import KEYS_KEPT
from launch import binaries

COUNTED = ("accounts_user", "directory_mediator", "agenda_appointment", "agenda_participant", "notify_letter",
           "trail_entry")  # fmt: skip
CONFIDED = ("cases_compartment", "cases_sealed")
KEYS = "cases_compartmentkey"
"""The table that is in no dump."""
_COLUMNS = "compartment_id, wrapped, master, made_at, destroyed_at"
_NIGHT = timedelta(days=1)
_INSTANT = "%Y%m%dT%H%M%SZ"
_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "connect_timeout": "PGCONNECT_TIMEOUT"}


class BackupFailed(Exception):
    """Says in a sentence what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a dump holds: rows by table, the last migration of each app, its SHA-256; the same of its keys' file, which
    backups made before there were any do not have."""

    at: str
    server: str
    migrations: dict[str, str]
    rows: dict[str, int]
    sha256: str
    keys: int | None = None
    keys_sha256: str = ""


@dataclass(frozen=True)
class _Dumped:
    rows: dict[str, int]
    migrations: dict[str, str]
    keys: int


def backup(folder: Path, now: datetime, keep: int, apart: Path | None = None) -> Path:
    """Write one backup into `folder`, its keys into `apart`, remove all but the `keep` newest and every keys' file that
    would be too old by the next night; the path of the new dump. Raises BackupFailed.
    """
    apart = keys_folder(folder, apart)
    for each in (folder, apart):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    dump = folder / f"allomediateur-{now:{_INSTANT}}.dump"
    keys = keys_of(dump, apart)
    unfinished = [dump.with_suffix(".unfinished"), keys.with_suffix(".unfinished")]
    try:
        dumped = _written(*unfinished)
    except BaseException:
        for each in unfinished:
            each.unlink(missing_ok=True)
        raise
    unfinished[0].rename(dump)
    unfinished[1].rename(keys)
    manifest = Manifest(
        now.isoformat(), _server(), dumped.migrations, dumped.rows, _digest(dump), dumped.keys, _digest(keys)
    )
    _write(dump.with_suffix(".json"), json.dumps(asdict(manifest), indent=1))
    for old in complete(folder)[:-keep]:
        for each in (old.with_suffix(".json"), old, keys_of(old, apart)):
            each.unlink(missing_ok=True)
    for each in expired(apart, now):
        each.unlink()
    return dump


def complete(folder: Path) -> list[Path]:
    """Dumps that have their manifest, oldest first."""
    return sorted(one for one in folder.glob("allomediateur-*.dump") if one.with_suffix(".json").exists())


def keys_folder(folder: Path, apart: Path | None = None) -> Path:
    """Where the keys of a folder of backups are, unless told."""
    return apart or folder / "keys"


def keys_of(dump: Path, apart: Path) -> Path:
    return apart / f"{dump.stem}.keys"


def expired(apart: Path, now: datetime) -> list[Path]:
    """Keys' files that would be older than KEYS_KEPT by the next night, whether their dump is still there or not."""
    old = f"allomediateur-{(now - KEYS_KEPT + _NIGHT).astimezone(UTC):{_INSTANT}}.keys"
    return sorted(one for one in apart.glob("allomediateur-*.keys") if one.name <= old)


def restore(dump: Path, keys: Path | None) -> tuple[Manifest, int]:
    """Fill the empty database of DATABASE_URL with what `dump` and its `keys` hold, and count it. Without keys, what
    compartments held is not readable.

    What was purged since, as the latest file beside `keys` says, stays so: how many. Raises BackupFailed.
    """
    manifest = checked(dump)
    if keys is not None:
        check_keys(manifest, keys)
    if tables := connection.introspection.table_names():
        raise BackupFailed(
            f"La base « {connection.settings_dict['NAME']} » n’est pas vide ({len(tables)} tables) : créez-en une "
            "neuve (createdb) et donnez-la dans DATABASE_URL. Rien n’a été touché."
        )
    name = str(connection.settings_dict["NAME"])
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", name, str(dump)]
    _run("pg_restore", words)
    rows = _rows(manifest.rows)
    if rows != manifest.rows:
        raise BackupFailed(f"La base restaurée n’a pas les lignes attendues : {rows}, au lieu de {manifest.rows}.")
    again = _read_keys(keys, manifest.keys) if keys is not None and manifest.keys is not None else 0
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return manifest, again


def check_keys(manifest: Manifest, keys: Path) -> None:
    """That they are those of that dump, as they were written. Raises BackupFailed."""
    if manifest.keys is None:
        return
    if not keys.exists():
        raise BackupFailed(
            f"Le fichier des clés « {keys} » manque : donnez-le par --keys. Passé {KEYS_KEPT.days} jours il a été "
            "détruit, comme promis : --without-keys restaure le reste, et ce qui a été confié restera illisible. Rien "
            "n’a été touché."
        )
    if _digest(keys) != manifest.keys_sha256:
        raise BackupFailed(
            f"« {keys} » n’est pas le fichier des clés de cette sauvegarde, ou n’est plus tel qu’il a été écrit : "
            "prenez celui qui porte le même nom que le .dump. Rien n’a été touché."
        )


def checked(dump: Path) -> Manifest:
    """The manifest of a dump that is as it was written. Raises BackupFailed."""
    told = dump.with_suffix(".json")
    if not dump.exists() or not told.exists():
        raise BackupFailed(f"« {dump} » n’est pas une sauvegarde complète : il faut le .dump et son .json.")
    manifest = Manifest(**json.loads(told.read_text(encoding="utf-8")))
    if _digest(dump) != manifest.sha256:
        raise BackupFailed(f"« {dump} » n’est pas tel qu’il a été écrit : prenez une autre sauvegarde.")
    return manifest


def _written(dump: Path, keys: Path) -> _Dumped:
    """Both files, on the disk."""
    opened = [os.open(each, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for each in (dump, keys)]
    try:
        dumped = _dump(*opened)
        for each in opened:
            os.fsync(each)
    finally:
        for each in opened:
            os.close(each)
    return dumped


def _dump(descriptor: int, keys: int) -> _Dumped:
    """pg_dump of one snapshot, the keys of that same snapshot, and what it holds."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        has_keys = KEYS in connection.introspection.table_names()
        rows, migrations = _rows((*COUNTED, *(CONFIDED if has_keys else ()))), _migrations()
        name = str(connection.settings_dict["NAME"])
        words = ["--format=custom", "--no-password", f"--snapshot={snapshot}", f"--exclude-table-data=*.{KEYS}"]
        _run("pg_dump", [*words, "--dbname", name], descriptor)
        count = _write_keys(keys) if has_keys else 0  # saved before a release that brings them
    return _Dumped(rows, migrations, count)


def _write_keys(descriptor: int) -> int:
    """PostgreSQL's own text of the rows, one a line; how many."""
    count, asked = 0, f"COPY (SELECT {_COLUMNS} FROM {KEYS} ORDER BY 1) TO STDOUT"  # noqa: S608 - ours
    with connection.cursor() as cursor, cursor.copy(asked) as rows, os.fdopen(os.dup(descriptor), "wb") as file:
        for block in rows:
            file.write(block)
            count += bytes(block).count(b"\n")
    return count


def _read_keys(keys: Path, expected: int) -> int:
    """All of them or none, but for those that a later file says destroyed: how many these are. Raises BackupFailed."""
    with transaction.atomic(), connection.cursor() as cursor:
        _copied(keys, KEYS)
        if (count := _rows([KEYS])[KEYS]) != expected:
            raise BackupFailed(f"Le fichier des clés a donné {count} clés, au lieu de {expected}.")
        later = [one for one in keys.parent.glob("allomediateur-*.keys") if one.name > keys.name]
        if not later:
            return 0
        cursor.execute(f"CREATE TEMPORARY TABLE later (LIKE {KEYS}) ON COMMIT DROP")
        _copied(max(later), "later")
        cursor.execute(
            f"UPDATE {KEYS} AS k SET wrapped = NULL, master = '', destroyed_at = l.destroyed_at FROM later AS l "  # noqa: S608
            "WHERE l.compartment_id = k.compartment_id AND l.made_at = k.made_at AND l.destroyed_at IS NOT NULL "
            "AND k.destroyed_at IS NULL"
        )
        return int(cursor.rowcount)


def _copied(keys: Path, table: str) -> None:
    """Raises BackupFailed."""
    try:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as rows,
            keys.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                rows.write(block)
    except psycopg.Error as error:
        raise BackupFailed(
            f"« {keys} » ne se lit pas : c’est le plus récent des fichiers de clés, ou celui de cette sauvegarde. "
            "La base restaurée est incomplète : réparez ou ôtez ce fichier, puis recommencez dans une base neuve."
        ) from error


def _rows(tables: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table of ours
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
