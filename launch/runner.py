"""Under which identity PostgreSQL runs, since it refuses root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from launch.errors import CannotStart

USUAL_USER, OVERFLOW_USER = 1000, 65534
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
        """Hand a private folder to the identity that PostgreSQL runs under, which may change between two starts."""
        owner = self.account or (os.geteuid(), os.getegid())
        if os.geteuid() != 0 or folder.stat().st_uid == owner[0]:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *owner, follow_symlinks=False)


def choose(binaries: Path, data_dir: Path) -> Runner:
    """The first identity under which `binaries` may work on `data_dir` (which must exist).

    Raises CannotStart for a root that can neither enter a user namespace nor become an account.
    """
    if os.geteuid() != 0:
        return Runner()
    mapped = Runner(prefix=_mapped())
    if _succeeds(mapped, "true"):
        return mapped
    for account in _accounts():
        runner = Runner(account=account)
        if _reaches(runner, binaries, data_dir.parent):
            # Let it pass through, and nothing more: what is inside stays readable by its owners only.
            data_dir.chmod(0o711)
            return runner
    raise CannotStart(
        "PostgreSQL refuse de tourner sous root, et ni « unshare » ni un compte sans privilège n’y peuvent rien ici : "
        "lancez la plateforme sous un utilisateur ordinaire, ou bien choisissez avec DATA_DIR (et pour le projet) un "
        "dossier que tous peuvent traverser, ou bien donnez dans DATABASE_URL l’adresse d’un PostgreSQL existant."
    )


def _mapped() -> tuple[str, ...]:
    """Enter a user namespace where we are called otherwise; our rights on files stay ours.

    The number must have a name on this machine (initdb looks it up), and not be the one that stands for strangers.
    """
    known = sorted({entry.pw_uid for entry in pwd.getpwall()} - {0, OVERFLOW_USER})
    user = USUAL_USER if USUAL_USER in known or not known else known[0]
    return ("unshare", "-U", f"--map-user={user}", f"--map-group={user}")


def _accounts() -> list[tuple[int, int]]:
    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    return [known[name] for name in ACCOUNTS if name in known]


def _reaches(runner: Runner, binaries: Path, folder: Path) -> bool:
    starts = _succeeds(runner, str(binaries / "postgres"), "--version")
    return starts and _succeeds(runner, "test", "-x", str(folder))


def _succeeds(runner: Runner, *command: str) -> bool:
    try:
        done = subprocess.run(
            [*runner.prefix, *command], capture_output=True, cwd="/", check=False, timeout=20, **runner.identity()
        )
    except OSError:
        return False
    return done.returncode == 0
