"""`manage.py load_communes`: the French communes, at the first start and after a new version of the file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from allomediateur.directory import communes


class Command(BaseCommand):
    help = "Copie les communes fournies avec le projet dans la base ; ne fait rien quand elles y sont."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="Relire le fichier même si les communes sont là.")

    def handle(self, *, force: bool, **options: Any) -> None:
        if not force and communes.loaded():
            return
        number = communes.load()
        communes.analyse()
        self.stdout.write(f"{number} communes chargées.")
