"""A place agreed with the client: where they wish, as far from the main office as the service travels."""

from dataclasses import dataclass

from allomediateur.agenda.models import Appointment, Modality, Service
from allomediateur.directory import places
from allomediateur.directory.models import Office


class PlaceMissing(Exception):
    """An appointment where the client wishes needs their address."""


class PlaceTooFar(Exception):
    """`km` from the main office, where the service travels `most` at most."""

    def __init__(self, km: float, most: int) -> None:
        super().__init__(f"{km:.1f} > {most}")
        self.km, self.most = km, most


@dataclass(frozen=True)
class AgreedPlace:
    """An address on one line, and the point of its commune."""

    address: str
    lat: float
    lon: float


def is_agreed(appointment: Appointment) -> bool:
    return appointment.modality == Modality.IN_PERSON and appointment.office_id is None


def check(service: Service, place: AgreedPlace) -> None:
    """Raises PlaceTooFar; the main office is the one of today."""
    office = Office.objects.filter(mediator=service.mediator_id, is_main=True).first()
    if office is None:
        return
    km, most = places.distance_km(office.lat, office.lon, place.lat, place.lon), service.travel_km or 0
    if km > most:
        raise PlaceTooFar(km, most)
