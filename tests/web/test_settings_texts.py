"""Pages of choices, /administration/reglages/sms/ and /mediateur/avis/: what is wrong is told, nothing is lost."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.agenda.models import Telling
from allomediateur.configuration import texting
from allomediateur.configuration.texting import Texting
from allomediateur.notify import texts
from allomediateur.notify.models import Text
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.factories import make_mediator
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_staff())
    return client


def test_staff_give_a_budget_and_say_what_leaves(staff: Client) -> None:
    url = reverse("staff_texts")
    assert "Les SMS sont éteints" in text(staff.get(url))
    assert staff.post(url, {"budget": "500", "kinds": ["reminder", "waiting"]}).status_code == 302
    assert texting.texting() == Texting(500, frozenset({"reminder", "waiting"}))
    assert Entry.objects.filter(act="configured", detail="sms").count() == 1
    page = text(staff.get(url))
    assert 'value="500"' in page
    assert page.count(" checked") == 2


@pytest.mark.parametrize("budget", ["", "-1", "1 000 000", "abc", "1000001", "٥\x00", "1e3"])
def test_a_wrong_budget_is_told_and_changes_nothing(staff: Client, budget: str) -> None:
    page = staff.post(reverse("staff_texts"), {"budget": budget, "kinds": ["change"]})
    assert (page.status_code, "error-summary" in text(page)) == (422, True)
    assert texting.texting() == Texting()


def test_an_unknown_kind_is_refused(staff: Client) -> None:
    assert staff.post(reverse("staff_texts"), {"budget": "5", "kinds": ["spam"]}).status_code == 422


def test_staff_see_what_left_what_is_left_and_whom_it_did_not_reach(staff: Client) -> None:
    texting.decide(3, texting.KINDS, NOW)
    sent, refused = (
        texts.post(kind="change", topic="appointment:REF", to=f"+3363998012{number}", language="fr", body="x", now=NOW)
        for number in (3, 4)
    )
    assert sent
    assert refused
    Text.objects.filter(pk=sent.pk).update(sent_at=NOW)
    Text.objects.filter(pk=refused.pk).update(parked_at=NOW, last_error="refused: HTTP 400 invalid_parameter")
    page = text(staff.get(reverse("staff_texts")))
    assert "1 sur 3" in page
    assert "06 39 98 01 24" in page
    assert "06 39 98 01 23" not in page
    assert "refusé par l’opérateur (HTTP 400 invalid_parameter)" in page
    assert reverse("staff_appointment", args=["REF"]) in page


def test_without_an_engine_the_page_says_so(staff: Client, settings: Settings) -> None:
    settings.SMS_ENGINE = ""
    assert "Aucun opérateur n’est branché" in text(staff.get(reverse("staff_texts")))


def test_the_demo_shows_texts_and_finds_them_by_number(client: Client) -> None:
    url = reverse("demo_texts")
    assert "Pas encore de SMS" in text(client.get(url))
    texting.decide(3, texting.KINDS, NOW)
    texts.post(kind="change", topic="", to="+33639980123", language="fr", body="Bonjour <b>", now=NOW)
    assert "Bonjour &lt;b&gt;" in text(client.get(url))
    for wanted, found in (("06 39 98 01 23", True), ("0123", True), ("99999", False), ("x\x00", False)):
        assert ("06 39 98 01 23</td>" in text(client.get(url, {"pour": wanted}))) is found


def test_a_mediator_chooses_the_digest_and_its_hour(client: Client) -> None:
    bob = make_mediator(now=NOW)
    enter(client, bob.user)
    url = reverse("mediator_telling")
    wrong = client.post(url, {"mode": "digest", "at": ""})
    assert (wrong.status_code, "Écrivez à quelle heure" in text(wrong)) == (422, True)
    for told in ({"mode": "digest", "at": "25:00"}, {"mode": "", "at": "18:00"}, {"mode": "never", "at": "18:00"}):
        assert client.post(url, told).status_code == 422
    assert not Telling.objects.exists()
    assert client.post(url, {"mode": "digest", "at": "18:30"}).status_code == 302
    chosen = Telling.objects.get(mediator=bob)
    assert (chosen.mode, chosen.minute) == ("digest", 18 * 60 + 30)
    assert "Prochain récapitulatif" in text(client.get(url))
    client.post(url, {"mode": "each", "at": ""})
    chosen.refresh_from_db()
    assert (chosen.mode, chosen.minute) == ("each", 18 * 60 + 30)
