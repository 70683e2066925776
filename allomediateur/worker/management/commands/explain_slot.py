"""`manage.py explain_slot`: why a start of a mediator is not proposed, in the words of the pages."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allomediateur.agenda import explaining
from allomediateur.agenda.models import Modality, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.periods import utc


class Command(BaseCommand):
    help = "Dit pourquoi un début n’est pas proposé ; code 1 s’il ne l’est pas."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mediator", help="l’adresse de la fiche (slug)")
        parser.add_argument("start", help="le début avec son décalage, par exemple 2026-11-24T10:00+01:00")
        parser.add_argument("--service", type=int, help="le numéro de la prestation ; sinon la première")
        parser.add_argument("--modality", choices=Modality.values, default=Modality.PHONE.value)
        parser.add_argument(
            "--office", type=int, help="le numéro du lieu ; sinon le lieu principal ; 0 : le lieu convenu"
        )

    def handle(self, *, mediator: str, start: str, modality: str, **options: Any) -> None:
        found = Mediator.objects.filter(slug=mediator).select_related("user").first()
        if found is None:
            raise CommandError(f"Aucune fiche n’a l’adresse « {mediator} ».")
        asked = explaining.explain(
            found, _service(found, options["service"]), modality, _office(found, modality, options["office"]),
            _instant(start), datetime.now(UTC),
        )  # fmt: skip
        if asked.reasons:
            raise CommandError("\n".join(asked.sentences))
        self.stdout.write("Ce créneau est proposé.")


def _instant(text: str) -> datetime:
    try:
        return utc(datetime.fromisoformat(text))
    except ValueError:
        raise CommandError("Écrivez le début avec son décalage, par exemple 2026-11-24T10:00+01:00.") from None


def _service(mediator: Mediator, number: int | None) -> Service:
    own = Service.objects.filter(mediator=mediator)
    found = own.filter(pk=number).first() if number else own.first()
    if found is None:
        raise CommandError("Cette fiche n’a pas cette prestation.")
    return found


def _office(mediator: Mediator, modality: str, number: int | None) -> Office | None:
    if modality != Modality.IN_PERSON or number == 0:
        return None
    own = Office.objects.filter(mediator=mediator).select_related("commune")
    found = own.filter(pk=number).first() if number else own.filter(is_main=True).first()
    if found is None:
        raise CommandError("Cette fiche n’a pas ce lieu.")
    return found
