"""The admin of profiles: what staff save is at once what search and pages read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import path, reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import availability
from allomediateur.agenda.models import Agenda, Appointment, Availability, Busy, Opening, OpeningException, Service
from allomediateur.directory.models import Commune, Mediator, Office, Specialty
from tests.factories import NOW, book, make_commune, make_mediator, make_specialty, make_user, office_of
from tests.web.signing_in import enter

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

urlpatterns = [path("administration/donnees/", admin.site.urls)]


MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
)


@pytest.fixture(autouse=True)
def without_web(settings: Any) -> None:
    """The admin alone: this room knows nothing of `web`, its doors are proven there."""
    settings.MIDDLEWARE = MIDDLEWARE
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    processors = [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": {"context_processors": processors}}]
    settings.FORM_RENDERER = "django.forms.renderers.DjangoTemplates"


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF))
    return client


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(modalities=("phone",))


def change_url(mediator: Mediator) -> str:
    return reverse("admin:directory_mediator_change", args=[mediator.pk])


def typed(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What the form shows, as a browser would send it back, with `changes`."""
    response = client.get(url)
    form = response.context["adminform"].form
    parts = [form, *(one for formset in response.context["inline_admin_formsets"] for one in _forms(formset.formset))]
    sent = {part.add_prefix(name): part[name].value() for part in parts for name in part.fields}
    return {name: value for name, value in (sent | changes).items() if value is not None and value is not False}


def _forms(formset: Any) -> list[Any]:
    return [formset.management_form, *formset.forms]


def save(client: Client, mediator: Mediator, **changes: Any) -> None:
    url = change_url(mediator)
    response = client.post(url, typed(client, url, **changes))
    assert response.status_code == 302, response.context["errors"]


def test_saving_as_it_is_keeps_everything(staff: Client, bob: Mediator) -> None:
    before = list(Opening.objects.values())
    save(staff, bob)
    assert list(Opening.objects.values()) == before
    assert availability.differences(NOW) == []


def test_a_bare_line_is_at_the_commune_of_the_main_office_at_once(staff: Client) -> None:
    """Which no row of Availability bears: those are where the office is."""
    bob = make_mediator(modalities=("phone",), insured_until=(NOW + timedelta(days=40)).date())
    lyon = make_commune("69123", "Lyon", "69", ["69001"], lat=45.75801, lon=4.83506)
    save(staff, bob)  # rows are of today, and the next save leaves them as they are
    save(staff, bob, **{"office-0-commune": lyon.code})
    assert office_of(bob).commune == lyon
    assert availability.differences(NOW) == []


def test_a_standing_is_not_decided_here(staff: Client, bob: Mediator) -> None:
    """It takes documents, and at times two people: /administration/verifications/."""
    shown = typed(staff, change_url(bob))
    assert not {
        name for name in shown if name.startswith(("capm", "cpmn", "suspended", "member", "insured", "trained"))
    }
    save(staff, bob, suspended_at_0="2026-11-20", suspended_at_1="10:00", capm_verified="", member_until="2020-01-01")
    bob.refresh_from_db()
    assert (bob.capm_verified, bob.suspended_at, bob.member_until) == (True, None, None)


