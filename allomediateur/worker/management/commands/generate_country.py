"""`manage.py generate_country --mediators 1000 --seed 7`: invented mediators, for the demo and for measures.

With --appointments, at the size of a country: a database without mediators, filled by COPY, then its availability.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allomediateur.directory import communes
from allomediateur.worker import rebuilding, spreading
from allomediateur.worker.country import making
from allomediateur.worker.country.bulk import making as bulk

EVERY = 5_000


class Command(BaseCommand):
    help = "Invente des médiateurs, leurs agendas et des rendez-vous dans toute la France, outre-mer compris."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mediators", type=int, default=300)
        parser.add_argument(
            "--appointments", type=int, help="En tout, dans une base sans médiateurs : le pays en grand."
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--processes", type=int, default=spreading.processors(), help="Pour le pays en grand.")

    def handle(self, *, mediators: int, appointments: int | None, seed: int, processes: int, **options: Any) -> None:
        if mediators < 1 or processes < 1:
            raise CommandError("--mediators et --processes sont au moins 1.")
        if not communes.loaded():
            communes.load()
        if appointments is None:
            made = making.generate(mediators, seed, timezone.now())
            self.stdout.write(f"{len(made.mediators)} médiateurs et {made.appointments} rendez-vous inventés.")
        else:
            self._at_size(mediators, appointments, seed, processes)

    def _at_size(self, mediators: int, appointments: int, seed: int, processes: int) -> None:
        try:
            bulk.generate(mediators, appointments, seed, timezone.now(), processes, self._tell("médiateurs écrits"))
        except bulk.CannotMake as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(f"{mediators} médiateurs et {appointments} rendez-vous inventés.")
        tell, done = self._tell("médiateurs dont les disponibilités sont faites"), 0
        for count in rebuilding.rebuild(None, processes):
            done += count
            tell(done)

    def _tell(self, what: str) -> Any:
        def tell(done: int) -> None:
            if done % EVERY == 0:
                self.stderr.write(f"{done} {what}.")

        return tell
