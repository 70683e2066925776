"""Mediators of the former site, taken over: nothing before it is confirmed, nothing twice, nobody listed by it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import importing, verifying
from allomediateur.agenda.importing import NotWaiting, Outcome
from allomediateur.directory import checking, moved, rosters
from allomediateur.directory.models import (
    Application,
    Credential,
    Decision,
    Mediator,
    Office,
    Redirect,
    Roster,
)
from allomediateur.notify.models import Letter
from allomediateur.privacy import retention
from allomediateur.vault import sealing
from tests.agenda.standings import make_staff
from tests.factories import NOW, make_commune, make_specialty, make_user

pytestmark = pytest.mark.django_db
CSV = (
    b"nom;email;telephone;certificat;annee;adhesion;assurance;specialites;langues;adresse;code_postal;commune;"
    b"presentation;ancienne_adresse\n"
    b"Claire Berthier;claire@example.org;01 99 00 00 01;C-1;2015;31/12/2027;30/06/2027;famille;fr|en;"
    b"1 rue de la Paix;75001;Paris;Bonjour.;/annuaire/claire\n"
    b"Claire Berthier;claire2@example.org;;;;;;;;;;;;\n"
    b"Sans adresse;nulle part;;;;;;;;;;;;\n"
)


@pytest.fixture(autouse=True)
def paris() -> None:
    make_commune()
    make_specialty("famille")


def kept(data: bytes = CSV, by: User | None = None) -> Roster:
    return importing.keep("anciens.csv", checking.check(rosters.read(data).rows, NOW), by, NOW)


def taken_over(data: bytes = CSV, by: User | None = None) -> list[Outcome]:
    roster = kept(data, by)
    importing.confirm(roster, NOW)
    importing.run(roster.pk, NOW)
    roster.refresh_from_db()
    return importing.outcomes(roster)


def counts() -> dict[str, int]:
    rows = (User, EmailAddress, Mediator, Office, Application, Credential, Decision, Redirect, Letter)
    return {model.__name__: model._default_manager.count() for model in rows}


def test_nothing_is_written_before_it_is_confirmed() -> None:
    before = counts()
    roster = kept()
    importing.run(roster.pk, NOW)
    assert (counts(), importing.outcomes(roster)) == (before, [])


def test_a_line_becomes_an_account_a_profile_and_claims_that_staff_decide() -> None:
    sam = make_staff()
    results = [(one.number, one.result, one.slug) for one in taken_over(by=sam)]
    assert results == [(2, "written", "claire-berthier"), (3, "written", "claire-berthier-2"), (4, "wrong", "")]
    claire = Mediator.objects.select_related("user", "application").get(slug="claire-berthier")
    user, office = claire.user, Office.objects.get(mediator=claire)
    assert (user.email, user.role, user.has_usable_password(), user.name) == (
        "claire@example.org",
        "mediator",
        False,
        "Claire Berthier",
    )
    assert [(one.email, one.verified, one.primary) for one in EmailAddress.objects.filter(user=user)] == [
        ("claire@example.org", False, True)
    ]
    assert (str(claire.phone), claire.languages, claire.presentation_fr) == ("+33199000001", ["fr", "en"], "Bonjour.")
    assert (office.full_address, office.is_main, office.zone) == ("1 rue de la Paix, 75001 Paris", True, "Europe/Paris")
    assert claire.application.state == "submitted"
    assert {(one.kind, one.state, str(one.valid_until or one.year)) for one in claire.credentials.all()} == {
        ("certificate", "claimed", "2015"),
        ("membership", "claimed", "2027-12-31"),
        ("insurance", "claimed", "2027-06-30"),
    }
    assert [(one.kind, one.by) for one in claire.decisions.all()] == [("imported", sam)]
    assert [one.slug for one in claire.specialties.all()] == ["famille"]


def test_nobody_is_listed_by_it_and_everybody_is_once_staff_have_decided() -> None:
    taken_over()
    claire = Mediator.objects.select_related("application").get(slug="claire-berthier")
    assert not Mediator.objects.listed(NOW).exists()
    assert moved.find("/annuaire/claire", "", NOW) is None
    for claim in claire.credentials.filter(state="claimed"):
        verifying.judge(claim, accepted=True, by=make_staff(), now=NOW)
    assert not Mediator.objects.listed(NOW).exists()
    verifying.accept(claire.application, by=make_staff(), now=NOW)
    assert list(Mediator.objects.bookable(NOW)) == [claire]
    assert moved.find("/annuaire/claire", "", NOW) == claire


def test_each_is_invited_by_a_letter_with_a_neutral_subject() -> None:
    taken_over()
    letters = list(Letter.objects.order_by("pk"))
    assert [(one.to, one.kind, one.subject) for one in letters] == [
        (f"{name}@example.org", "standing_invited", "Votre fiche vous attend") for name in ("claire", "claire2")
    ]
    assert reverse("account_request_login_code") in letters[0].text


def test_the_same_file_twice_is_nothing_twice() -> None:
    taken_over()
    before = counts()
    assert [one.result for one in taken_over()] == ["known", "known", "wrong"]
    assert counts() == before


def test_the_same_job_twice_and_one_taken_up_again_write_nothing_twice() -> None:
    roster = kept()
    importing.confirm(roster, NOW)
    importing.run(roster.pk, NOW)
    before = counts()
    importing.run(roster.pk, NOW)
    Roster.objects.filter(pk=roster.pk).update(done_at=None)
    importing.run(roster.pk, NOW)
    roster.refresh_from_db()
    assert counts() == before
    assert [one.result for one in importing.outcomes(roster)] == ["known", "known", "wrong"]


def test_two_confirmations_are_one() -> None:
    roster = kept()
    importing.confirm(roster, NOW)
    with pytest.raises(NotWaiting):
        importing.confirm(roster, NOW)
    with pytest.raises(NotWaiting):
        importing.abandon(roster)


def test_what_was_taken_meanwhile_fails_alone() -> None:
    roster = kept()
    make_user("claire@example.org")
    importing.confirm(roster, NOW)
    importing.run(roster.pk, NOW)
    roster.refresh_from_db()
    assert [one.result for one in importing.outcomes(roster)] == ["failed", "written", "wrong"]
    assert User.objects.get(email="claire@example.org").role == "client"
    assert not Mediator.objects.filter(user__email="claire@example.org").exists()


def test_what_the_file_says_is_sealed_and_gone_after_a_day() -> None:
    roster = kept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM directory_roster r")
        stored = cursor.fetchone()[0]
    assert b"claire".hex() not in stored
    assert "claire" not in stored
    day = timedelta(days=1)
    assert importing.find(roster.reference, NOW + day - timedelta(seconds=1)) == roster
    assert importing.find(roster.reference, NOW + day) is None
    assert dict(retention.forget(NOW + day))["imports"] == 1
    assert not Roster.objects.exists()


def test_a_seal_is_of_its_own_file() -> None:
    one, two = kept(), kept(b"nom;email\nA;a@b.fr\n")
    one.sealed = two.sealed
    with pytest.raises(sealing.Unreadable):
        importing.lines(one)


def test_an_old_address_is_a_path_of_ours_and_leads_once() -> None:
    taken_over()
    claire = Mediator.objects.get(slug="claire-berthier-2")
    for path in ("//evil.example", "https://evil.example/", "/annuaire/claire"):
        with pytest.raises(IntegrityError):
            _insert(path, claire)


def _insert(path: str, mediator: Mediator) -> None:
    with transaction.atomic():
        Redirect.objects.create(path=path, mediator=mediator)