def test_a_new_opening_is_searched_at_once(staff: Client, bob: Mediator) -> None:
    total = int(typed(staff, change_url(bob))["opening-TOTAL_FORMS"])
    row = {"modality": "phone", "weekday": "5", "weeks": "0", "start_minute": "09:00", "end_minute": "24:00"}
    changes = {f"opening-{total}-{name}": value for name, value in row.items()}
    save(staff, bob, **changes, **{"opening-TOTAL_FORMS": total + 1})
    made = Opening.objects.get(weekday=5)
    assert (made.start_minute, made.end_minute) == (540, 1440)
    assert availability.differences(NOW) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"start_minute": "10:00", "end_minute": "09:00"}, "finit le lendemain"),
        ({"start_minute": "10:00", "end_minute": "25:00"}, "00:00 à 24:00"),
        ({"start_minute": "dix", "end_minute": "11:00"}, "09:30"),
        ({"office": "main", "start_minute": "10:00", "end_minute": "11:00"}, "en présence"),
    ],
)
def test_an_impossible_opening_is_explained(staff: Client, bob: Mediator, row: dict[str, str], sentence: str) -> None:
    total = int(typed(staff, change_url(bob))["opening-TOTAL_FORMS"])
    row = {"modality": "phone", "weekday": "5", "weeks": "0", **row}
    if "office" in row:
        row["office"] = str(office_of(bob).pk)
    changes: dict[str, Any] = {f"opening-{total}-{name}": value for name, value in row.items()}
    changes["opening-TOTAL_FORMS"] = total + 1
    response = staff.post(change_url(bob), typed(staff, change_url(bob), **changes))
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_closed_days_and_busy_time_are_searched_at_once(staff: Client, bob: Mediator) -> None:
    first = Availability.objects.get().next_starts[0]
    closed = {"kind": "closed", "day": str(NOW.date())}
    busy = {"starts_at_0": "2026-11-24", "starts_at_1": "08:00", "ends_at_0": "2026-11-24", "ends_at_1": "09:00"}
    changes: dict[str, Any] = {f"openingexception-0-{name}": value for name, value in closed.items()}
    changes |= {f"busy-0-{name}": value for name, value in busy.items()}
    save(staff, bob, **changes, **{"openingexception-TOTAL_FORMS": 1, "busy-TOTAL_FORMS": 1})
    assert (OpeningException.objects.count(), Busy.objects.count()) == (1, 1)
    assert Availability.objects.get().next_starts[0] > first
    assert availability.differences(NOW) == []


def test_a_new_mediator_gets_an_agenda_and_an_office_at_the_communes_point(staff: Client) -> None:
    commune = make_commune()
    user = make_user("new@example.org", name="New", role=User.Role.MEDIATOR)
    url = reverse("admin:directory_mediator_add")
    office = {
        "name": "Cabinet",
        "address": "1 rue du Puits",
        "postal_code": "75011",
        "commune": commune.pk,
        "is_main": "on",
    }
    sent = typed(
        staff, url, user=user.pk, slug="new", name="New", languages="fr", specialties=[make_specialty().pk],
        capm_verified="on", **{f"office-0-{name}": value for name, value in office.items()},
        **{"office-TOTAL_FORMS": 1},
    )  # fmt: skip
    response = staff.post(url, sent)
    assert response.status_code == 302, response.context["errors"]
    made = Office.objects.get(mediator__slug="new")
    assert (made.lat, made.lon, made.zone) == (commune.lat, commune.lon, commune.zone)
    assert Agenda.objects.filter(mediator__slug="new").exists()
    assert (made.mediator.application.state, made.mediator.capm_verified) == ("submitted", False)


@pytest.mark.parametrize("model", [Appointment, Mediator, Specialty, Commune, Service])
def test_every_list_and_form_opens(staff: Client, bob: Mediator, model: Any) -> None:
    book(bob, Availability.objects.get().next_starts[0])
    if model is Service:
        assert not admin.site.is_registered(Service)
        return
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert staff.get(reverse(f"{name}_changelist"), {"q": "par"}).status_code == 200
    assert staff.get(reverse(f"{name}_change", args=[model.objects.first().pk])).status_code == 200


def test_appointments_are_only_looked_at(staff: Client, bob: Mediator) -> None:
    one = book(bob, Availability.objects.get().next_starts[0])
    assert staff.get(reverse("admin:agenda_appointment_add")).status_code == 403
    assert staff.post(reverse("admin:agenda_appointment_delete", args=[one.pk]), {"post": "yes"}).status_code == 403
    Appointment.objects.update(modality="in_person", office=None, place="3 rue des Lilas")
    page = staff.get(reverse("admin:agenda_appointment_change", args=[one.pk])).content.decode()
    assert one.reference not in page
    assert "rue des Lilas" not in page
    assert staff.post(reverse("admin:directory_mediator_delete", args=[bob.pk]), {"post": "yes"}).status_code == 403


