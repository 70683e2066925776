"""`manage.py lint_questionnaires`: what is wrong in the intake's questionnaires; `--land` freezes new versions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.questionnaire.linting import lint_folder


class Command(BaseCommand):
    help = "Relit les questionnaires de la saisine ; code 1 s’il y a une faute."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--land", action="store_true", help="fige les nouvelles versions (landed.lock)")
        parser.add_argument("--folder", default=str(shelf.FOLDER), help="un autre dossier que celui du site")

    def handle(self, *, land: bool, folder: str, **options: Any) -> None:
        place = Path(folder)
        new = shelf.land(place) if land else ()
        if faults := lint_folder(place):
            raise CommandError("\n".join(faults))
        for number in new:
            self.stdout.write(f"La version {number} est figée.")
        self.stdout.write(f"{len(shelf.versions(place))} questionnaire(s) sans faute.")
