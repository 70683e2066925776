"""Under which identity PostgreSQL runs, since it refuses root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict

from launch.errors import CannotStart

MAPPED = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
ACCOUNTS = ("postgres", "nobody")


class Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True)
class Runner:
    """`prefix` goes before the command; `account` is the identity taken instead of root, None to keep ours."""

    prefix: tuple[str, ...] = ()
    account: tuple[int, int] | None = None

    def identity(self) -> Identity:
        if self.account is None:
            return {}
        user, group = self.account
        return {"user": user, "group": group, "extra_groups": []}

    def give(self, folder: Path) -> None:
        """Hand a private folder to the account that PostgreSQL runs under."""
        if self.account is None or folder.stat().st_uid == self.account[0]:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *self.account, follow_symlinks=False)


def choose(binaries: Path, data_dir: Path) -> Runner:
    """The first identity under which `binaries` may work on `data_dir` (which must exist).

    Raises CannotStart for a root that can neither enter a user namespace nor become an account.
    """
    if os.geteuid() != 0:
        return Runner()
    if _can_unshare():
        return Runner(prefix=MAPPED)
    for account in _accounts():
        runner = Runner(account=account)
        if _reaches(runner, binaries, data_dir):
            return runner
    raise CannotStart(
        "PostgreSQL refuse de tourner sous root, et ni « unshare » ni un compte sans privilège n’y peuvent rien ici : "
        "lancez la plateforme sous un utilisateur ordinaire, ou bien choisissez avec DATA_DIR (et pour le projet) un "
        "dossier que tous peuvent traverser, ou bien donnez dans DATABASE_URL l’adresse d’un PostgreSQL existant."
    )


@cache
def _can_unshare() -> bool:
    return shutil.which(MAPPED[0]) is not None and _succeeds(Runner(prefix=MAPPED), "true")


def _accounts() -> list[tuple[int, int]]:
    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return [known[name] for name in ACCOUNTS if name in known]


def _reaches(runner: Runner, binaries: Path, data_dir: Path) -> bool:
    return _succeeds(runner, str(binaries / "postgres"), "--version") and _succeeds(
        runner, "test", "-x", str(data_dir.parent)
    )


def _succeeds(runner: Runner, *command: str) -> bool:
    try:
        done = subprocess.run(
            [*runner.prefix, *command], capture_output=True, cwd="/", check=False, timeout=20, **runner.identity()
        )
    except OSError:
        return False
    return done.returncode == 0
