"""Keys are dumped apart and expire: what a dump alone tells, what both give back, what nobody reads after a purge."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from allomediateur.accounts.models import User
from allomediateur.cases.compartments import purging, rotation
from allomediateur.cases.compartments.actors import Account
from allomediateur.cases.models import Compartment
from allomediateur.worker import backups
from allomediateur.worker.backups import keys_of
from tests.cases.confided import MARKER, confide, enter
from tests.factories import NOW, make_user
from tests.worker.managing import made, manage

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
_numbers = count(1)
READ = """
from datetime import datetime
from allomediateur.cases.compartments.actors import Account, Reason
from allomediateur.cases.models import Compartment
now = datetime.fromisoformat("{now}")
opened = Compartment.objects.get(ref="{ref}").open(Account({author}, "client"), now=now, reason=Reason.READING)
print(opened.read_all())
"""


@dataclass(frozen=True)
class Kept:
    """A backup, its folder, and what somebody confided before it."""

    dump: Path
    keys: Path
    compartment: Compartment
    author: User

    @property
    def apart(self) -> Path:
        return self.keys.parent


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    alice = make_user("alice@example.org")
    confided = confide(alice, {f"{MARKER}_question": f"{MARKER} et la suite", "project": "La paix"})
    enter(confided, alice).name_parties([f"Zoé {MARKER}"])
    dump = backups.backup(tmp_path, NOW, keep=99)
    return Kept(dump, keys_of(dump, tmp_path / "keys"), confided, alice)


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of an empty database, dropped at the end."""
    name = f"restored_{os.getpid()}_{next(_numbers)}"
    yield made(os.environ["DATABASE_URL"], name)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as told:
        told.execute(f"DROP DATABASE {name} WITH (FORCE)")


def read(url: str, kept: Kept) -> subprocess.CompletedProcess[str]:
    code = READ.format(now=NOW.isoformat(), ref=kept.compartment.ref, author=kept.author.pk)
    return manage(url, "shell", "-v", "0", "-c", code)


