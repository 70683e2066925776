"""The staff room: what waits, who is looked for and why, pages of people and appointments; each look on the trail."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Participant, State
from allomediateur.content import rulebook, versions
from allomediateur.notify.models import Letter, PaperLetter
from allomediateur.trail import keeping
from allomediateur.trail.models import Entry
from allomediateur.web.staff import cards, search
from tests.agenda import many
from tests.content import contents
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.test_staff import beat, letter
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
FIND = {"quoi": "martin", "motif": "support"}


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_user("staff@example.org", name="Sam", role=User.Role.STAFF))
    return client


def trail(*acts: str) -> list[tuple[str, str, int | None, str]]:
    found = Entry.objects.filter(act__in=acts or Entry.Act.values).order_by("pk")
    return list(found.values_list("act", "thing", "person", "detail"))


def paper(one: Appointment) -> None:
    topic = f"appointment:{one.reference}"
    PaperLetter.objects.create(
        kind="k", topic=topic, name="Zoé", address="3 rue du Bac", language="fr", subject="s", content={},
        created_at=NOW,
    )  # fmt: skip


def find(staff: Client, **told: str) -> Any:
    return staff.post(reverse("staff_search"), FIND | told, follow=True)


def test_every_page_of_the_room_has_the_same_navigation(staff: Client) -> None:
    bob, alice = make_mediator(now=NOW), make_user()
    one = book(bob, TEN, now=NOW)
    names = ("home", "search", "appointments", "book", "papers", "statistics", "why", "journal")
    places = {name: reverse(f"staff_{name}") for name in names}
    pages = [*places.values(), reverse("staff_person", args=[alice.pk]),
             reverse("staff_appointment", args=[one.reference]), reverse("staff_book_slot", args=[bob.slug]),
             reverse("staff_act_account", args=[alice.pk])]  # fmt: skip
    for page in pages:
        shown = text(staff.get(page))
        assert [name for name, place in places.items() if f'href="{place}"' not in shown] == [], page
    for name, place in places.items():
        assert f'<a href="{place}" aria-current="page">' in text(staff.get(place)), name


def test_home_says_calmly_that_nothing_waits(staff: Client) -> None:
    beat()
    contents.verify_all(User.objects.get(), NOW)
    assert list(cards.shown(NOW)) == []
    assert "Rien à faire" in text(staff.get(reverse("staff_home")))


def test_home_counts_what_waits(staff: Client) -> None:
    letter(parked_at=NOW)
    letter(created_at=NOW - DAY)
    book(make_mediator(now=NOW), TEN, state=State.UNCONFIRMED, now=datetime.now(UTC))
    paper(Appointment.objects.get())
    assert {card.label: card.count for card in cards.shown(NOW)} == {
        "Tâches de fond qui ne répondent plus": 1, "Lettres qui ne sont pas arrivées : appeler": 1,
        "Lettres en retard d’un quart d’heure": 1, "Lettres à imprimer": 1,
        "Rendez-vous que la personne n’a pas encore confirmés": 1,
        "Pages et règles de droit à vérifier": len(versions.to_verify(NOW)) + len(rulebook.to_verify(NOW)),
    }  # fmt: skip
    page = text(staff.get(reverse("staff_home")))
    assert all(f'href="{card.url}"' in page for card in cards.shown(NOW))


def test_home_never_shows_a_code_that_a_subject_holds(staff: Client) -> None:
    letter(parked_at=NOW, kind="appointment_to_confirm", subject="Votre code : 123456.")
    page = text(staff.get(reverse("staff_home")))
    assert "123456" not in page
    assert "Rendez-vous à confirmer" in page


def test_a_search_needs_a_reason(staff: Client) -> None:
    make_user(name="Alice Martin")
    for told in ({"motif": ""}, {"motif": "curiosity"}, {"motif": "other"}, {"motif": "other", "precision": "x" * 121}):
        response = staff.post(reverse("staff_search"), FIND | told)
        assert (response.status_code, "Alice Martin" in text(response)) == (422, False)
    assert trail("searched") == []
    assert "Alice Martin" in text(find(staff, motif="other", precision="appel 12"))


def test_the_trail_has_the_reason_and_no_word_of_what_was_looked_for(staff: Client) -> None:
    find(staff, quoi="Zzmarqueur Martin", precision="appel de Zzprecision")
    ((_act, thing, person, detail),) = trail("searched")
    assert (thing, person) == ("people", None)
    kind, words, precision = detail.split()
    assert (kind, words) == ("support", keeping.fingerprint("Zzmarqueur Martin"))
    assert precision == keeping.fingerprint("appel de Zzprecision")
    assert words != keeping.fingerprint("Zzmarqueur Marti")


def test_what_is_looked_for_is_in_no_address_and_in_no_table(staff: Client) -> None:
    response = find(staff, quoi="Zzmarqueur", precision="Zzprecision")
    assert response.redirect_chain == [(reverse("staff_search"), 302)]
    assert "Zzmarqueur" in text(response)
    session = Session.objects.get(pk=staff.session.session_key)
    assert "zzmarqueur" not in str(session.get_decoded()).lower()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text ILIKE %s', ["%zzmarqueur%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table


def test_results_go_after_half_an_hour(staff: Client) -> None:
    make_user(name="Alice Martin")
    assert "Alice Martin" in text(find(staff))
    request: Any = type("Request", (), {"session": staff.session})()
    now = datetime.now(UTC)
    assert search.kept_search(request, now + timedelta(minutes=29))
    assert search.kept_search(request, now + timedelta(minutes=31)) is None


def test_people_with_and_without_account_and_a_reference(staff: Client) -> None:
    alice, bob = make_user(name="Alice Martin"), make_mediator("Bob Martinez", now=NOW)
    mine, guest = book(bob, TEN, client=alice, now=NOW), book(bob, HALF_PAST, now=NOW)
    Participant.objects.filter(appointment=guest, role="client").update(name="Zoé Martin")
    page = text(find(staff))
    assert [name in page for name in ("Alice Martin", "Bob Martinez", "Zoé Martin")] == [True, True, False]
    others = text(staff.get(reverse("staff_search"), {"vue": "invites"}))
    assert ["Zoé Martin" in others, "Alice Martin" in others] == [True, False]
    assert reverse("staff_appointment", args=[guest.reference]) in others
    assert reverse("staff_appointment", args=[mine.reference]) in text(find(staff, quoi=mine.reference))
    assert "Aucun rendez-vous ne porte cette référence" in text(find(staff, quoi="x" * 22))
    assert "Alice Martin" in text(find(staff, quoi="alice@EXAMPLE.org"))


def test_nobody_found_has_a_way_on(staff: Client) -> None:
    assert "Essayez moins de lettres" in text(find(staff, quoi="Personne"))
    assert staff.post(reverse("staff_search"), FIND | {"quoi": "a"}).status_code == 422


def test_a_page_says_who_it_is_and_the_look_is_on_the_trail(staff: Client) -> None:
    alice = make_user(name="Alice Martin", phone="+33639981234", password="une phrase facile à retenir")
    book(make_mediator(now=NOW), TEN, client=alice, now=NOW)
    letter(to="alice@example.org", kind="appointment_confirmed", sent_at=NOW, subject="Objet secret")
    page = text(staff.get(reverse("staff_person", args=[alice.pk])))
    for said in ("Alice Martin", "alice@example.org", "06 39 98 12 34", "Premier contact", "Rendez-vous confirmé"):
        assert said in page
    assert "secret" not in page
    assert alice.password not in page
    assert ("seen", f"user:{alice.pk}", alice.pk, "") in trail()


def test_the_mediators_page_names_no_client(staff: Client) -> None:
    bob = make_mediator(now=NOW)
    book(bob, TEN, client=make_user(name="Alice Martin"), now=NOW)
    page = text(staff.get(reverse("staff_person", args=[bob.user_id])))
    assert ["Premier contact" in page, "Alice" in page] == [True, False]
    listing = text(staff.get(reverse("staff_appointments")))
    assert ["Premier contact" in listing, "Alice" in listing] == [True, False]


def test_an_appointments_page_and_its_look(staff: Client) -> None:
    alice = make_user(name="Alice Martin")
    one = book(make_mediator(now=NOW), TEN, client=alice, now=NOW)
    page = text(staff.get(reverse("staff_appointment", args=[one.reference])))
    for said in ("Alice Martin", "Bob Durand", "alice@example.org", one.reference):
        assert said in page
    assert ("seen", f"appointment:{one.reference}", alice.pk, "") in trail()


def test_holds_are_nobodys(staff: Client) -> None:
    one = book(make_mediator(now=NOW), TEN, state=State.HELD, now=NOW)
    assert staff.get(reverse("staff_appointment", args=[one.reference])).status_code == 404
    assert one.reference not in text(staff.get(reverse("staff_appointments")))


def test_staff_without_second_factor_have_no_door(client: Client) -> None:
    enter(client, make_user("staff@example.org", role=User.Role.STAFF), "password")
    for name in ("staff_search", "staff_appointments", "staff_papers", "staff_book"):
        response = client.get(reverse(name))
        assert (response.status_code, "/second-facteur/" in response["Location"]) == (302, True)


@pytest.mark.parametrize("role", [User.Role.CLIENT, User.Role.MEDIATOR, User.Role.SECRETARY])
def test_the_staffs_reader_gives_nothing_to_others(role: str) -> None:
    book(make_mediator(now=NOW), TEN, now=NOW)
    user = make_user("x@example.org", role=role)
    assert not Appointment.objects.in_staff_room(user).exists()
    gone = make_user("y@example.org", role=User.Role.STAFF, is_active=False)
    assert not Appointment.objects.in_staff_room(gone).exists()


def asked(staff: Client, address: str) -> int:
    # The first look is written down, the next within the hour are not.
    staff.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert staff.get(address).status_code == 200
    return len(queries)


def test_lists_cost_the_same_for_one_and_for_many(staff: Client) -> None:
    alice, bob = make_user(name="Alice Martin"), make_mediator(now=NOW)
    one = book(bob, TEN, client=alice, now=NOW)
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    guest = book(bob, TEN + 300 * MINUTE, now=NOW)
    Participant.objects.filter(appointment=guest, role="client").update(name="Zoé Martin")
    letter(to="alice@example.org", topic=f"appointment:{one.reference}", parked_at=NOW)
    paper(guest)
    find(staff)
    pages = [reverse("staff_search"), reverse("staff_search") + "?vue=invites", reverse("staff_appointments"),
             reverse("staff_appointments") + "?vue=passes", reverse("staff_person", args=[alice.pk]),
             reverse("staff_person", args=[bob.user_id]), reverse("staff_appointment", args=[one.reference]),
             reverse("staff_home"), reverse("staff_papers")]  # fmt: skip
    before = {page: asked(staff, page) for page in pages}
    for number in range(1, 4):
        make_user(f"m{number}@example.org", name=f"Martin {number}")
        book(bob, TEN + number * 30 * MINUTE, client=alice, now=NOW)
        book(bob, TEN - (30 + number) * DAY, client=alice, state=State.ATTENDED, now=NOW)
        more = book(bob, TEN + number * DAY, now=NOW)
        Participant.objects.filter(appointment=more, role="client").update(name=f"Martin {number}")
        letter(to="alice@example.org", topic=f"appointment:{one.reference}", parked_at=NOW)
        paper(more)
    assert {page: asked(staff, page) for page in pages} == before


def test_ten_thousand_mediators_and_a_hundred_thousand_appointments(staff: Client) -> None:
    """As many statements as for a handful; the list of appointments is read from an index."""
    book(make_mediator(now=NOW), TEN, client=make_user(name="Alice Martin"), now=NOW)
    find(staff, quoi="alice")
    pages = [reverse("staff_search"), reverse("staff_appointments"), reverse("staff_appointments") + "?page=1000"]
    before = [asked(staff, page) for page in pages]
    many.fill()
    find(staff, quoi="nom77")
    assert [asked(staff, page) for page in pages] == before
    plan = Appointment.objects.filter(starts_at__gt=NOW).order_by("starts_at", "pk")[:30].explain()
    assert "appointment_start" in plan


def test_letters_are_none_of_the_persons_page_but_their_kind(staff: Client) -> None:
    alice = make_user()
    letter(to=alice.email, kind="account_login_code", subject="654321", text="654321")
    page = text(staff.get(reverse("staff_person", args=[alice.pk])))
    assert ["654321" in page, "Compte" in page, Letter.objects.count()] == [False, True, 1]
