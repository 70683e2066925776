"""A backup, into an empty database: whole, counted, or not at all."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allomediateur.worker import backups


class Command(BaseCommand):
    help = "Remplit la base vide de DATABASE_URL avec une sauvegarde, et la compte."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dump", type=Path, help="le fichier .dump ; son .json est à côté")
        keys = parser.add_mutually_exclusive_group()
        keys.add_argument("--keys", type=Path, default=None, help="le fichier .keys (keys/, à côté du .dump)")
        keys.add_argument(
            "--without-keys", action="store_true", help="sans les clés : ce qui a été confié restera illisible"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest, again = backups.restore(options["dump"], _keys(**options))
        except (backups.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        for table, count in manifest.rows.items():
            self.stdout.write(f"{table} {count}")
        if again:
            self.stdout.write(f"Détruits depuis cette sauvegarde, et de nouveau illisibles : {again} compartiments.")
        if options["without_keys"]:
            self.stdout.write("Sans les clés : ce qui a été confié avant cette sauvegarde ne peut plus être lu.")
        self.stdout.write(
            f"Restauré tel que le {manifest.at}. Ensuite : manage.py migrate, check_availability, verify_trail ; puis "
            "les pages et « manage.py work »."
        )


def _keys(*, dump: Path, keys: Path | None, without_keys: bool, **_options: Any) -> Path | None:
    return None if without_keys else keys or backups.keys_of(dump, backups.keys_folder(dump.parent))