def plain(dump: Path) -> str:
    """All that a dump says, as SQL."""
    command = [str(backups._found("pg_restore")), "-f", "-", str(dump)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def wrapped(kept: Kept) -> str:
    return bytes(kept.compartment.key.wrapped or b"").hex()


def test_a_dump_tells_neither_a_word_nor_a_key(kept: Kept) -> None:
    said = plain(kept.dump)
    assert kept.compartment.ref in said
    assert bytes(kept.compartment.contents.all()[0].ciphertext).hex() in said
    for secret in (MARKER, MARKER.encode().hex(), wrapped(kept), "et la suite"):
        assert secret not in said
    raw = kept.keys.read_text()
    assert wrapped(kept) in raw
    assert MARKER not in raw
    assert bytes(kept.compartment.contents.all()[0].ciphertext).hex() not in raw
    assert {oct(one.stat().st_mode)[-3:] for one in (kept.dump, kept.keys)} == {"600"}
    assert oct(kept.apart.stat().st_mode)[-3:] == "700"
    assert json.loads(kept.dump.with_suffix(".json").read_text())["keys"] == 1


def test_both_give_back_what_was_confided(kept: Kept, empty: str) -> None:
    done = manage(empty, "restore", kept.dump)
    assert done.returncode == 0, done.stderr
    assert f"{MARKER} et la suite" in read(empty, kept).stdout


def test_without_the_keys_the_rest_is_given_back_and_what_was_confided_is_not(kept: Kept, empty: str) -> None:
    elsewhere = kept.dump.parent / "elsewhere.keys"
    kept.keys.rename(elsewhere)
    done = manage(empty, "restore", kept.dump)
    assert done.returncode == 1
    assert "--without-keys" in done.stderr
    with psycopg.connect(empty) as told:
        assert told.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    done = manage(empty, "restore", kept.dump, "--without-keys")
    assert done.returncode == 0, done.stderr
    assert "ne peut plus être lu" in done.stdout
    failed = read(empty, kept)
    assert "gate.Purged" in failed.stderr
    assert MARKER not in failed.stdout


def test_with_other_master_keys_nothing_is_read(kept: Kept, empty: str) -> None:
    assert manage(empty, "restore", kept.dump).returncode == 0
    code = READ.format(now=NOW.isoformat(), ref=kept.compartment.ref, author=kept.author.pk)
    failed = manage(empty, "shell", "-v", "0", "-c", code, MASTER_KEYS=secrets.token_urlsafe(32))
    assert "NotAuthentic" in failed.stderr
    assert MARKER not in failed.stdout


@pytest.mark.parametrize("spoil", ["other", "flip", "cut"])
def test_keys_of_another_backup_or_changed_are_refused(kept: Kept, empty: str, spoil: str) -> None:
    raw = kept.keys.read_bytes()
    if spoil == "other":
        confide(kept.author, story="x")
        told = keys_of(backups.backup(kept.dump.parent, NOW + DAY, keep=99), kept.apart)
    else:
        told = kept.keys
        told.write_bytes(raw[:-10] if spoil == "cut" else raw.replace(b"\\\\x", b"\\\\x0", 1))
    done = manage(empty, "restore", kept.dump, "--keys", told)
    assert done.returncode == 1
    assert "n’est pas le fichier des clés de cette sauvegarde" in done.stderr
    with psycopg.connect(empty) as there:
        assert there.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_keys_expire_before_the_day_a_purge_is_said_complete_however_long_dumps_are_kept(
    kept: Kept, empty: str
) -> None:
    folder, key = kept.dump.parent, wrapped(kept)
    last = backups.backup(folder, NOW + DAY, keep=99)
    complete = purging.purge(kept.compartment, NOW + DAY, by=Account.of(kept.author))
    assert complete == NOW + 31 * DAY
    assert key in keys_of(last, kept.apart).read_text()
    for night in (2, 15, 30):
        backups.backup(folder, NOW + night * DAY, keep=99)
    assert len(backups.complete(folder)) == 5
    left = sorted(kept.apart.glob("*.keys"))
    assert len(left) == 3
    assert not any(key in one.read_text() for one in left)
    for keys in left:
        assert manage(empty, "restore", last, "--keys", keys).returncode == 1
    assert manage(empty, "restore", last, "--without-keys").returncode == 0
    assert "gate.Purged" in read(empty, kept).stderr


def test_what_was_purged_since_a_backup_stays_so_when_it_is_restored(kept: Kept, empty: str) -> None:
    other = confide(kept.author, story="Celle-ci reste")
    dump = backups.backup(kept.dump.parent, NOW + DAY, keep=99)
    purging.purge(kept.compartment, NOW + DAY)
    rotation.renew(other, NOW + DAY)
    backups.backup(kept.dump.parent, NOW + 2 * DAY, keep=99)
    done = manage(empty, "restore", dump)
    assert done.returncode == 0, done.stderr
    assert "de nouveau illisibles : 1 compartiments" in done.stdout
    assert "gate.Purged" in read(empty, kept).stderr
    assert "Celle-ci reste" in read(empty, replace(kept, compartment=other)).stdout
    code = "from allomediateur.cases.retention import RULES; from django.utils import timezone\n"
    code += "rule = next(one for one in RULES if one.name == 'compartments')\n"
    code += "rule.forget(timezone.now(), rule.kept)\n"
    code += "from allomediateur.cases.models import Sealed; print(Sealed.objects.count())"
    assert manage(empty, "shell", "-v", "0", "-c", code).stdout.strip() == "1"


def test_a_later_file_of_keys_that_is_broken_stops_the_restore(kept: Kept, empty: str) -> None:
    (kept.apart / "allomediateur-29990101T000000Z.keys").write_text("zz")
    done = manage(empty, "restore", kept.dump)
    assert done.returncode == 1
    assert "ne se lit pas" in done.stderr


def test_keys_go_with_their_dump_and_may_be_in_another_folder(tmp_path: Path) -> None:
    for night in range(3):
        dump = backups.backup(tmp_path / "dumps", NOW + night * DAY, keep=1, apart=tmp_path / "apart")
    assert [one.name for one in (tmp_path / "dumps").iterdir() if one.is_dir()] == []
    assert list((tmp_path / "apart").iterdir()) == [keys_of(dump, tmp_path / "apart")]
    assert sorted(one.suffix for one in (tmp_path / "dumps").iterdir()) == [".dump", ".json"]


def test_a_backup_of_before_there_were_keys_is_restored(kept: Kept, empty: str) -> None:
    told = json.loads(kept.dump.with_suffix(".json").read_text())
    del told["keys"], told["keys_sha256"], told["rows"]["cases_sealed"]
    kept.dump.with_suffix(".json").write_text(json.dumps(told))
    kept.keys.unlink()
    done = manage(empty, "restore", kept.dump)
    assert done.returncode == 0, done.stderr


def test_a_backup_is_made_before_the_release_that_brings_the_keys(empty: str, tmp_path: Path) -> None:
    """docs/operations.md: first `backup`, then `migrate`, both by the new code."""
    assert manage(empty, "migrate", "--verbosity", "0").returncode == 0
    with psycopg.connect(empty) as told:
        for (table,) in told.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'cases%'").fetchall():
            told.execute(f"DROP TABLE {table} CASCADE")
    done = manage(empty, "backup", tmp_path)
    assert done.returncode == 0, done.stderr
    assert backups.checked(Path(done.stdout.strip())).keys == 0


def test_the_tables_that_are_counted_are_there() -> None:
    there = connection.introspection.table_names()
    assert {*backups.COUNTED, *backups.CONFIDED, backups.KEYS} <= set(there)