def test_offices_to_choose_are_the_mediators_own(staff: Client, bob: Mediator) -> None:
    make_mediator("Other")
    formsets = staff.get(change_url(bob)).context["inline_admin_formsets"]
    opening = next(one.formset for one in formsets if one.formset.model is Opening)
    assert [office.mediator_id for office in opening.forms[0].fields["office"].queryset] == [bob.pk]


def test_saving_holds_the_agenda_against_bookings(staff: Client, bob: Mediator) -> None:
    """The change page is one transaction: the lock, the rows and Availability land together."""
    with pytest.MonkeyPatch.context() as patch:
        seen: list[bool] = []
        patch.setattr(availability, "rebuild", lambda pk, now: seen.append(connection.in_atomic_block))
        save(staff, bob, name="Bob Dupont")
    assert seen == [True]


def test_closing_an_account_takes_its_mediator_out_of_search(staff: Client, bob: Mediator) -> None:
    url = reverse("admin:accounts_user_change", args=[bob.user_id])
    sent = {name: value for name, value in typed(staff, url).items() if name != "is_active"}
    assert staff.post(url, sent).status_code == 302
    assert not User.objects.get(pk=bob.user_id).is_active
    assert not Availability.objects.exists()
    assert staff.post(url, sent | {"is_active": "on"}).status_code == 302
    assert Availability.objects.exists()


def test_an_account_somebody_has_an_appointment_with_is_not_closed(staff: Client, bob: Mediator) -> None:
    booked = book(bob, datetime.now(UTC) + timedelta(days=1))
    url = reverse("admin:accounts_user_change", args=[bob.user_id])
    sent = {name: value for name, value in typed(staff, url).items() if name != "is_active"}
    answer = staff.post(url, sent | {"name": "Autre nom"})
    assert "Suspendez-le d’abord" in answer.content.decode()
    bob.user.refresh_from_db()
    assert bob.user.is_active
    assert bob.user.name != "Autre nom"
    assert staff.post(url, sent | {"is_active": "on"}).status_code == 302
    Appointment.objects.filter(pk=booked.pk).update(state="cancelled")
    assert staff.post(url, sent).status_code == 302


def test_a_mediator_in_the_list_keeps_the_role_and_staff_their_own_door(staff: Client, bob: Mediator) -> None:
    url = reverse("admin:accounts_user_change", args=[bob.user_id])
    assert "garde" in staff.post(url, typed(staff, url, role="client")).content.decode()
    bob.user.refresh_from_db()
    assert bob.user.role == User.Role.MEDIATOR
    me = User.objects.get(role=User.Role.STAFF)
    own = reverse("admin:accounts_user_change", args=[me.pk])
    assert staff.post(own, {**typed(staff, own), "role": "client", "is_active": ""}).status_code == 302
    me.refresh_from_db()
    assert (me.role, me.is_active) == (User.Role.STAFF, True)


def test_an_office_that_appointments_bear_is_not_removed_and_nothing_is_half_saved(
    staff: Client, bob: Mediator
) -> None:
    book(bob, NOW + timedelta(days=1), modality="in_person")
    office, before = office_of(bob), Opening.objects.count()
    changes = {"office-0-DELETE": "on", "name": "Autre nom"}
    answer = staff.post(change_url(bob), typed(staff, change_url(bob), **changes))
    assert answer.status_code == 200
    assert "protég" in answer.content.decode()
    bob.refresh_from_db()
    assert (bob.name, Office.objects.get(), Opening.objects.count()) == ("Bob Durand", office, before)


def test_an_office_abroad_says_what_it_needs(staff: Client, bob: Mediator) -> None:
    answer = staff.post(change_url(bob), typed(staff, change_url(bob), **{"office-0-commune": ""}))
    assert answer.status_code == 200
    assert answer.content.decode().count("Nécessaire pour un lieu hors de France") == 3
    told = {
        "office-0-commune": "",
        "office-0-city": "Bruxelles",
        "office-0-country": "Belgique",
        "office-0-territory": "BE",
    }
    save(staff, bob, **told)
    assert (office_of(bob).town, office_of(bob).holidays_of) == ("Bruxelles", "BE")
