"""The pages of a practice: what everybody may read of it, and what colleagues see of each other."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.directory import practising
from allomediateur.directory.models import Mediator, Practice
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.test_unentitled import BARE, NOWHERE
from tests.web.times import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW, phone="+33199004242")


@pytest.fixture
def carole() -> Mediator:
    return make_mediator("Carole Petit", now=NOW)


@pytest.fixture
def practice(bob: Mediator, carole: Mediator) -> Practice:
    made = practising.found(bob, "Cabinet des Relieurs", NOW)
    practising.join(carole, made.code, NOW)
    return made


def page(practice: Practice) -> Any:
    return Client().get(reverse("practice", args=[practice.slug]))


def test_members_are_shown_with_their_pages_and_without_their_contact_details(
    practice: Practice, bob: Mediator, carole: Mediator
) -> None:
    shown = text(page(practice))
    for one in (bob, carole):
        assert reverse("mediator", args=[one.slug]) in shown
        assert one.user.email not in shown
    assert "01 99 00 42 42" not in shown
    assert practice.code not in shown
    assert reverse("practice", args=[practice.slug]) in text(Client().get(reverse("mediator", args=[bob.slug])))


@pytest.mark.parametrize("reason", sorted(set(NOWHERE) - {"account closed"}))
def test_who_may_not_be_listed_is_not_in_it(practice: Practice, bob: Mediator, reason: str) -> None:
    Mediator.objects.filter(pk=bob.pk).update(**NOWHERE[reason])
    assert bob.name not in text(page(practice))
    Mediator.objects.update(**NOWHERE[reason])
    assert page(practice).status_code == 404
    assert practice.slug not in text(Client().get(reverse("sitemap_pages")))


@pytest.mark.parametrize("reason", sorted(BARE))
def test_a_bare_line_offers_no_appointment(practice: Practice, bob: Mediator, reason: str) -> None:
    Mediator.objects.filter(pk=bob.pk).update(**BARE[reason])
    shown = text(page(practice))
    assert bob.name in shown
    assert f"{reverse('mediator', args=[bob.slug])}#creneaux" not in shown


def test_a_practice_is_in_the_site_map_in_both_languages(practice: Practice) -> None:
    told = text(Client().get(reverse("sitemap_pages")))
    assert f"/cabinets/{practice.slug}/" in told
    assert f"/en/cabinets/{practice.slug}/" in told


def test_founded_joined_and_left(client: Client, bob: Mediator, carole: Mediator) -> None:
    hers, address = Client(), reverse("mediator_practice")
    enter(client, bob.user)
    enter(hers, carole.user)
    assert client.post(address, {"do": "found", "name": "Cabinet des Relieurs"})["Location"] == address
    code = Practice.objects.get().code
    assert code[:4] in text(client.get(address))
    wrong = hers.post(address, {"do": "join", "code": "abcd"})
    assert wrong.status_code == 422
    assert "Aucun cabinet n’a ce code" in text(wrong)
    assert 'value="abcd"' in text(wrong)
    assert hers.post(address, {"do": "join", "code": code}).status_code == 302
    assert carole.name in text(client.get(address))
    hers.post(reverse("mediator_practice_out", args=[bob.pk]))
    assert practising.practice_of(bob)
    client.post(reverse("mediator_practice_leave"))
    hers.post(reverse("mediator_practice_leave"))
    assert not Practice.objects.exists()


def test_codes_tried_are_counted(client: Client, bob: Mediator) -> None:
    enter(client, bob.user)
    answers = [client.post(reverse("mediator_practice"), {"do": "join", "code": "abcd"}) for _try in range(7)]
    assert [one.status_code for one in answers] == [422] * 6 + [429]


def test_colleagues_share_a_page_and_nothing_else(
    client: Client, practice: Practice, bob: Mediator, carole: Mediator
) -> None:
    hers = book(carole, TEN, client=make_user("alice@example.org", name="Alice Martin"), now=NOW)
    enter(client, bob.user)
    for name in ("mediator_week", "mediator_list", "mediator_practice", "mediator_profile"):
        assert "Alice Martin" not in text(client.get(reverse(name)))
    assert client.get(reverse("mediator_appointment", args=[hers.reference])).status_code == 404
    assert carole.user.email not in text(client.get(reverse("mediator_practice")))
