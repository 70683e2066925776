"""« Pourquoi ce créneau n’est-il pas proposé ? »: asked by the mediator, by staff, and from the command line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from tests.factories import make_mediator, make_user, office_of, service_of
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
MONDAY = (NOW + timedelta(days=14 - NOW.weekday())).date()


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW, closed_on_holidays=False)


def ask(client: Client, address: str, bob: Mediator, **told: str | int) -> Any:
    asked: dict[str, str | int] = {
        "prestation": service_of(bob).pk,
        "comment": "telephone",
        "jour": str(MONDAY),
        "heure": "10:00",
    }
    return client.get(address, asked | told)


def words(response: Any) -> str:
    return str(response.content.decode()).replace("\u00a0", " ")


def test_a_mediator_asks(client: Client, bob: Mediator) -> None:
    enter(client, bob.user)
    assert "answer" not in client.get("/mediateur/pourquoi/").context
    assert "Ce créneau est proposé" in words(ask(client, "/mediateur/pourquoi/", bob))
    assert "les plus proches : 10 h et 10 h 30" in words(ask(client, "/mediateur/pourquoi/", bob, heure="10:10"))
    room = f"presentiel:{office_of(bob).pk}"
    assert "de 9 h à 12 h et de 14 h à 18 h" in words(
        ask(client, "/mediateur/pourquoi/", bob, comment=room, heure="7:00")
    )


@pytest.mark.parametrize(
    "told",
    [{"jour": ""}, {"jour": "demain"}, {"jour": "9999-12-31"}, {"heure": "25:00"}, {"heure": ""}, {"comment": "pigeon"},
     {"comment": "presentiel:0"}, {"prestation": "0"}, {"prestation": "x"}],
)  # fmt: skip
def test_a_question_not_understood_says_how_to_mend_it(client: Client, bob: Mediator, told: dict[str, str]) -> None:
    enter(client, bob.user)
    page = ask(client, "/mediateur/pourquoi/", bob, **told)
    assert page.status_code == 422
    assert "field-error" in words(page)
    assert "answer" not in page.context


def test_an_office_of_somebody_else_is_not_offered(client: Client, bob: Mediator) -> None:
    other = make_mediator("Carole Petit", now=NOW)
    enter(client, bob.user)
    assert ask(client, "/mediateur/pourquoi/", bob, comment=f"presentiel:{office_of(other).pk}").status_code == 422
    assert ask(client, "/mediateur/pourquoi/", bob, prestation=service_of(other).pk).status_code == 422


def test_staff_ask_for_any_mediator(client: Client, bob: Mediator) -> None:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF))
    assert client.get("/administration/pourquoi/", {"mediateur": "personne"}).status_code == 422
    assert bob.name in words(client.get("/administration/pourquoi/", {"mediateur": f"/mediateurs/{bob.slug}/"}))
    page = ask(client, "/administration/pourquoi/", bob, mediateur=bob.slug, heure="10:10")
    assert "les plus proches : 10 h et 10 h 30" in words(page)


def test_the_command_says_the_same(bob: Mediator, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("explain_slot", bob.slug, f"{MONDAY}T09:00+00:00")
    assert capsys.readouterr().out == "Ce créneau est proposé.\n"
    with pytest.raises(CommandError, match="pas sur la grille"):
        call_command("explain_slot", bob.slug, f"{MONDAY}T09:10+00:00", "--modality", "in_person")
    with pytest.raises(CommandError, match="ne se tient pas de cette manière"):
        call_command("explain_slot", bob.slug, f"{MONDAY}T09:00+00:00", "--modality", "in_person", "--office", "0")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["personne", "2026-11-24T10:00+01:00"], "Aucune fiche"),
        (["bob-durand", "2026-11-24T10:00"], "avec son décalage"),
        (["bob-durand", "demain"], "avec son décalage"),
        (["bob-durand", "2026-11-24T10:00+01:00", "--service", "0999"], "pas cette prestation"),
        (["bob-durand", "2026-11-24T10:00+01:00", "--modality", "in_person", "--office", "0999"], "pas ce lieu"),
    ],
)
def test_the_command_says_what_is_wrong_with_its_words(asked: list[str], said: str) -> None:
    make_mediator(slug="bob-durand")
    with pytest.raises(CommandError, match=said):
        call_command("explain_slot", *asked)
