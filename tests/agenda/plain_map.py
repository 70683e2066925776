"""The map said plainly: whom the search would find at each of their places, every row of Availability judged."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allomediateur.agenda import sheets
from allomediateur.agenda.candidates import Query
from allomediateur.agenda.models import Availability
from allomediateur.directory.models import Mediator, Office


def found(query: Query, now: datetime) -> dict[tuple[int, int], tuple[float, float]]:
    """(mediator, office) to where it is on the plane."""
    people = Mediator.objects.bookable(now).in_bulk()
    offices = Office.objects.in_bulk()
    main = {office.mediator_id: office for office in offices.values() if office.is_main}
    places: dict[tuple[int, int], tuple[float, float]] = {}
    for row in Availability.objects.all():
        office = offices[row.office_id] if row.office_id else main.get(row.mediator_id)
        if row.mediator_id in people and office and answers(row, query, now):
            places[row.mediator_id, office.pk] = sheets.spot(office.lat, office.lon)
    return places


def answers(row: Availability, query: Query, now: datetime) -> bool:
    starts = [start for start in row.next_starts if start >= now + timedelta(minutes=row.notice_minutes)]
    in_time = not query.until or (
        row.first_free_day is not None
        and row.first_free_day <= query.until
        and bool(starts)
        and min(starts).astimezone(ZoneInfo(row.zone)).date() <= query.until
    )
    return (
        in_time
        and (query.specialty_id is None or query.specialty_id in row.specialties)
        and (query.language is None or query.language in row.languages)
        and (query.modality is None or query.modality == row.modality)
        and (not query.step_free or row.modality != "in_person" or row.step_free or row.reach_km is not None)
    )
