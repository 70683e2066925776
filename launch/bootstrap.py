"""First step of every `make` command: the private Python environment and the compiled translations.

Runs under the system's python3 with the standard library only, and must parse under a Python too old for the
rest, in order to say so. A second run finds everything done and takes a few hundredths of a second.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from launch.errors import CannotStart

if sys.version_info < (3, 11):  # noqa: UP036 -- this very file is what meets an old Python
    sys.exit(
        "Python {}.{} est trop ancien : AlloMediateur demande Python 3.11 ou plus récent (par exemple "
        "« make PYTHON=python3.12 run » s’il est installé sous ce nom).".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"


def main() -> int:
    lock = DEVELOPMENT if "--dev" in sys.argv[1:] else RUNTIME
    try:
        with _one_at_a_time():
            install(lock)
            compile_translations()
    except OSError as error:
        return _refuse(
            f"Le dossier du projet « {ROOT} » ne peut pas être écrit ({error.strerror}) : "
            "donnez-vous ce droit, ou clonez le projet dans un dossier à vous."
        )
    except CannotStart as sentence:
        return _refuse(str(sentence))
    return 0


def install(lock: str) -> None:
    """Make .venv hold exactly what `lock` says, unless its stamp tells that it does. CannotStart explains."""
    done = _stamped()
    works = _works()
    if works and done.get(lock) == _digest(lock):
        return
    if not (works and done):
        _make_environment()
        done = {}
    print(f"Installation de ce que demande {lock}…", flush=True)
    _pip(lock)
    # The development lock contains the runtime's: both are then done.
    done |= {name: _digest(name) for name in {lock, RUNTIME}}
    STAMP.write_text("".join(f"{name} {digest}\n" for name, digest in sorted(done.items())), encoding="ascii")


def compile_translations() -> None:
    """.po to .mo by Babel, for the changed ones only."""
    stale = [po for po in ROOT.glob("locale/*/LC_MESSAGES/*.po") if _older(po.with_suffix(".mo"), po)]
    if stale:
        _run([str(PYTHON), "-m", "launch.translations", *map(str, stale)], "La compilation des traductions a échoué.")


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands started together do not install over each other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_environment() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise CannotStart(
            "Il manque à Python de quoi créer son environnement privé : « apt install python3-venv » "
            "(Debian, Ubuntu), puis relancez la même commande."
        )
    print(f"Création de l’environnement Python « {VENV} »…", flush=True)
    _run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        f"L’environnement Python « {VENV} » n’a pas pu être créé : voyez ci-dessus, et sur Debian ou Ubuntu "
        "vérifiez « apt install python3-venv ».",
    )


def _pip(lock: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    _run(
        [*command, "--require-hashes", "-r", lock],
        "Les dépendances n’ont pas pu être installées : voyez ci-dessus, vérifiez l’accès au réseau et la place "
        "sur le disque, puis relancez la même commande.",
    )


def _run(command: list[str], sentence: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise CannotStart(sentence)


def _works() -> bool:
    """Whether the environment's Python still finds its packages (it does not once the system's Python was replaced)."""
    try:
        return subprocess.run([str(PYTHON), "-c", "import pip; pip.__version__"], capture_output=True).returncode == 0
    except OSError:
        return False


def _stamped() -> dict[str, str]:
    try:
        return dict(line.split() for line in STAMP.read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        return {}


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def _refuse(sentence: str) -> int:
    print(f"\n{sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
