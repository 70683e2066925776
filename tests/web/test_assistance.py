"""The assistance as people meet it: help, the form, the link of a letter, their space; and what strangers meet."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.agenda.models import State as Appointments
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.support import answering, asking, writing
from allomediateur.support.asking import Asker
from allomediateur.support.models import Message, Thread
from allomediateur.web.ui import asked_from
from tests.agenda import steps
from tests.factories import book, make_mediator, make_user
from tests.support.exchanges import VISITOR, last_letter, seen, token_of
from tests.web.digest import changed, digest
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW, TEN

pytestmark = pytest.mark.django_db
TOLD = {"topic": "letters", "text": "Je ne reçois rien.", "name": "Véra Lune", "email": "Vera@Example.org"}
HELP = "/assistance/"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def alice(client: Client) -> User:
    """Signed in."""
    user = make_user("alice@example.org", name="Alice Martin")
    enter(client, user)
    return user


def page_of(token: str) -> str:
    return reverse("thread", args=[token])


def asked(**more: Any) -> tuple[Thread, str]:
    """By a visitor, with the token of the letter."""
    thread = asking.ask(VISITOR, "book", "Comment venir ?", now=NOW, **more)
    return thread, token_of(last_letter("support_received"))


# Asking


def test_help_comes_first_with_ways_that_exist(client: Client) -> None:
    page = text(client.get(HELP))
    assert page.count("<details") >= 7
    assert page.index("<details") < page.index('name="topic"')
    assert "sous deux jours ouvrés" in page


def test_a_visitor_asks_and_the_answer_goes_to_the_letter_only(client: Client) -> None:
    """Whoever types the address of another must not read what that other is answered."""
    answer = client.post(HELP, TOLD, follow=True)
    assert answer.redirect_chain == [(reverse("support_sent"), 302)]
    thread = Thread.objects.get()
    assert (thread.email, thread.user, thread.kind, thread.topic) == ("vera@example.org", None, "question", "letters")
    token = token_of(last_letter("support_received"))
    for shown in (text(answer), str(client.cookies), str(dict(client.session))):
        assert token not in shown
        assert thread.reference not in shown
    page = client.get(page_of(token))
    assert "Je ne reçois rien." in text(page)
    assert "no-cache" in page.headers["Cache-Control"]


def test_who_is_signed_in_writes_as_themselves_whatever_the_form_says(client: Client, alice: User) -> None:
    page = text(client.get(HELP))
    assert "alice@example.org" in page
    assert 'name="email"' not in page
    answer = client.post(HELP, TOLD)
    thread = Thread.objects.get()
    assert (thread.user, thread.name, thread.email) == (alice, "Alice Martin", "alice@example.org")
    assert answer.headers["Location"] == reverse("client_thread", args=[thread.reference])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "vera@", "n’est pas complète"),
        ("email", "", "Écrivez votre adresse e-mail"),
        ("name", "", "Écrivez votre prénom"),
        ("text", "  ", "Écrivez votre question"),
        ("text", "x" * 4001, "4 000 caractères au plus"),
        ("topic", "", "Choisissez de quoi il s’agit"),
        ("topic", "admin", "Choisissez dans la liste"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client: Client, field: str, typed: str, said: str) -> None:
    answer = client.post(HELP, TOLD | {field: typed, "name": "Véra L." if field != "name" else typed})
    assert answer.status_code == 422
    assert said in text(answer)
    assert ("Véra L." in text(answer)) is (field != "name")
    assert not Thread.objects.exists()
    assert not Letter.objects.exists()


def test_the_topic_may_come_with_the_link(client: Client) -> None:
    assert '<option value="data" selected' in text(client.get(HELP, {"sujet": "data"}))
    assert client.get(HELP, {"sujet": "rien\x00"}).status_code == 200


def test_a_double_click_asks_once(client: Client) -> None:
    for _ in range(2):
        assert client.post(HELP, TOLD | {"key": "k"}).status_code == 302
    assert Thread.objects.count() == 1
    assert Letter.objects.filter(kind="support_received").count() == 1


# Where it was asked from


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/mediateurs/bob-durand/", "/mediateurs/bob-durand/"),
        ("/espace/rendez-vous/7HqAbc/", "/espace/rendez-vous/7HqAbc/"),
        ("/rendez-vous/" + "t" * 43 + "/deplacer/", "/rendez-vous/…/deplacer/"),
        ("/assistance/echanges/" + "t" * 43 + "/", "/assistance/echanges/…/"),
        ("/compte/mot-de-passe/cle/1-abcdef/", ""),
        ("//evil.example.org/", ""),
        ("https://evil.example.org/", ""),
        ("/rien-de-tel/" + "t" * 43, ""),
        ("/rendez-vous/" + "t" * 43 + "/)", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
        ("/\x00", ""),
    ],
)
def test_a_page_is_named_without_its_secrets(path: str, kept: str) -> None:
    found = asked_from.place(path)
    assert "t" * 43 not in found
    assert found == kept or (kept == "" and "1-abcdef" not in found)


def test_the_page_one_comes_from_goes_with_the_question(client: Client) -> None:
    here = "http://testserver"
    page = text(client.get(HELP, headers={"Referer": f"{here}/mediateurs/?lieu=Paris"}))
    assert 'value="/mediateurs/"' in page
    assert "evil" not in text(client.get(HELP, headers={"Referer": "https://evil.example.org/mediateurs/"}))
    client.post(HELP, TOLD | {"context": f"/rendez-vous/{'t' * 43}/"})
    assert Thread.objects.get().context == "/rendez-vous/…/"


# Limits


def test_a_network_writes_so_often_and_no_more(client: Client, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"support": (2, 1)}
    codes = [client.post(HELP, TOLD | {"email": f"v{n}@example.org"}).status_code for n in range(3)]
    assert codes == [302, 302, 429]
    assert client.post(HELP, TOLD, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_an_address_nobody_has_proven_is_written_to_so_often_and_no_more(settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (2, 0.5)}
    networks = [f"203.0.113.{n}" for n in range(1, 4)]
    emails = ("vera@example.org", "VERA@example.org", "vera@EXAMPLE.org")
    codes = [
        Client().post(HELP, TOLD | {"email": email}, REMOTE_ADDR=network).status_code
        for network, email in zip(networks, emails, strict=True)
    ]
    assert codes == [302, 302, 429]
    assert Letter.objects.filter(to="vera@example.org").count() == 2


def test_a_person_is_one_wherever_they_are_and_a_thread_too(client: Client, alice: User, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"support": (2, 1)}
    codes = [client.post(HELP, TOLD | {"text": str(n)}, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(3)]
    assert codes == [302, 302, 429]
    _thread, token = asked()
    codes = [Client().post(page_of(token), {"text": str(n)}).status_code for n in range(3)]
    assert codes == [302, 302, 429]


def test_a_form_that_is_wrong_costs_nothing(client: Client, settings: Settings) -> None:
    settings.LIMITS = settings.LIMITS | {"support": (1, 1)}
    for _ in range(3):
        assert client.post(HELP, TOLD | {"text": ""}).status_code == 422
    assert client.post(HELP, TOLD).status_code == 302


# The letter's link


def test_the_thread_goes_on_by_the_link(client: Client) -> None:
    thread, token = asked()
    sam = make_user("sam@example.org", name="Sam", role=User.Role.STAFF)
    answering.note(thread, "Note secrète.", by=sam, now=NOW)
    answering.reply(thread, "Par le parc.", by=sam, seen=seen(thread), now=NOW)
    page = text(client.get(page_of(token)))
    assert "Par le parc." in page
    assert "Note secrète." not in page
    assert "Sam" not in page
    answer = client.post(page_of(token), {"text": "Merci !"})
    assert answer.headers["Location"] == page_of(token)
    thread.refresh_from_db()
    assert thread.state == "waiting_staff"
    assert writing.read(thread)[-1].author is None
    assert client.post(page_of(token), {"text": ""}).status_code == 422


def test_looking_consumes_and_changes_nothing(client: Client) -> None:
    _thread, token = asked()
    before = digest()
    for _ in range(3):
        assert client.get(page_of(token)).status_code == 200
        client.head(page_of(token))
    assert client.get(reverse("thread_close", args=[token])).status_code == 405
    assert changed(before) == []


def test_closing_does_not_hide_an_answer_that_has_just_come(client: Client) -> None:
    thread, token = asked()
    shown, close = seen(thread), reverse("thread_close", args=[token])
    answering.reply(thread, "Par le parc.", by=make_user(role=User.Role.STAFF), seen=shown, now=NOW)
    assert "Une réponse vient d’arriver" in text(client.post(close, {"vu": shown}, follow=True))
    assert "L’échange est clos" in text(client.post(close, {"vu": seen(thread)}, follow=True))
    thread.refresh_from_db()
    assert thread.is_closed
    for nonsense in ("", "-1", "x", "9" * 40, "²"):
        assert client.post(close, {"vu": nonsense}).status_code == 302


def test_links_that_open_nothing(client: Client, bob: Mediator) -> None:
    thread, token = asked()
    steps.book(bob, TEN, now=NOW)
    of_a_booking = steps.token_of(steps.last_letter("appointment_to_confirm"))
    for wrong in (token[:-1], token + "x", token[:20], of_a_booking, thread.reference, "inconnu"):
        for path in (page_of(wrong), reverse("thread_close", args=[wrong])):
            assert client.post(path, {"text": "x"}).status_code == 404
        answer = client.get(page_of(wrong))
        assert answer.status_code == 404
        assert "Ce lien ne mène à aucun échange" in text(answer)
        assert "Comment venir" not in text(answer)
    for name in ("appointment", "appointment_confirm", "appointment_cancel"):
        assert client.get(reverse(name, args=[token])).status_code == 404


def test_a_link_ends_ninety_days_after_the_last_word(client: Client) -> None:
    thread, token = asked()
    Thread.objects.filter(pk=thread.pk).update(last_at=NOW - 91 * DAY)
    answer = client.get(page_of(token))
    assert answer.status_code == 410
    assert "Ce lien n’est plus valable" in text(answer)
    assert client.post(page_of(token), {"text": "x"}).status_code == 410
    assert Message.objects.count() == 1


# In one's space


def test_ones_exchanges_are_in_ones_space_and_a_strangers_are_not(client: Client, alice: User, bob: Mediator) -> None:
    own = asking.ask(Asker.of(alice, "fr"), "book", "Comment venir ?", now=NOW)
    before_the_account = asking.ask(Asker("Alice", "ALICE@example.org", "fr"), "data", "Qui voit ?", now=NOW)
    theirs, _token = asked()
    page = text(client.get(reverse("client_threads")))
    assert reverse("client_thread", args=[own.reference]) in page
    assert reverse("client_thread", args=[before_the_account.reference]) in page
    assert theirs.reference not in page
    assert client.post(reverse("client_thread", args=[own.reference]), {"text": "Merci"}).status_code == 302
    assert writing.read(own)[-1].author == alice
    for name in ("client_thread", "client_thread_close"):
        assert client.post(reverse(name, args=[theirs.reference]), {"text": "x", "vu": "999"}).status_code == 404
    for other in (make_user("charlie@example.org"), bob.user, make_user("sam@example.org", role=User.Role.STAFF)):
        stranger = Client()
        enter(stranger, other)
        assert stranger.get(reverse("client_thread", args=[own.reference])).status_code == 404
        assert "Aucun échange pour l’instant" in text(stranger.get(reverse("client_threads")))


def test_the_list_costs_the_same_for_one_and_for_three(client: Client, alice: User, bob: Mediator) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("client_threads"))
        return len(found)

    asker = Asker.of(alice, "fr")
    asking.complain(asker, bob, "1", now=NOW)
    first = cost()
    for number in range(2):
        asking.complain(asker, make_mediator(f"Médiateur {number}", now=NOW), "x", now=NOW)
    assert cost() == first


# Complaints


def test_a_link_leads_from_the_mediators_page_and_from_the_appointments(
    client: Client, alice: User, bob: Mediator
) -> None:
    mine = book(bob, TEN, client=alice, now=NOW)
    way = reverse("complaint", args=[bob.slug])
    assert way in text(client.get(reverse("mediator", args=[bob.slug])))
    assert way in text(client.get(reverse("client_appointment", args=[mine.reference])))
    himself = Client()
    enter(himself, bob.user)
    assert way not in text(himself.get(reverse("mediator", args=[bob.slug])))


def test_a_complaint_says_first_who_reads_it_and_what_may_follow(client: Client, bob: Mediator) -> None:
    page = text(client.get(reverse("complaint", args=[bob.slug])))
    for words in ("CODEOME", "ne le lit pas", "suspension, décidée par deux personnes", "3919"):
        assert words in page
    client.post(reverse("complaint", args=[bob.slug]), TOLD | {"text": "Il a parlé de moi."})
    thread = Thread.objects.get()
    assert (thread.kind, thread.mediator, thread.topic) == ("complaint", bob, "mediator")
    assert not Letter.objects.filter(to=bob.user.email).exists()


def test_a_complaint_is_nowhere_for_its_mediator(client: Client, alice: User, bob: Mediator) -> None:
    mine = book(bob, TEN, client=alice, now=NOW)
    thread = asking.complain(Asker.of(alice, "fr"), bob, "Il a parlé de moi.", now=NOW)
    himself = Client()
    enter(himself, bob.user)
    for name in ("client_thread", "client_thread_close"):
        assert himself.post(reverse(name, args=[thread.reference]), {"text": "x"}).status_code == 404
    assert himself.get(reverse("staff_thread", args=[thread.reference])).status_code == 403
    assert himself.get(reverse("complaint", args=[bob.slug])).status_code == 404
    before = {name: text(himself.get(name)) for name in ("/mediateur/", "/espace/assistance/", "/compte/")}
    for path in (*before, reverse("mediator_appointment", args=[mine.reference]), "/mediateur/rendez-vous/"):
        page = text(himself.get(path))
        assert thread.reference not in page
        assert "réclamation" not in page.lower()


def test_whom_one_may_complain_of(client: Client, alice: User) -> None:
    """Who is listed, or whom one has met; others do not exist here."""
    gone = make_mediator("Anne Roux", now=NOW, suspended_at=NOW)
    way = reverse("complaint", args=[gone.slug])
    assert client.get(way).status_code == 404
    book(gone, TEN - 40 * DAY, client=alice, state=Appointments.ATTENDED, now=NOW)
    assert client.get(way).status_code == 200
    assert client.post(way, {"text": "Elle a crié."}).status_code == 302
    assert Client().get(way).status_code == 404
    assert Client().post(way, TOLD).status_code == 404
    assert client.get("/assistance/reclamation/nobody/").status_code == 404


def test_the_mediators_own_address_is_refused(client: Client, bob: Mediator) -> None:
    answer = client.post(reverse("complaint", args=[bob.slug]), TOLD | {"email": bob.user.email.upper()})
    assert answer.status_code == 422
    assert "Écrivez votre propre adresse" in text(answer)
    assert not Thread.objects.exists()


def test_links_to_the_assistance_are_where_one_looks_for_them(client: Client, alice: User) -> None:
    for path in ("/", "/rien-de-tel/", "/mediateur/", "/espace/", "/compte/donnees/"):
        assert 'href="/assistance/' in text(client.get(path)), path
