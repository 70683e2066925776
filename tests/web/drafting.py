"""A draft on its way: its browser, and what each step is told."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from allomediateur.directory.models import Mediator
from tests.directory.files import PDF, picture
from tests.factories import make_commune, make_specialty, make_user
from tests.web.signing_in import enter
from tests.web.times import DAY, NOW

NEXT_YEAR = (NOW + 365 * DAY).date()
LIST = "/devenir-mediateur/etapes/"


def begin(client: Client, email: str = "nora@example.org", name: str = "Nora Villemin") -> Mediator:
    """Signed in, with a draft."""
    user = make_user(email, name=name)
    enter(client, user)
    client.post(reverse("apply_start"))
    return Mediator.objects.get(user=user)


def file(name: str = "piece.pdf", data: bytes = PDF, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def telling() -> dict[str, dict[str, Any]]:
    """By step, a body that is right."""
    paris = make_commune()
    return {
        "identite": {"name": "Nora Villemin", "phone": "06 39 98 00 07"},
        "certificat": {"number": "C-12", "year": "2015", "paper": file("certificat.pdf")},
        "adhesion": {"number": "A-1", "valid_until": str(NEXT_YEAR), "paper": file("adhesion.png", picture())},
        "assurance": {"issuer": "Mutuelle", "number": "P-9", "valid_until": str(NEXT_YEAR), "paper": file()},
        "formation": {"issuer": "École", "valid_until": str(NEXT_YEAR), "paper": file()},
        "ethique": {"agree": "on"},
        "lieux": {"name": "Cabinet", "address": "3 rue du Puits", "postal_code": "75001", "town": str(paris)},
        "specialites": {"specialties": [str(make_specialty().pk)]},
        "langues": {"languages": ["fr", "en"], "video_room": "https://visio.example.org/nora", "payment": "Virement"},
        "prestations": {
            "name_fr": "Premier contact",
            "minutes": "30",
            "price": "0",
            "modalities": ["phone", "in_person"],
        },
        "photo": {"photo": file("moi.jpg", picture("JPEG"))},
        "presentation": {"presentation_fr": "Je vous reçois.", "presentation_en": ""},
    }


def tell(client: Client, step: str, told: dict[str, Any], **more: Any) -> Any:
    return client.post(f"{LIST}{step}/", told, **more)


def complete(client: Client) -> None:
    """Every step."""
    for step, told in telling().items():
        answer = tell(client, step, told)
        assert answer.status_code == 302, (step, answer.content.decode())
