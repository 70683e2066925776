"""The free slots of one member of staff by django-appointment, run by the peers' own Python: JSON in, JSON out.

In: `database` (how to reach an empty one), `days` (ISO dates), `busy` (pairs of ISO wall times, half-hours), `rounds`.
It works from nine to six; a day has one working period there, so the hour of lunch is an Unavailability. Out: its
version, the slots as ISO wall times, the queries of one reading of all days, the seconds of each round.

It has no question about several days: as its own pages do, each day is asked by itself.
"""

# mypy: ignore-errors
# ruff: noqa: E402 - Django wants its settings before its models

import json
import sys
import time as clock
from datetime import date, datetime, time, timedelta
from importlib.metadata import version

import django
from django.conf import settings

ASKED = json.load(sys.stdin)
settings.configure(
    SECRET_KEY="benchmarks-only",  # noqa: S106 - nothing is signed
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "phonenumber_field", "appointment"],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **ASKED["database"]}},
    MIGRATION_MODULES={"appointment": None, "auth": None, "contenttypes": None},
    USE_TZ=True,
    TIME_ZONE="Europe/Paris",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    LOGGING_CONFIG=None,
)
django.setup()

from appointment.models import Appointment, AppointmentRequest, Service, StaffMember, Unavailability, WorkingHours
from appointment.services import get_available_slots_for_staff
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

HALF_HOUR = timedelta(minutes=30)
DAYS = [date.fromisoformat(day) for day in ASKED["days"]]


def fill() -> tuple[StaffMember, Service]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    service = Service.objects.create(name="Premier contact", duration=HALF_HOUR, price=0)
    staff = StaffMember.objects.create(user=User.objects.create(username="bob"), slot_duration=30)
    staff.services_offered.add(service)
    for day in range(1, 6):
        WorkingHours.objects.create(staff_member=staff, day_of_week=day, start_time=time(9), end_time=time(18))
    for day in DAYS:
        Unavailability.objects.create(staff_member=staff, date=day, start_time=time(12), end_time=time(13))
    for start, end in ASKED["busy"]:
        begins, ends = datetime.fromisoformat(start), datetime.fromisoformat(end)
        request = AppointmentRequest.objects.create(
            date=begins.date(), start_time=begins.time(), end_time=ends.time(), service=service, staff_member=staff
        )
        Appointment.objects.create(appointment_request=request)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return staff, service


def read(staff: StaffMember, service: Service) -> list[str]:
    found = []
    for day in DAYS:
        slots = get_available_slots_for_staff(day, staff, day.isoweekday() % 7, service)
        found += [slot.isoformat() for slot in slots]
    return found


def timed(staff: StaffMember, service: Service) -> float:
    began = clock.perf_counter()
    read(staff, service)
    return clock.perf_counter() - began


def main() -> None:
    asked = fill()
    slots = read(*asked)
    with CaptureQueriesContext(connection) as queries:
        read(*asked)
    seconds = [timed(*asked) for _ in range(ASKED["rounds"])]
    told = {"version": version("django-appointment"), "slots": slots, "queries": len(queries), "seconds": seconds}
    print("\n" + json.dumps(told))


main()
