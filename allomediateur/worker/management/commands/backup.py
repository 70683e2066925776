"""A complete backup, under its name or not there."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allomediateur.worker import backups


class Command(BaseCommand):
    help = (
        "Sauvegarde la base dans un dossier : un .dump, un .json qui dit ce qu’il contient ; les clés à part, un .keys."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="le dossier des sauvegardes ; il est fait s’il manque")
        parser.add_argument("--keep", type=int, default=14, help="combien en garder, la nouvelle comprise (14)")
        parser.add_argument(
            "--keys",
            type=Path,
            default=None,
            help="le dossier des clés, gardées 30 jours (keys/, dans celui des sauvegardes)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 1:
            raise CommandError("--keep vaut 1 ou plus : la nouvelle sauvegarde est gardée.")
        try:
            dump = backups.backup(options["folder"], datetime.now(UTC), options["keep"], options["keys"])
        except (backups.BackupFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(dump))
