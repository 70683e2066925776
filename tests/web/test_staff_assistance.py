"""The inbox of the assistance: what waits, who looked, what is answered, a call written down."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.support import answering, asking, writing
from allomediateur.support.asking import Asker
from allomediateur.support.models import Canned, Message, Thread
from allomediateur.trail.keeping import Act
from allomediateur.trail.models import Entry
from tests.factories import make_mediator, make_user
from tests.support.exchanges import VISITOR, seen
from tests.web.digest import changed, digest
from tests.web.signing_in import enter, text
from tests.web.times import DAY, NOW

pytestmark = pytest.mark.django_db
INBOX = "/administration/assistance/"
CALL = {"name": "Zoé Petit", "email": "", "phone": "06 39 98 12 34", "language": "fr", "topic": "book",
        "mediateur": "", "text": "Elle cherche quelqu’un à Rennes."}  # fmt: skip


@pytest.fixture
def sam(client: Client) -> User:
    """Signed in."""
    user = make_user("sam@example.org", name="Sam", role=User.Role.STAFF)
    enter(client, user)
    return user


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


def ask(name: str = "Véra Lune", **more: Any) -> Thread:
    told = {"now": NOW, **more}
    return asking.ask(Asker(name, f"{name[:3].lower()}@example.org", "fr"), "book", "Comment venir ?", **told)


def page(thread: Thread) -> str:
    return reverse("staff_thread", args=[thread.reference])


def names(client: Client, **asked: str) -> list[str]:
    return [one.name for one, _late, _day in client.get(INBOX, asked).context["lines"]]


def acts(**asked: Any) -> list[tuple[str, str]]:
    return [(one.act, one.detail) for one in Entry.objects.filter(**asked).order_by("pk")]


# The inbox


def test_it_shows_first_what_is_promised_first_and_filters(client: Client, sam: User, bob: Mediator) -> None:
    ask("Récent")
    ask("Ancien", now=NOW - 30 * DAY)
    asking.complain(Asker("Plaint", "p@example.org", "fr"), bob, "Il a crié.", now=NOW)
    answered, mine, closed = ask("Répondu"), ask("Mien", now=NOW - DAY), ask("Clos")
    answering.reply(answered, "Voici.", by=make_user("eve@example.org", role="staff"), seen=seen(answered), now=NOW)
    answering.take(mine, sam)
    Thread.objects.filter(pk=mine.pk).update(due_at=NOW + DAY)
    answering.close(closed, seen=seen(closed))
    assert names(client) == ["Ancien", "Mien", "Récent", "Plaint"]
    assert names(client, retard="1") == ["Ancien"]
    assert names(client, miens="1") == ["Mien"]
    assert names(client, genre="reclamations") == ["Plaint"]
    assert names(client, genre="questions", etat="ouverts") == ["Répondu", "Récent", "Mien", "Ancien"]
    assert names(client, etat="repondus") == ["Répondu"]
    assert names(client, etat="clos") == ["Clos"]
    assert len(names(client, etat="tous")) == 6
    assert names(client, etat="\x00", genre="x", retard="2", page="-1") == names(client)
    counts = client.get(INBOX).context["counts"]
    assert (counts.to_answer, counts.late, counts.complaints) == (4, 1, 1)
    assert "Aucun échange ne répond à ces filtres" in text(client.get(INBOX, {"etat": "clos", "retard": "1"}))


def test_it_costs_the_same_for_one_and_for_a_hundred(client: Client, sam: User, bob: Mediator) -> None:
    def cost(**asked: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(INBOX, asked).status_code == 200
        return len(found)

    asking.complain(VISITOR, bob, "Il a crié.", now=NOW)
    answering.take(Thread.objects.get(), sam)
    cost()
    first = cost(), cost(etat="tous"), cost(retard="1", miens="1")
    others = [make_mediator(f"Médiateur {n}", now=NOW) for n in range(2)]
    staff = [make_user(f"s{n}@example.org", role=User.Role.STAFF) for n in range(2)]
    Thread.objects.bulk_create(
        Thread(
            kind="complaint", topic="mediator", name=f"N{n}", language="fr", mediator=others[n % 2],
            assigned=staff[n % 2], state="waiting_staff", opened_at=NOW, last_at=NOW, due_at=NOW,
        )
        for n in range(100)
    )  # fmt: skip
    assert (cost(), cost(etat="tous"), cost(retard="1", miens="1")) == first
    assert max(first) < 12
    assert len(names(client)) == 50


def test_the_home_of_the_administration_says_what_waits(client: Client, sam: User, bob: Mediator) -> None:
    ask(now=NOW - 30 * DAY)
    asking.complain(VISITOR, bob, "Il a crié.", now=NOW)
    home = client.get(reverse("staff_home"))
    shown = {card.label: (card.count, card.url) for card in home.context["cards"]}
    assert shown["Réponses de l’assistance en retard"] == (1, f"{INBOX}?retard=1")
    assert shown["Échanges de l’assistance à répondre"][0] == 2
    assert names(client, genre="reclamations", etat="ouverts") == ["Véra Lune"]
    assert shown["Réclamations ouvertes"] == (1, f"{INBOX}?genre=reclamations&etat=ouverts")


# Reading


def test_who_reads_is_on_the_trail_and_the_person_sees_it(client: Client, sam: User, alice: User) -> None:
    thread = asking.ask(Asker.of(alice, "fr"), "data", "Qui voit ?", now=NOW)
    assert "Qui voit ?" in text(client.get(page(thread)))
    client.get(page(thread))
    assert acts(person=alice.pk, thing=f"thread:{thread.reference}") == [(Act.SEEN, "")]
    client.get(INBOX)
    assert acts(act=Act.LISTED, thing="thread") == [(Act.LISTED, "")]
    mine = Client()
    enter(mine, alice)
    assert "L’administration du site" in text(mine.get(reverse("account_looks")))
    assert "échange de l’assistance" in text(client.get(reverse("staff_journal")))


def test_the_trail_never_holds_what_was_said(client: Client, sam: User) -> None:
    thread = ask()
    client.post(page(thread), {"text": "zzsecretzz", "vu": seen(thread)})
    client.post(reverse("staff_thread_note", args=[thread.reference]), {"note": "zzsecretzz"})
    assert not any("zz" in f"{one.thing}{one.detail}" for one in Entry.objects.all())


def test_only_staff_read_it(bob: Mediator, alice: User) -> None:
    thread = asking.complain(Asker.of(alice, "fr"), bob, "Il a crié.", now=NOW)
    for user in (alice, bob.user):
        visitor = Client()
        enter(visitor, user)
        for path in (INBOX, page(thread), f"{page(thread)}noter/", f"{page(thread)}suivre/", f"{INBOX}appel/"):
            assert visitor.get(path).status_code == visitor.post(path).status_code == 403


def test_the_admin_has_no_page_of_threads(client: Client, sam: User) -> None:
    shown = text(client.get(reverse("admin:index")))
    assert "/support/canned/" in shown
    for model in ("thread", "message", "door"):
        assert f"/support/{model}/" not in shown
        assert client.get(f"/administration/donnees/support/{model}/").status_code == 404


# Answering


def test_an_answer_is_sent_and_traced(client: Client, sam: User, alice: User) -> None:
    thread = asking.ask(Asker.of(alice, "fr"), "data", "Qui voit ?", now=NOW)
    answer = client.post(page(thread), {"text": "Nous seuls.", "vu": seen(thread)}, follow=True)
    assert "La réponse est envoyée." in text(answer)
    thread.refresh_from_db()
    assert (thread.state, thread.assigned) == ("waiting_person", sam)
    assert Letter.objects.get(kind="support_answer").to == alice.email
    assert acts(act=Act.ANSWERED, person=alice.pk) == [(Act.ANSWERED, "")]


def test_an_answer_typed_while_the_person_wrote_waits_with_its_words(client: Client, sam: User) -> None:
    thread = ask()
    shown = seen(thread)
    answering.write(thread, "Oubliez, j’ai trouvé.", author=None, now=NOW)
    before = digest()
    answer = client.post(page(thread), {"text": "Par le parc.", "vu": shown})
    assert answer.status_code == 422
    for words in ("Quelqu’un a écrit entre-temps", "Oubliez, j’ai trouvé.", "Par le parc."):
        assert words in text(answer)
    assert changed(before) == []
    assert client.post(page(thread), {"text": "Par le parc.", "vu": seen(thread)}).status_code == 302


def test_a_note_stays_among_staff(client: Client, sam: User) -> None:
    thread = ask()
    client.post(reverse("staff_thread_note", args=[thread.reference]), {"note": "À rappeler demain."})
    assert "À rappeler demain." in text(client.get(page(thread)))
    assert [one.text for one in writing.read(thread)] == ["Comment venir ?"]
    assert not Letter.objects.filter(kind="support_answer").exists()
    empty = client.post(reverse("staff_thread_note", args=[thread.reference]), {"note": ""})
    assert empty.status_code == 422
    assert "Écrivez la note." in text(empty)


def test_taken_given_back_closed_opened_again(client: Client, sam: User) -> None:
    thread = ask()
    path = reverse("staff_thread_follow", args=[thread.reference])
    found = []
    for act in ("prendre", "rendre", "clore", "rouvrir", "rien"):
        client.post(path, {"acte": act, "vu": seen(thread)})
        thread.refresh_from_db()
        found.append((thread.assigned, thread.state))
    opened = "waiting_staff"
    assert found == [(sam, opened), (None, opened), (None, "closed"), (None, opened), (None, opened)]
    assert acts(act=Act.CHANGED) == [(Act.CHANGED, one) for one in ("prendre", "rendre", "clore", "rouvrir")]
    client.post(path, {"acte": "clore", "vu": "0"})
    thread.refresh_from_db()
    assert thread.state == opened


def test_a_ready_answer_fills_the_form_in_the_persons_language(client: Client, sam: User) -> None:
    ready = Canned.objects.create(title="Indésirables", text_fr="Regardez les indésirables.", text_en="Look in spam.")
    only_french = Canned.objects.create(title="Autre", text_fr="En français.")
    thread = ask()
    assert "Indésirables" in text(client.get(page(thread)))
    assert "Regardez les indésirables." in text(client.get(page(thread), {"reponse": ready.pk}))
    Thread.objects.update(language="en")
    assert "Look in spam." in text(client.get(page(thread), {"reponse": ready.pk}))
    assert "En français." in text(client.get(page(thread), {"reponse": only_french.pk}))
    for nonsense in ("0", "x", "-1", "9" * 30, "1x", "123456789x", "²"):
        assert client.get(page(thread), {"reponse": nonsense}).status_code == 200


# On the phone


def test_a_call_becomes_a_thread(client: Client, sam: User) -> None:
    answer = client.post(reverse("staff_support_call"), CALL | {"key": "k"}, follow=True)
    client.post(reverse("staff_support_call"), CALL | {"key": "k"})
    thread = Thread.objects.get()
    assert (thread.name, thread.email, str(thread.phone), thread.assigned) == ("Zoé Petit", "", "+33639981234", sam)
    shown = text(answer)
    assert "rappelez-la au 06 39 98 12 34" in shown
    assert "Noté par Sam, au téléphone." in shown
    assert not Letter.objects.exists()
    told = client.post(page(thread), {"text": "Je l’ai rappelée.", "vu": seen(thread)}, follow=True)
    assert "La réponse est notée." in text(told)
    assert not Letter.objects.exists()
    assert acts(act=Act.ADDED, thing=f"thread:{thread.reference}")[0] == (Act.ADDED, "")


def test_a_complaint_by_phone_names_its_mediator(client: Client, sam: User, bob: Mediator) -> None:
    wrong = client.post(reverse("staff_support_call"), CALL | {"mediateur": "nobody"})
    assert "Aucune fiche n’a cette adresse." in text(wrong)
    wrong = client.post(reverse("staff_support_call"), CALL | {"mediateur": bob.slug, "email": bob.user.email})
    assert wrong.status_code == 422
    assert not Thread.objects.exists()
    client.post(reverse("staff_support_call"), CALL | {"mediateur": f"/mediateurs/{bob.slug}/"})
    assert (Thread.objects.get().kind, Thread.objects.get().mediator) == ("complaint", bob)
    assert bob.name in text(client.get(page(Thread.objects.get())))


def test_an_erased_persons_complaint_is_still_read(client: Client, sam: User, bob: Mediator) -> None:
    thread = asking.complain(VISITOR, bob, "Il a crié.", now=NOW)
    Thread.objects.update(name="", email="", user=None)
    assert "Personne effacée" in text(client.get(INBOX))
    shown = text(client.get(page(thread)))
    assert "Il a crié." in shown
    assert "ni adresse ni numéro" in shown
    assert Message.objects.count() == 1
