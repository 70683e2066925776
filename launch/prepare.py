"""`python -m launch.prepare`: what must hold before pages are served. Quick when it already does."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError

from launch.errors import CannotStart


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    try:
        check_database()
    except CannotStart as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except DatabaseError as error:
        print(f"La base de données de DATABASE_URL ne répond pas ; elle dit : {error}", file=sys.stderr)
        return 1
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static(Path(settings.STATIC_ROOT))
    call_command("load_communes")
    if settings.DEMO:
        call_command("load_demo")
    return 0


def check_database() -> None:
    """CannotStart for a PostgreSQL that may lose acknowledged bookings, or too old."""
    from allomediateur.worker.deploying import database_faults  # once Django is set up

    for fault in database_faults():
        raise CannotStart(f"{fault.msg} {fault.hint}")


def collect_static(root: Path) -> None:
    """collectstatic, only when a source file came, went or changed: hashing everything takes seconds."""
    stamp = root.with_name("static.stamp")
    digest = static_digest()
    if root.is_dir() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest, encoding="ascii")


def static_digest() -> str:
    """Of every source's name, size and time of change, and of the way they are stored."""
    lines = [repr(settings.STORAGES), settings.STATIC_URL, *sorted(_sources())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            seen = os.stat(storage.path(name))
            yield f"{name} {seen.st_size} {seen.st_mtime_ns}"


if __name__ == "__main__":
    sys.exit(main())
