"""The contact button: nothing before it, everything after it, a budget, and staff who are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from allomediateur.agenda import exporting
from allomediateur.directory import revealing
from allomediateur.directory.models import Mediator, Reveal
from allomediateur.notify.models import Letter
from allomediateur.privacy import retention
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.factories import make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.test_matrix import MATRIX
from tests.web.test_methods import OF_LETTERS, OF_THE_DEMO
from tests.web.times import DAY, NOW
from tests.web.world import World, make_world

pytestmark = pytest.mark.django_db
MAIL = "claire.pro@cabinet.example"
MARKERS = (MAIL, "cabinet.example", "+33199000001", "01 99 00 00 01", "0199000001", "199000001", "1-99-00-00-01")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW, contact_email=MAIL)


def url(bob: Mediator) -> str:
    return reverse("reveal", args=[bob.slug])


def ask(client: Client, bob: Mediator, **extra: Any) -> Any:
    return client.post(url(bob), **extra)


def told(page: str) -> list[str]:
    return [one for one in MARKERS if one in page]


def test_the_button_gives_phone_mail_and_addresses_on_a_page_of_their_own(client: Client, bob: Mediator) -> None:
    assert "Voir les coordonnées" in text(client.get(reverse("mediator", args=[bob.slug])))
    answer = ask(client, bob)
    page = text(answer)
    for said in (
        'href="tel:+33-1-99-00-00-01"',
        "01 99 00 00 01",
        f'href="mailto:{MAIL}"',
        "1 rue de la Paix, 75001 Paris",
    ):
        assert said in page
    assert bob.user.email not in page
    assert "noindex" in page
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-store", "noindex")


def test_in_place_it_is_the_part_of_that_page(client: Client, bob: Mediator) -> None:
    part = text(ask(client, bob, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert part.strip() in text(ask(client, bob))


def test_reading_the_address_gives_nothing_and_counts_nothing(client: Client, bob: Mediator) -> None:
    answer = client.get(url(bob), follow=True)
    assert answer.redirect_chain == [(f"/mediateurs/{bob.slug}/", 302)]
    assert (told(text(answer)), Reveal.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "standing",
    [{"capm_verified": False}, {"suspended_at": NOW}, {"cpmn_member": False}, {"member_until": (NOW - 2 * DAY).date()},
     {"insured_until": (NOW - 2 * DAY).date()}],
)  # fmt: skip
def test_who_has_not_the_right_has_no_button_and_gives_nothing(client: Client, standing: dict[str, Any]) -> None:
    eve = make_mediator("Eve", now=NOW, contact_email=MAIL, **standing)
    answer = ask(client, eve)
    assert (answer.status_code, told(text(answer)), Reveal.objects.count()) == (404, [], 0)
    assert "Voir les coordonnées" not in text(client.get(reverse("mediator", args=[eve.slug])))


def test_without_details_a_way_on_is_said(client: Client) -> None:
    quiet = make_mediator(now=NOW, phone="")
    page = text(ask(client, quiet))
    assert "Ni téléphone ni e-mail" in page
    assert quiet.user.email not in page


def test_who_asked_is_written_down_without_the_network_itself(client: Client, bob: Mediator) -> None:
    ask(client, bob, REMOTE_ADDR="203.0.113.9")
    alice = make_user()
    enter(client, alice)
    ask(client, bob, REMOTE_ADDR="203.0.113.9")
    stranger, hers = Reveal.objects.order_by("pk")
    assert (stranger.user, hers.user, stranger.network) == (None, alice, hers.network)
    assert "203" not in stranger.network
    assert [(one.actor, one.thing) for one in Entry.objects.filter(act="revealed")] == [
        (alice.pk, f"mediator:{bob.slug}")
    ]
    assert exporting.portrait(alice)["contact_details_asked"][0]["of"] == bob.name


def test_a_hundred_from_one_source_are_stopped_and_staff_told_once(client: Client, settings: Settings) -> None:
    """A browser each time and another forged address: only the network is the same."""
    people = [make_mediator(f"M {number}", now=NOW) for number in range(3)]
    answers = [
        ask(Client(), people[number % 3], HTTP_X_FORWARDED_FOR=f"198.51.100.{number}").status_code
        for number in range(100)
    ]
    burst = settings.LIMITS["reveal_network"][0]
    assert answers == [200] * burst + [429] * (100 - burst)
    assert Reveal.objects.count() == burst
    letter = Letter.objects.get(kind="staff_reveals")
    assert (letter.to, reverse("staff_reveals") in letter.text) == (settings.CONTACT_EMAIL, True)
    assert ask(Client(), people[0], REMOTE_ADDR="203.0.113.9").status_code == 200
    enter(client, make_staff())
    home, page = text(client.get(reverse("staff_home"))), text(client.get(reverse("staff_reveals")))
    assert "Sources qui demandent beaucoup de coordonnées" in home
    assert f">{burst}<" in page
    assert ">3<" in page


def test_an_account_is_one_source_wherever_it_is(client: Client, bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"reveal": (2, 1)}
    enter(client, make_user())
    codes = [ask(client, bob, REMOTE_ADDR=f"203.0.113.{number}").status_code for number in (1, 2, 3)]
    assert codes == [200, 200, 429]
    assert Letter.objects.filter(kind="staff_reveals").count() == 1


def test_beyond_the_budget_one_is_told_calmly_on_a_page_and_in_place(
    client: Client, bob: Mediator, settings: Settings
) -> None:
    settings.LIMITS = settings.LIMITS | {"reveal": (1, 1)}
    ask(client, bob)
    answer = ask(client, bob)
    assert (answer.status_code, "Retry-After" in answer.headers, told(text(answer))) == (429, True, [])
    assert "Rien n’est perdu" in text(answer)
    part = text(ask(client, bob, headers={"HX-Request": "true"}))
    assert ("<html" in part, "Rien n’est perdu" in part) == (False, True)
    assert not Letter.objects.filter(kind="staff_reveals").exists()


def test_staff_are_told_again_the_day_after_and_not_before() -> None:
    assert [revealing.tell_staff(NOW + hours * timedelta(hours=1)) for hours in (0, 1, 23, 24.5)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_it_is_kept_ninety_days(bob: Mediator) -> None:
    for days in (91, 89):
        Reveal.objects.create(mediator=bob, network="x", at=NOW - days * DAY)
    assert dict(retention.forget(NOW))["reveals"] == 1
    assert [one.at for one in Reveal.objects.all()] == [NOW - 89 * DAY]


def test_the_list_of_sources_costs_the_same_for_one_and_three(
    client: Client, bob: Mediator, django_assert_num_queries: Any
) -> None:
    enter(client, make_staff())
    _many(bob, "a")
    client.get(reverse("staff_reveals"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("staff_reveals"))
    _many(bob, "b")
    _many(bob, "c")
    with django_assert_num_queries(len(one)):
        client.get(reverse("staff_reveals"))


def _many(bob: Mediator, network: str) -> None:
    user = make_user(f"{network}@example.org")
    Reveal.objects.bulk_create(Reveal(mediator=bob, user=user, network=network, at=NOW) for _ in range(revealing.MANY))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_address_of_the_site_gives_them_before_the_button(world: World, language: str) -> None:
    """Pages, API, sitemap, structured data: whatever a stranger or another client may read."""
    Mediator.objects.filter(pk=world.bob.pk).update(contact_email=MAIL)
    wrong = []
    for name, row in MATRIX.items():
        if name in OF_LETTERS | OF_THE_DEMO:
            continue
        with translation.override(language):
            path = reverse(name, args=row.args(world))
        for visitor in ("anonymous", "other client"):
            answer = world.visitors[visitor].get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            wrong += [(path, one) for one in told(body.decode(errors="replace").replace("\u00a0", " "))]
    assert wrong == []
