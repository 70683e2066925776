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

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.restore(options["dump"])
        except (backups.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        for table, count in manifest.rows.items():
            self.stdout.write(f"{table} {count}")
        self.stdout.write(
            f"Restauré tel que le {manifest.at}. Ensuite : manage.py migrate, check_availability, verify_trail ; puis "
            "les pages et « manage.py work »."
        )
