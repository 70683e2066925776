"""`manage.py load_demo`: the invented country and the accounts to enter as. A second time, it does nothing."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from allomediateur.worker import demo


class Command(BaseCommand):
    help = "Charge les données inventées de la démonstration ; ne touche à rien quand elles y sont."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Les données de démonstration ne se chargent qu’avec DEMO=1.")
        if demo.loaded():
            return
        number = demo.load(timezone.now())
        self.stdout.write(f"Démonstration chargée : {number} médiateurs inventés.")
