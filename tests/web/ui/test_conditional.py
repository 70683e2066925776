"""304: never to who would miss something, never a copy of somebody's page for somebody else."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from allomediateur.agenda import versions
from allomediateur.agenda.models import Appointment, OpeningException, Service, State
from allomediateur.configuration.models import Setting
from allomediateur.directory.models import Mediator
from allomediateur.web.ui import conditional
from allomediateur.web.ui.conditional import HEARD, KEPT, PROVEN
from allomediateur.web.ui.replicas import COOKIE as SEEN
from tests.factories import book, make_mediator, make_office, make_user, refresh
from tests.web.times import NOW, TEN

HTMX = {"HX-Request": "true"}
SEARCH = "/mediateurs/?lieu=Paris"


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    for memory in (PROVEN, KEPT, HEARD):
        memory.clear()
    yield
    for memory in (PROVEN, KEPT, HEARD):
        memory.clear()


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def profile(bob: Mediator) -> str:
    return f"/mediateurs/{bob.slug}/"


def settled(client: Client, address: str, **headers: str) -> str:
    """The tag of the page once the browser has its cookies."""
    client.get(address, headers=headers)
    return client.get(address, headers=headers).headers["ETag"]


def again(client: Client, address: str, tag: str, **headers: str) -> HttpResponse:
    answer = client.get(address, headers={"If-None-Match": tag, **headers})
    assert isinstance(answer, HttpResponse)
    return answer


def quietest(ask: Callable[[], HttpResponse]) -> list[HttpResponse]:
    """The first answer without a statement of the page's (the version's own is not Django's); none if it never came.
    Transactions of the tests that run beside this one move the snapshot too: it is the whole server's."""
    for _ in range(300):
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        if not captured:
            return [answer]
    return []


@pytest.mark.django_db
class TestByTheText:
    """In a transaction nothing is proven by a version: the page is made, and its text decides."""

    @pytest.mark.parametrize("which", ["search", "profile"])
    def test_an_unchanged_page_is_not_sent_again(self, client: Client, bob: Mediator, which: str) -> None:
        address = SEARCH if which == "search" else profile(bob)
        tag = settled(client, address)
        answer = again(client, address, tag)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Accept-Language", "Cookie", "Accept-Encoding", "HX-Request"} <= set(answer.headers["Vary"].split(", "))

    def test_what_is_free_changes_the_tag(self, client: Client, bob: Mediator) -> None:
        here, there = settled(client, SEARCH), settled(client, profile(bob))
        book(bob, TEN)
        refresh(bob)
        assert again(client, SEARCH, here).status_code == 200
        assert again(client, profile(bob), there).status_code == 200

    def test_the_end_of_the_rights_changes_the_tag(self, client: Client, bob: Mediator) -> None:
        here, there = settled(client, SEARCH), settled(client, profile(bob))
        Mediator.objects.update(insured_until=datetime.now(UTC).date() - timedelta(days=2))
        refresh(bob)
        assert again(client, SEARCH, here).status_code == 200
        assert again(client, profile(bob), there).status_code == 200

    def test_the_announcement_changes_the_tag(self, client: Client, bob: Mediator) -> None:
        tag = settled(client, SEARCH)
        Setting.objects.create(key="banner_fr", value="Le site ferme à midi.", changed_at=NOW)
        assert again(client, SEARCH, tag).status_code == 200

    def test_the_zone_the_language_and_the_part_have_tags_of_their_own(self, client: Client, bob: Mediator) -> None:
        tags = [settled(client, SEARCH), settled(client, "/en" + SEARCH), settled(client, SEARCH, **HTMX)]
        client.cookies["tz"] = "America/Martinique"
        tags.append(settled(client, SEARCH))
        assert len(set(tags)) == 4

    def test_the_form_of_a_kept_page_still_works(self, client: Client, bob: Mediator) -> None:
        """Another secret, another page: the old one's buttons would be refused."""
        tag = settled(client, profile(bob))
        del client.cookies["csrf"]
        assert again(client, profile(bob), tag).status_code == 200

    def test_who_signed_in_has_no_tag_and_no_copy(self, client: Client, bob: Mediator) -> None:
        tag = settled(client, SEARCH)
        client.force_login(make_user())
        for address in (SEARCH, profile(bob)):
            answer = again(client, address, tag)
            assert answer.status_code == 200
            assert "ETag" not in answer.headers
            assert "no-store" in answer.headers["Cache-Control"]

    def test_who_has_just_changed_something_has_no_tag_and_no_copy(self, client: Client, bob: Mediator) -> None:
        """A copy made from a replica may be older than that."""
        tag = settled(client, SEARCH)
        client.cookies[SEEN] = "0/16B3748:signature"
        answer = again(client, SEARCH, tag)
        assert (answer.status_code, "ETag" in answer.headers) == (200, False)

    def test_a_message_that_waits_is_shown(self, client: Client, bob: Mediator) -> None:
        tag = settled(client, profile(bob))
        client.post(reverse("hold"), {"mediateur": bob.slug, "prestation": Service.objects.get().pk, "slot": "?"})
        answer = again(client, profile(bob), tag)
        assert answer.status_code == 200
        assert "Choisissez un créneau" in answer.content.decode()

    def test_a_refusal_has_no_tag(self, client: Client) -> None:
        assert "ETag" not in client.get("/mediateurs/personne/").headers


