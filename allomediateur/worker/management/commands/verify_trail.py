"""Exit 1 and the faults, or the last row's number and seal: to be written down elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from allomediateur.trail import keeping


class Command(BaseCommand):
    help = "Relit la piste des actes et des consultations : chaque ligne doit suivre celle d’avant."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(keeping.faults())
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"La piste est entière. Dernière ligne : {keeping.head()}")
