"""« Mes données » and the journal: taken away, erased, and who saw them."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.urls import reverse

from allomediateur.accounts import limits, notices
from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.privacy import retention
from allomediateur.trail import keeping
from allomediateur.trail.keeping import Act
from allomediateur.trail.models import Entry
from tests.factories import book, make_mediator, make_user
from tests.web.drafting import begin, complete
from tests.web.signing_in import enter, text
from tests.web.times import NOW, PARIS, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice(client: Client) -> User:
    """Signed in."""
    user = make_user("alice@example.org", name="Alice Martin")
    enter(client, user)
    return user


@pytest.fixture
def staff() -> Client:
    client = Client()
    enter(client, make_user("sam@example.org", name="Sam", role=User.Role.STAFF))
    return client


@pytest.fixture
def appointment(bob: Mediator, alice: User) -> Appointment:
    return book(bob, TEN, client=alice, now=NOW)


def acts(**asked: Any) -> list[str]:
    return [one.act for one in Entry.objects.filter(**asked).order_by("pk")]


def test_ones_data_leave_as_a_file_and_that_is_written_down(
    client: Client, alice: User, appointment: Appointment
) -> None:
    answer = client.post(reverse("account_export"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    told = json.loads(answer.content)
    assert told["account"]["email"] == alice.email
    assert told["appointments"][0]["reference"] == appointment.reference
    assert acts(person=alice.pk) == [Act.EXPORTED]
    assert told["mediator"] is None


def test_the_file_tells_an_applicant_what_was_claimed_and_decided(client: Client) -> None:
    nora = begin(client)
    complete(client)
    client.post("/devenir-mediateur/etapes/envoyer/")
    told = json.loads(client.post(reverse("account_export")).content)["mediator"]
    assert (told["name"], told["presentation_fr"], told["phone"]) == (nora.name, "Je vous reçois.", "+33639980007")
    assert told["offices"] == ["3 rue du Puits, 75001 Paris"]
    assert {one["kind"]: one["document"] for one in told["claims"]}["certificate"] == "certificat.pdf"
    assert [one["what"] for one in told["decisions"]] == ["submitted"]


def test_a_few_exports_an_hour(client: Client, alice: User) -> None:
    answers = [client.post(reverse("account_export")).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert limits.Rate(*settings.LIMITS["export"]).burst == 3


def test_erasing_asks_first_then_does_it(client: Client, alice: User, appointment: Appointment) -> None:
    page = text(client.get(reverse("account_erase")))
    assert "Ces rendez-vous seront annulés" in page
    assert client.post(reverse("account_erase")).status_code == 422
    assert User.objects.filter(pk=alice.pk).exists()
    answer = client.post(reverse("account_erase"), {"sure": "on"}, follow=True)
    assert "Votre compte est effacé." in text(answer)
    assert not User.objects.filter(pk=alice.pk).exists()
    appointment.refresh_from_db()
    assert appointment.state == "cancelled"
    assert client.get(reverse("account_home")).status_code == 302
    assert Letter.objects.get(kind="account_erased").to == "alice@example.org"


def test_a_mediator_is_led_to_somebody_instead(client: Client, bob: Mediator) -> None:
    enter(client, bob.user)
    assert "nous le fermerons avec vous" in text(client.get(reverse("account_data")))
    client.post(reverse("account_erase"), {"sure": "on"})
    assert User.objects.filter(pk=bob.user.pk).exists()


def test_a_mediator_who_looks_is_on_the_trail_and_the_person_reads_it(
    client: Client, bob: Mediator, alice: User, appointment: Appointment
) -> None:
    assert "Personne, pour l’instant." in text(client.get(reverse("account_looks")))
    mediator = Client()
    enter(mediator, bob.user)
    for _ in range(3):
        mediator.get(reverse("mediator_appointment", args=[appointment.reference]))
    assert acts(person=alice.pk, actor=bob.user.pk) == [Act.SEEN]
    page = text(client.get(reverse("account_looks")))
    assert str(bob.user) in page
    assert page.count("</strong> a vu") == 1


def test_staff_who_look_are_on_the_trail(staff: Client, client: Client, alice: User, appointment: Appointment) -> None:
    staff.get(f"/administration/donnees/agenda/appointment/{appointment.pk}/change/")
    staff.get(f"/administration/donnees/accounts/user/{alice.pk}/change/")
    staff.get("/administration/donnees/notify/letter/")
    staff.get(reverse("staff_home"))
    assert acts(person=alice.pk) == [Act.SEEN, Act.SEEN]
    assert acts(act=Act.LISTED) == [Act.LISTED]  # the list of letters, seen twice within the hour
    page = text(client.get(reverse("account_looks")))
    assert "L’administration du site" in page
    assert "Sam" not in page


def test_a_change_by_staff_keeps_the_names_of_fields_and_no_value(staff: Client, alice: User) -> None:
    address = f"/administration/donnees/accounts/user/{alice.pk}/change/"
    told = {
        "name": "Alicia",
        "phone": "",
        "role": "client",
        "language": "fr",
        "zone": "Europe/Paris",
        "is_active": "on",
    }
    assert staff.post(address, told).status_code == 302
    entry = Entry.objects.get(act=Act.CHANGED)
    assert entry.person == alice.pk
    assert "Alicia" not in f"{entry.thing}{entry.detail}"
    assert entry.detail


def test_the_journal_is_searched_by_person_act_and_day(staff: Client, alice: User) -> None:
    keeping.record(Act.EXPORTED, NOW, actor=alice.pk, role="client", person=alice.pk)
    keeping.record(Act.SEEN, NOW - timedelta(days=3), actor=9_999, role="staff", thing="user:1")
    address = reverse("staff_journal")
    everything = text(staff.get(address))
    assert "a emporté ses données" in everything
    assert "compte effacé n° 9999" in everything
    assert "compte effacé" not in text(staff.get(address, {"qui": alice.email}))
    assert "Alice Martin" not in text(staff.get(address, {"acte": "seen"}))
    found = staff.get(address, {"jour": str((NOW - timedelta(days=3)).astimezone(PARIS).date())})
    assert [line.what for line in found.context["lines"]] == ["compte 1"]
    wrong = staff.get(address, {"qui": "personne@example.org", "jour": "bientôt"})
    assert wrong.status_code == 422
    assert "Aucun compte n’a cette adresse." in text(wrong)
    assert "Écrivez le jour ainsi" in text(wrong)


def test_reading_the_journal_is_in_it(staff: Client) -> None:
    staff.get(reverse("staff_journal"))
    assert acts(act=Act.LISTED, thing="trail") == [Act.LISTED]


def test_signing_in_is_in_it(client: Client) -> None:
    password = "une phrase facile à retenir"
    alice = make_user("alice@example.org", password=password)
    client.post(reverse("account_login"), {"login": alice.email, "password": password})
    assert acts(actor=alice.pk) == [Act.SIGNED_IN]


def test_a_changed_notice_is_a_new_version() -> None:
    """Where this fails: add a day to accounts/notices.py with the digest below."""
    template = Path(settings.BASE_DIR) / "allomediateur/web/templates/public/privacy.html"
    assert hashlib.sha256(template.read_bytes()).hexdigest() == notices.VERSIONS[notices.CURRENT]
    assert sorted(notices.VERSIONS) == list(notices.VERSIONS)


def test_who_has_read_an_older_notice_is_told_until_they_have_read_it(client: Client, alice: User) -> None:
    assert "a changé depuis votre dernière lecture" not in text(client.get(reverse("account_home")))
    User.objects.filter(pk=alice.pk).update(notice="2020-01-01")
    assert "a changé depuis votre dernière lecture" in text(client.get(reverse("account_home")))
    client.post(reverse("account_notice_read"))
    alice.refresh_from_db()
    assert alice.notice == notices.CURRENT
    assert "a changé depuis votre dernière lecture" not in text(client.get(reverse("account_home")))


def test_the_notice_says_what_the_nightly_job_does(client: Client) -> None:
    page = text(client.get(reverse("privacy")))
    assert "Rendez-vous passés, avec les coordonnées données pour eux (trois ans)" in page
    assert "Lettres envoyées (un an)" in page


def test_the_register_has_every_rule_of_retention() -> None:
    register = (Path(settings.BASE_DIR) / "docs/privacy.md").read_text(encoding="utf-8")
    for rule in retention.RULES:
        (line,) = [line for line in register.splitlines() if line.startswith(f"| `{rule.name}`")]
        assert f"{rule.kept.days} days" in line


def test_staff_open_the_door_again_to_who_lost_every_factor(staff: Client, client: Client, bob: Mediator) -> None:
    enter(client, bob.user)
    client.get(reverse("account_sessions"))
    Authenticator.objects.create(user=bob.user, type="totp", data={"secret": "x"})
    told = {"action": "remove_factors", "_selected_action": [bob.user.pk, User.objects.get(name="Sam").pk]}
    staff.post("/administration/donnees/accounts/user/", told)
    assert not Authenticator.objects.filter(user=bob.user).exists()
    assert client.get(reverse("mediator_week")).status_code == 302
    assert Letter.objects.get(kind="account_factors_removed").to == bob.user.email
    assert acts(person=bob.user.pk, act=Act.FACTOR_REMOVED) == [Act.FACTOR_REMOVED]
    assert staff.get(reverse("staff_home")).status_code == 200  # not one's own


def test_a_client_cannot(client: Client, alice: User, bob: Mediator) -> None:
    told = {"action": "remove_factors", "_selected_action": [bob.user.pk]}
    assert client.post("/administration/donnees/accounts/user/", told).status_code == 403