@pytest.mark.django_db(transaction=True)
class TestByTheVersion:
    """As in service: what is committed, is another version."""

    @pytest.mark.parametrize("which", ["search", "profile"])
    def test_what_did_not_change_costs_one_statement(self, client: Client, bob: Mediator, which: str) -> None:
        address = SEARCH if which == "search" else profile(bob)
        tag = settled(client, address)
        found = quietest(lambda: again(client, address, tag))
        assert [(one.status_code, one.headers["Cache-Control"]) for one in found] == [(304, "private, no-cache")]

    def test_a_question_asked_again_is_answered_from_memory(self, client: Client, bob: Mediator) -> None:
        first = client.get(SEARCH)
        [found] = quietest(lambda: again(client, SEARCH, ""))
        assert (found.content, found.headers["ETag"]) == (first.content, first.headers["ETag"])

    def test_what_was_answered_from_memory_follows_every_change(self, client: Client, bob: Mediator) -> None:
        for _ in range(3):
            assert bob.name in client.get(SEARCH).content.decode()
        Mediator.objects.update(suspended_at=NOW)
        refresh(bob)
        assert bob.name not in client.get(SEARCH).content.decode()

    def test_a_page_with_a_form_is_kept_for_nobody(self, client: Client, bob: Mediator) -> None:
        for _ in range(3):
            client.get(profile(bob))
            assert client.get(SEARCH, headers=HTMX).status_code == 200
        assert all("csrfmiddlewaretoken" not in str(kept) for kept in KEPT._values.values())
        assert all(not asked.address.startswith(profile(bob)) for asked, _zipped in KEPT._values)

    def test_who_signed_in_is_given_nothing_from_memory(self, client: Client, bob: Mediator) -> None:
        for _ in range(3):
            client.get(SEARCH)
        client.force_login(make_user(name="Alice Unique"))
        answer = client.get(SEARCH)
        assert "no-store" in answer.headers["Cache-Control"]
        stranger = Client()
        for _ in range(3):
            assert "Se déconnecter" not in stranger.get(SEARCH).content.decode()

    @pytest.mark.parametrize("what", ["presentation", "service", "exception", "office", "setting", "booked", "expired"])
    def test_every_change_of_a_profile_is_another_version(self, bob: Mediator, what: str) -> None:
        held = book(bob, TEN, state=State.HELD, now=NOW)
        before = versions.of_profile(bob.slug, NOW)
        later = NOW
        if what == "presentation":
            Mediator.objects.update(presentation_fr="Autre.")
        elif what == "service":
            Service.objects.update(minutes=45)
        elif what == "exception":
            OpeningException.objects.create(mediator=bob, kind="closed", day=NOW.date())
        elif what == "office":
            make_office(bob, name="Autre")
        elif what == "setting":
            Setting.objects.create(key="certificate", value="Autre", changed_at=NOW)
        elif what == "booked":
            Appointment.objects.update(state=State.CONFIRMED, expires_at=None)
        else:
            later = held.expires_at or NOW
        assert before
        assert versions.of_profile(bob.slug, later) != before

    def test_another_mediator_does_not_change_the_version(self, bob: Mediator) -> None:
        carole = make_mediator("Carole Petit", now=NOW)
        before = versions.of_profile(bob.slug, NOW)
        book(carole, TEN)
        assert versions.of_profile(bob.slug, NOW) == before


@pytest.mark.django_db
def test_the_version_of_a_profile_reads_every_table_that_its_page_reads(client: Client, bob: Mediator) -> None:
    client.get(profile(bob))
    with CaptureQueriesContext(connection) as page:
        client.get(profile(bob))
    read = {table for query in page for table in re.findall(r'(?:FROM|JOIN) "?([a-z]\w+)"?', query["sql"])}
    assert read <= set(re.findall(r"(?:FROM|JOIN) (\w+)", versions._PROFILE)), read


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_addresses_are_those_of_the_pages(language: str) -> None:
    with translation.override(language):
        found = [
            [bool(page.pattern.fullmatch(reverse(name, args=args))) for page in conditional.PAGES]
            for name, args in (("search", []), ("mediator", ["bob-durand"]), ("reveal", ["bob-durand"]))
        ]
    assert found == [[True, False], [False, True], [False, False]]


def test_it_stands_before_sessions_and_compression() -> None:
    order = settings.MIDDLEWARE
    mine = order.index("allomediateur.web.ui.conditional.middleware")
    assert mine < order.index("django.middleware.gzip.GZipMiddleware")
    assert mine < order.index("django.contrib.sessions.middleware.SessionMiddleware")
