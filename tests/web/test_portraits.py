"""Portraits and drafts as the public sees them: on the whole card only, and nowhere before verification."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allomediateur.directory import papers
from allomediateur.directory.models import Mediator
from tests.directory.files import picture
from tests.factories import make_mediator
from tests.web.drafting import begin, complete
from tests.web.signing_in import text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db


def with_photo(name: str = "Bob Durand", **fields: Any) -> Mediator:
    mediator = make_mediator(name, now=NOW, **fields)
    papers.keep_photo(mediator, papers.portrait(picture()), NOW)
    return mediator


def address(mediator: Mediator) -> str:
    return f"/mediateurs/{mediator.slug}/photo.jpg"


def test_a_portrait_stands_in_for_the_initials_on_card_and_page() -> None:
    bob = with_photo()
    make_mediator("Carole Petit", now=NOW)
    shown = f'src="{address(bob)}?v={bob.photo.digest[:8]}" alt=""'
    results = text(Client().get("/mediateurs/"))
    assert (results.count("face-photo"), shown in results) == (1, True)
    assert ">CP</span>" in results
    assert shown in text(Client().get(f"/mediateurs/{bob.slug}/"))


def test_it_is_asked_again_each_time_and_not_sent_twice() -> None:
    bob = with_photo()
    answer = Client().get(address(bob))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "no-cache")
    again = Client().get(address(bob), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    weak = Client().get(address(bob), headers={"If-None-Match": f'"other", W/{answer["ETag"]}'})
    assert weak.status_code == 304
    papers.keep_photo(bob, papers.portrait(picture(size=(50, 90))), NOW)
    assert Client().get(address(bob), headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"capm_verified": False}, {"cpmn_member": False}, {"suspended_at": NOW}, {"trained_until": NOW - DAY},
        {"member_until": (NOW - 2 * DAY).date()}, {"insured_until": (NOW - 2 * DAY).date()},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_without_the_whole_card_there_is_no_portrait(fields: dict[str, Any]) -> None:
    bob = with_photo(**({"trained_until": (NOW - 2 * DAY).date()} if "trained_until" in fields else fields))
    known = Client().get(address(bob), headers={"If-None-Match": f'"{bob.photo.digest[:32]}"'})
    assert known.status_code == 404
    assert "face-photo" not in text(Client().get("/mediateurs/"))
    assert "face-photo" not in text(Client().get(f"/mediateurs/{bob.slug}/"))


def test_a_closed_account_shows_no_portrait() -> None:
    bob = with_photo()
    bob.user.is_active = False
    bob.user.save()
    assert Client().get(address(bob)).status_code == 404


def test_the_cards_cost_the_same_with_portraits() -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            Client().get("/mediateurs/")
        assert not any('"directory_photo"."image"' in (one["sql"] or "") for one in queries)
        return len(queries)

    with_photo()
    cost()
    before = cost()
    for name in ("Carole Petit", "Damien Blanc"):
        with_photo(name)
    assert cost() == before


@pytest.mark.parametrize("is_sent", [False, True])
def test_nothing_of_a_draft_is_public(is_sent: bool) -> None:
    """Every public door, by its address and by what it says."""
    hers, anyone = Client(), Client()
    nora = begin(hers)
    complete(hers)
    if is_sent:
        hers.post("/devenir-mediateur/etapes/envoyer/")
    nora.refresh_from_db()
    slug = nora.slug
    closed = (f"/mediateurs/{slug}/", f"/en/mediateurs/{slug}/", f"/mediateurs/{slug}/photo.jpg",
              f"/api/v1/mediators/{slug}", f"/api/v1/mediators/{slug}/slots")  # fmt: skip
    assert {path: anyone.get(path).status_code for path in closed} == dict.fromkeys(closed, 404)
    said = ("/", "/mediateurs/", "/mediateurs/?lieu=Paris", "/mediateurs/?specialite=famille", "/api/v1/mediators",
            "/api/v1/mediators?near=Paris")  # fmt: skip
    for path in said:
        page = text(anyone.get(path))
        assert ("Nora" in page, slug in page) == (False, False), path
    assert anyone.post("/rendez-vous/reserver/", {"mediateur": slug}).status_code == 404
