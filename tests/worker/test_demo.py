"""The demo: an invented country that obeys every rule, loaded once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from allomediateur.accounts.demo import CLIENT, MEDIATOR, people
from allomediateur.agenda import availability, lapsing
from allomediateur.agenda.finding import Query, find
from allomediateur.agenda.models import GUESTS, Appointment, Availability, Participant, State, Wait
from allomediateur.cases.models import Intake
from allomediateur.directory.models import Application, Credential, Decision, Mediator, Office, Photo, Specialty
from allomediateur.support import waiting
from allomediateur.worker import demo
from allomediateur.worker.country import making
from allomediateur.worker.country import people as country
from allomediateur.worker.country.texts import FIELDS
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_demo_is_whole_and_lively() -> None:
    assert demo.load(NOW, 80) == 84
    assert sorted(Application.objects.values_list("state", flat=True)) == ["draft", "more_asked", "submitted"]
    assert Credential.objects.waiting().count() == 1
    assert lapsing.coming_ends(NOW, 30).count() == 1
    assert Decision.objects.get(state="proposed").by != people()[3]
    assert Photo.objects.filter(mediator__in=Mediator.objects.bookable(NOW)).count() > 20
    assert [user.role for user in people()] == ["client", "mediator", "secretary", "staff"]
    assert availability.differences(NOW) == []
    zones = set(Office.objects.values_list("zone", flat=True))
    assert zones == {"Europe/Paris", *country.OVERSEAS}
    standing = Mediator.objects.listed(NOW)
    assert (standing.count(), standing.filter(cpmn_member=False).count()) == (79, 6)
    own = Appointment.objects.filter(mediator__user__email=MEDIATOR)
    assert set(own.values_list("state", flat=True)) == {
        State.ATTENDED, State.NO_SHOW, State.CANCELLED, State.UNCONFIRMED, State.CONFIRMED, State.HELD,
    }  # fmt: skip
    alice = Appointment.objects.filter(participants__user__email=CLIENT)
    assert alice.filter(starts_at__lt=NOW, state=State.ATTENDED).exists()
    assert alice.filter(starts_at__gt=NOW, state=State.CONFIRMED).count() >= 3
    assert alice.filter(state=State.CANCELLED).exists()
    guests = Participant.objects.filter(role__in=GUESTS)
    alices = Participant.objects.filter(user__email=CLIENT).values_list("pk", flat=True)
    answers = [one.answer for one in guests if one.invited_by_id in set(alices)]
    assert sorted(answers) == ["", "accepted", "declined"]
    assert Participant.objects.get(role="agent").appointment.state == State.UNCONFIRMED
    (full,) = {one.mediator for one in Wait.objects.live(NOW)}
    assert Wait.objects.live(NOW).count() == 4
    assert not Availability.objects.filter(mediator=full).exclude(next_starts=[]).exists()
    assert waiting.counts(NOW) == waiting.Counts(to_answer=4, late=1, complaints=1)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 29, 10, 40, tzinfo=UTC),  # a Sunday: what is held until tomorrow is not free today
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # the night that loses an hour
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 5, 0, tzinfo=UTC),
    ],
    ids=str,
)
def test_it_loads_whenever_it_is_asked(now: datetime) -> None:
    assert demo.load(now, 20) == 24
    assert Intake.objects.filter(state=Intake.State.ACCEPTED, appointment__state=State.HELD).count() == 1


def test_loading_again_changes_nothing() -> None:
    demo.load(NOW, 40)
    before = list(Appointment.objects.values_list("pk", "changed_at"))
    assert demo.load(NOW + timedelta(days=3), 40) == 44
    assert list(Appointment.objects.values_list("pk", "changed_at")) == before


def test_two_countries_live_side_by_side() -> None:
    call_command("load_communes", verbosity=0)
    made = [*making.generate(30, 7, NOW).mediators, *making.generate(30, 8, NOW).mediators]
    assert len({one.slug for one in made}) == 60
    assert availability.differences(NOW) == []


def test_every_specialty_has_a_sentence_and_a_label_in_both_languages() -> None:
    assert set(FIELDS) == set(Specialty.objects.values_list("slug", flat=True))
    assert all(one.label_fr and one.label_en for one in Specialty.objects.all())


def test_somebody_in_martinique_finds_by_video_somebody_in_paris() -> None:
    demo.load(NOW, 80)
    found = find(Query(lat=14.6, lon=-61.07, modality="video", per_page=100), NOW)
    assert any(card.office and card.office.zone == "Europe/Paris" for card in found.items)


def test_outside_the_demo_nothing_is_invented(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo", verbosity=0)
    assert not Availability.objects.exists()


def test_the_demo_tells_situations_in_every_state() -> None:
    demo.load(NOW, 80)
    assert sorted(Intake.objects.values_list("state", flat=True)) == ["accepted", "draft", "proposed", "staff"]
    assert Intake.objects.get(state="staff").to_tell
    assert Intake.objects.get(state="accepted").appointment is not None
