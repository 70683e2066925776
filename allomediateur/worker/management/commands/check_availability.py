"""`manage.py check_availability`: the derived rows, recomputed from the truth, must be what they are."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability


class Command(BaseCommand):
    help = "Recalcule chaque ligne de disponibilité à sa date de calcul ; code 1 s’il y a une différence."

    def handle(self, **options: Any) -> None:
        found = availability.differences(timezone.now())
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} différences.")
        self.stdout.write(f"{Availability.objects.count()} lignes, aucune différence.")
