"""`manage.py check_availability`: the derived rows, recomputed from the truth, must be what they are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability

EVERY = 5_000
"""Mediators between two lines that say how far it is."""


class Command(BaseCommand):
    help = "Recalcule chaque ligne de disponibilité à sa date de calcul ; code 1 s’il y a une différence."

    def handle(self, **options: Any) -> None:
        looked_at = different = 0
        for count, found in availability.compared(timezone.now()):
            for sentence in found:
                self.stdout.write(sentence)
            looked_at, before, different = looked_at + count, looked_at, different + len(found)
            if looked_at // EVERY > before // EVERY:
                self.stderr.write(f"{looked_at} médiateurs, {different} différences.")
        if different:
            raise CommandError(f"{different} différences.")
        self.stdout.write(f"{Availability.objects.count()} lignes, aucune différence.")
