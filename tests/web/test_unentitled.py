"""Who is not entitled is nowhere: every address of the site, for every reason not to be there, caches included."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import availability
from allomediateur.agenda.models import Availability
from allomediateur.directory import papers, practising
from allomediateur.directory.models import Application, Mediator, Practice
from allomediateur.directory.rights import day_of
from tests.directory.files import picture
from tests.factories import make_mediator, make_user
from tests.routes import routes
from tests.web.signing_in import enter, text
from tests.web.test_matrix import MATRIX
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
NAME, SLUG = "Zéphyrine Marqueur", "zephyrine-marqueur"
YESTERDAY = day_of(NOW) - timedelta(days=1)
NOWHERE: dict[str, dict[str, Any]] = {
    "unverified": {"capm_verified": False},
    "suspended": {"suspended_at": NOW},
    "training lapsed": {"trained_until": YESTERDAY},
    "account closed": {},
}
BARE: dict[str, dict[str, Any]] = {
    "not a member": {"cpmn_member": False},
    "membership lapsed": {"member_until": YESTERDAY},
    "insurance lapsed": {"insured_until": YESTERDAY},
}


def make(reason: str, *, rows_stay: bool) -> Mediator:
    """Entitled first; then not. `rows_stay`: only time has passed, and no worker with it: search has its rows."""
    one = make_mediator(NAME, slug=SLUG, now=NOW, presentation_fr="Présentation marquée.", phone="+33199004242")
    papers.keep_photo(one, papers.portrait(picture()), NOW)
    Application.objects.create(mediator=one, state="accepted", started_at=NOW, touched_at=NOW)
    practice = practising.found(one, "Cabinet", NOW)
    Practice.objects.filter(pk=practice.pk).update(slug=SLUG)
    Mediator.objects.filter(pk=one.pk).update(**(NOWHERE | BARE)[reason])
    if reason == "account closed":
        User.objects.filter(pk=one.user_id).update(is_active=False)
    availability.rebuild(one.pk, NOW - timedelta(days=3) if rows_stay else NOW)
    return Mediator.objects.get(pk=one.pk)


def public_addresses() -> list[str]:
    """Every address that anybody may read and that needs no argument, or this mediator's own."""
    found = []
    for route in routes():
        if route.is_of_the_admin or route.name not in MATRIX or route.name.startswith(("demo", "account_", "mfa_")):
            continue
        if "<slug:slug>" in route.pattern or "{slug" in route.pattern:
            found.append(reverse(route.name, args=[SLUG]))
        elif "<" not in route.pattern:
            found.append(reverse(route.name))
    return sorted(set(found))


def readers() -> dict[str, Client]:
    signed = Client()
    enter(signed, make_user("charlie@example.org", name="Charlie"))
    return {"anonymous": Client(), "client": signed}


def seen(reason: str, *, rows_stay: bool) -> list[str]:
    make(reason, rows_stay=rows_stay)
    found = []
    for who, reader in readers().items():
        for path in public_addresses():
            for asked in (path, f"{path}?lieu=Paris", f"{path}?near=Paris"):
                answer = reader.get(asked)
                own = f"/{SLUG}" in path
                if NAME in text(answer) or (own and answer.status_code < 400 and answer.status_code != 302):
                    found.append(f"{who} {asked} {answer.status_code}")
    return found


@pytest.mark.parametrize("reason", [one for one in NOWHERE if one != "unverified"])
def test_who_was_in_the_list_and_is_not_any_more_is_nowhere_before_any_job(reason: str) -> None:
    assert seen(reason, rows_stay=reason == "training lapsed") == []


def test_who_was_never_verified_is_nowhere() -> None:
    assert seen("unverified", rows_stay=False) == []


@pytest.mark.parametrize("reason", BARE)
def test_who_is_no_member_is_a_bare_line_without_slots_photo_or_words(reason: str) -> None:
    one = make(reason, rows_stay=reason != "not a member")
    assert Availability.objects.filter(mediator=one).exists() is (reason != "not a member")
    reader = Client()
    page = text(reader.get(reverse("mediator", args=[SLUG])))
    assert (NAME in page, "Présentation marquée" in page, "creneaux" in page) == (True, False, False)
    assert reader.get(f"/api/v1/mediators/{SLUG}/slots").json()["items"] == []
    for item in reader.get("/api/v1/mediators").json()["items"]:
        assert (item["bookable"], item["next_slots"], item["languages"]) == (False, [], [])


def test_a_page_kept_by_a_browser_is_asked_for_again() -> None:
    """Caches may keep nothing of a person that they would show without asking: the photo too."""
    make_mediator(NAME, slug=SLUG, now=NOW)
    for path in public_addresses():
        if f"/{SLUG}" not in path:
            continue
        kept = Client().get(path).headers.get("Cache-Control", "no-cache")
        assert "no-cache" in kept or "no-store" in kept or "max-age" not in kept, (path, kept)


@pytest.mark.parametrize("reason", ["suspended", "unverified", "membership lapsed"])
def test_their_own_space_stays_open_and_books_nothing(reason: str) -> None:
    """They keep their appointments and their hours; nothing can be added."""
    one = make(reason, rows_stay=False)
    own = Client()
    enter(own, one.user)
    for name in ("mediator_week", "mediator_day", "mediator_list", "mediator_openings", "mediator_profile"):
        assert own.get(reverse(name)).status_code == 200
    page = text(own.get(reverse("mediator_reserve")))
    assert "creneau=" not in page
    assert own.post(reverse("hold"), {"mediateur": SLUG}).status_code == 404
