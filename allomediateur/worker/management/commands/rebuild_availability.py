"""`manage.py rebuild_availability`: derived rows made again from the truth; --since goes on with what stopped."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from allomediateur.worker import rebuilding, spreading

EVERY = 5_000
"""Mediators between two lines that say how far it is."""


class Command(BaseCommand):
    help = "Refait toutes les lignes de disponibilité, par paquets, sans arrêter les réservations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--since", default="", help="Passer les médiateurs dont les lignes datent d’après, ISO 8601."
        )
        parser.add_argument("--processes", type=int, default=spreading.processors(), help="Combien de processus.")

    def handle(self, *, since: str, processes: int, **options: Any) -> None:
        if processes < 1:
            raise CommandError("Il faut au moins un processus : --processes 1.")
        moment = _instant(since) if since else None
        again = (moment or timezone.now()).isoformat(timespec="seconds")
        self.stderr.write(f"S’il est interrompu, il reprend par : manage.py rebuild_availability --since {again}")
        done = 0
        for count in rebuilding.rebuild(moment, processes):
            done, before = done + count, done
            if done // EVERY > before // EVERY:
                self.stderr.write(f"{done} médiateurs.")
        self.stdout.write(f"{done} médiateurs, lignes refaites.")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"« {text} » n’est pas un instant, par exemple 2026-11-23T08:00:00+00:00.") from error
    if instant.tzinfo is None:
        raise CommandError(f"« {text} » n’a pas de fuseau horaire : {text}+00:00 est l’heure universelle.")
    return instant
