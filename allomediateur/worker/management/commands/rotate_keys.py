"""`manage.py rotate_keys`: data keys wrapped again by the first master key, batch by batch; what is left, by key."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allomediateur.cases.compartments import rotation
from allomediateur.cases.compartments.gate import NotAuthentic, Purged
from allomediateur.cases.compartments.rotation import Batch
from allomediateur.cases.models import Compartment


class Command(BaseCommand):
    help = (
        "Enveloppe de nouveau les clés des compartiments avec la première des MASTER_KEYS ; reprend où il s’est arrêté."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="combien par transaction (500)")
        parser.add_argument("--check", action="store_true", help="dire seulement ce qui reste avec chaque clé")
        parser.add_argument(
            "--compartment",
            default="",
            metavar="REFERENCE",
            help="donner une nouvelle clé à ce compartiment, et le resceller",
        )

    def handle(self, *, batch: int, check: bool, compartment: str, **options: Any) -> None:
        if batch < 1:
            raise CommandError("Il faut au moins une clé par transaction : --batch 1.")
        if compartment:
            self._renew(compartment)
            return
        unreadable = (
            0 if check else self._all(rotation.rewrap, batch, "clés") + self._all(rotation.reindex, batch, "noms")
        )
        for left in rotation.remaining():
            self.stdout.write(f"clé maîtresse {left.master} : {left.keys} clés, {left.names} noms")
        if unreadable:
            raise CommandError(
                f"{unreadable} ne s’ouvrent avec aucune des MASTER_KEYS : remettez dans la liste la clé qui manque, "
                "puis recommencez."
            )

    def _all(self, turn: Callable[..., Batch], size: int, what: str) -> int:
        """How many no key opens."""
        done, unreadable, last = 0, 0, 0
        while (batch := turn(after=last, size=size)).last is not None:
            done, unreadable, last = done + batch.done, unreadable + batch.unreadable, batch.last
            self.stderr.write(f"{done} {what}.")
        return unreadable

    def _renew(self, reference: str) -> None:
        found = Compartment.objects.filter(ref=reference).first()
        if found is None:
            raise CommandError(f"Aucun compartiment « {reference} ».")
        try:
            count = rotation.renew(found, datetime.now(UTC))
        except Purged as error:
            raise CommandError("Ce compartiment a été détruit : il n’a plus de clé.") from error
        except NotAuthentic as error:
            raise CommandError("Son contenu ne s’ouvre pas avec sa clé : rien n’a été changé.") from error
        self.stdout.write(f"{count} contenus rescellés.")
