"""`manage.py generate_country --mediators 1000 --seed 7`: invented mediators, for the demo and for measures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from allomediateur.directory import communes
from allomediateur.worker.country import making


class Command(BaseCommand):
    help = "Invente des médiateurs, leurs agendas et des rendez-vous dans toute la France, outre-mer compris."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mediators", type=int, default=300)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, mediators: int, seed: int, **options: Any) -> None:
        if not communes.loaded():
            communes.load()
        made = making.generate(mediators, seed, timezone.now())
        self.stdout.write(f"{len(made.mediators)} médiateurs et {made.appointments} rendez-vous inventés.")
