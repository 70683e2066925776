"""Letters, entries for calendars and sheets of paper as they are really written, to readers of both languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from icalendar import Calendar

from allomediateur.accounts.models import User
from allomediateur.agenda import changing, confirming, erasing, expiring, leaving, letters, standing_letters
from allomediateur.agenda.models import Modality, Participant, Transition
from allomediateur.agenda.others import Other
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.notify.models import Letter, PaperLetter
from allomediateur.support import answering, asking
from allomediateur.support.asking import Asker
from tests.agenda import steps
from tests.agenda.standings import make_applicant, make_claim, make_staff
from tests.directory.invitations import make_invitation
from tests.factories import NOW, make_mediator, make_user, office_of, service_of
from tests.notify.languages import foreign
from tests.web.signing_in import enter

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("language", ["fr", "en"])]
GIVEN = ("Bob Durand", "Alice Martin", "Anne Roux", "Carole Petit", "Jean Petit",
         "Cabinet, 1 rue de la Paix, 75001 Paris",
         "1 rue de la Paix, 75001 Paris", "AlloMediateur", "Fort-de-France", "xyz")  # fmt: skip
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def make_bob(language: str, **fields: Any) -> Mediator:
    """What mediators write is in their words: nothing here, but what has both languages."""
    user = make_user("bob@example.org", name="Bob Durand", role=User.Role.MEDIATOR, language=language)
    bob = make_mediator(now=NOW, user=user, presentation_fr="", payment="", **fields)
    service = service_of(bob)
    service.prepare_fr, service.prepare_en, service.price_cents = "Vos courriers.", "Letters.", 60_00
    service.save()
    return bob


def wrong(language: str, kinds: set[str]) -> list[Any]:
    """Faults of every letter there is; the kinds must be there, each in that language."""
    rows = list(Letter.objects.exclude(kind="support_waiting"))  # the administration's is in French
    assert {row.kind for row in rows} == kinds
    assert {row.language for row in rows} == {language}
    found = [(row.kind, part, bad) for row in rows for part in (row.subject, row.text, row.html)
             if (bad := foreign(part, language, *GIVEN))]  # fmt: skip
    return found + [
        ("ics", row.kind, bad) for row in rows if row.ics and (bad := foreign(entry(row.ics), language, *GIVEN))
    ]


def entry(ics: str) -> str:
    """What a calendar shows."""
    event = next(iter(Calendar.from_ical(ics).walk("VEVENT")))
    return " / ".join(str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION"))


@pytest.mark.parametrize("how", Modality.values)
def test_the_life_of_an_appointment(language: str, how: str) -> None:
    bob = make_bob(language)
    told = {"language": language, "zone": "America/Martinique"}
    office = office_of(bob) if how == Modality.IN_PERSON else None
    one = steps.book(bob, now=NOW, told=told, modality=how, office=office)
    with translation.override("fr" if language == "en" else "en"):  # whoever's page it is
        confirming.confirm_with_link(steps.token_of(steps.last_letter("appointment_to_confirm")), NOW)
        one.refresh_from_db()
        letters.late(one, 20, NOW)
        changing.move(one, start=steps.TEN + 60 * MINUTE, by=Transition.By.MEDIATOR, now=NOW + MINUTE, reason="xyz")
        changing.cancel(one, by=Transition.By.MEDIATOR, reason="xyz", now=NOW + 2 * MINUTE)
    assert wrong(language, {
        "appointment_to_confirm", "appointment_confirmed", "mediator_confirmed", "appointment_late",
        "appointment_moved",
        "mediator_moved", "appointment_cancelled", "mediator_cancelled",
    }) == []  # fmt: skip
    clocks = "heure de Fort-de-France" if language == "fr" else "Fort-de-France time"
    said = steps.last_letter("appointment_confirmed").text
    assert clocks in said or how == Modality.IN_PERSON


def test_what_comes_to_nothing(language: str) -> None:
    bob = make_bob(language)
    steps.book(bob, now=NOW, told={"language": language})
    gone = steps.book(bob, steps.TEN + 60 * MINUTE, now=NOW, told={"language": language})
    gone.refresh_from_db()
    other = Other(name="Carole Petit", slug="carole-petit", town="Paris", start=steps.TEN, zone="Europe/Paris")
    letters.cancelled(gone, by_mediator=True, was_confirmed=False, now=NOW, others=[other])
    expiring.release_due(NOW + timedelta(hours=3))
    assert wrong(language, {"appointment_to_confirm", "appointment_released", "appointment_cancelled"}) == []


def test_on_paper(language: str) -> None:
    bob = make_bob(language)
    one = steps.book(bob, now=NOW, told={"language": language}, modality=Modality.IN_PERSON, office=office_of(bob))
    confirming.confirm_with_link(steps.token_of(steps.last_letter("appointment_to_confirm")), NOW)
    Participant.objects.filter(role="client").update(email="", postal_address="1 rue de la Paix, 75001 Paris")
    one.refresh_from_db()
    letters.to_client_again(one, NOW)
    changing.move(one, start=steps.TEN + 60 * MINUTE, by=Transition.By.MEDIATOR, now=NOW + MINUTE, reason="xyz")
    changing.cancel(one, by=Transition.By.MEDIATOR, reason="xyz", now=NOW + 2 * MINUTE)
    rows = list(PaperLetter.objects.all())
    assert {row.language for row in rows} == {language}
    assert {row.kind for row in rows} == {"appointment_confirmed", "appointment_moved", "appointment_cancelled"}
    found = [(row.kind, bad) for row in rows for part in (row.subject, str(list(row.content.values())))
             if (bad := foreign(part, language, *GIVEN))]  # fmt: skip
    assert found == []


def test_the_standing_of_a_mediator(language: str) -> None:
    applicant = make_applicant(now=NOW)
    User.objects.filter(pk=applicant.user_id).update(language=language)
    applicant = Mediator.objects.get(pk=applicant.pk)
    application = Application.objects.select_related("mediator__user").get(mediator=applicant)
    decision = Decision(
        mediator=applicant, kind="suspended", state="proposed", by=make_staff("Eve"), at=NOW, reason="xyz"
    )
    with translation.override("fr" if language == "en" else "en"):
        for letter in (standing_letters.submitted, standing_letters.more_asked):
            letter(application, NOW)
        for told in (standing_letters.invited, standing_letters.accepted, standing_letters.reinstated):
            told(applicant, NOW)
        for decided in (standing_letters.refused, standing_letters.suspended):
            decided(decision, NOW)
        for kind in Credential.Kind.values:
            claim = make_claim(applicant, kind, until=(NOW + timedelta(days=30)).date(), reason="xyz")
            standing_letters.judged(claim, NOW)
            standing_letters.ending(claim, NOW)
            standing_letters.lapsed(claim, 2, NOW)
            claim.state = Credential.State.ACCEPTED
            standing_letters.judged(claim, NOW)
    assert wrong(language, {
        "application_received", "application_more", "standing_invited", "application_accepted", "standing_reinstated",
        "application_refused", "standing_suspended", "proof_judged", "standing_reminder", "standing_lapsed",
    }) == []  # fmt: skip


def test_the_assistance_and_secretaries(language: str) -> None:
    staff, bob = make_staff("Sam"), make_bob(language)
    with translation.override(language):
        thread = asking.ask(Asker("Alice Martin", "alice@example.org", language), "book", "xyz", now=NOW)
        make_invitation(bob)
    with translation.override("fr"):
        answering.reply(thread, "xyz", by=staff, seen=answering.last(thread), now=NOW)
    assert wrong(language, {"support_received", "support_answer", "secretary_invited"}) == []


def test_accounts(language: str, client: Client) -> None:
    """Asked for from a page, letters speak its language; what an account is told, the account's."""
    alice = make_user("alice@example.org", name="Alice Martin", language=language, password="a long enough phrase")
    prefix, other = ("/en", "") if language == "en" else ("", "/en")
    for page in ("code/", "mot-de-passe/oublie/", "creer/"):
        client.post(
            f"{prefix}/compte/{page}",
            {"name": "Alice Martin", "email": alice.email, "password1": "another long phrase"},
        )
    enter(own := Client(), alice)
    changed = {
        "oldpassword": "a long enough phrase",
        "password1": "yet another phrase",
        "password2": "yet another phrase",
    }
    own.post(f"{other}/compte/mot-de-passe/", changed)
    User.objects.filter(pk=alice.pk).update(joined_at=NOW - 1000 * DAY, last_login=NOW - 1000 * DAY)
    leaving.forget_asleep(NOW, 900 * DAY, lambda user, now: None)
    assert wrong(language, {
        "account_login_code", "account_password_reset_key", "account_account_already_exists", "account_alert",
        "account_leaving",
    }) == []  # fmt: skip
    erasing.erase(alice, NOW, also=lambda user: None)
    assert wrong(language, {"account_erased"}) == []
