"""What a secretary may open: the agenda of who entrusts it, as its mediator, and nothing else of theirs."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, OpeningException, State, Transition
from allomediateur.directory import entrusting
from allomediateur.directory.models import Mediator, Secretary
from allomediateur.notify.models import Letter
from allomediateur.privacy import erasing
from allomediateur.trail.models import Entry
from tests.directory.invitations import KEPT, SOLENE, make_invitation, make_secretary, token_of
from tests.factories import book, make_mediator, make_user
from tests.web.signing_in import enter, text
from tests.web.test_matrix import MATRIX, answered, six
from tests.web.times import NOW, TEN
from tests.web.world import World, make_world

pytestmark = pytest.mark.django_db

ONE_CLIENT, BOB, STAFF = 2, 3, 5
"""Columns of the matrix: somebody who is no party to anything, Bob, and staff."""
NO_TOKENS = {"account_tokens", "account_token_new"}


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(now=NOW)


@pytest.fixture
def carole() -> Mediator:
    return make_mediator("Carole Petit", now=NOW)


@pytest.fixture
def solene(client: Client, bob: Mediator) -> User:
    """Signed in; Bob's agenda is hers."""
    user, _row = make_secretary(bob, now=NOW)
    enter(client, user)
    return user


def expected(name: str, method: str) -> str:
    """Bob's answer for his agenda; a stranger's for all the rest."""
    words = six(getattr(MATRIX[name], method))
    if name in KEPT:
        return words[BOB]
    if name in NO_TOKENS or (name.startswith("api:") and "403" in words):
        # By programs, nothing, as staff (web.api.callers).
        return words[STAFF]
    return words[BOB] if name == "account_erase" else words[ONE_CLIENT]


def ask(world: World, name: str, method: str) -> str:
    path, visitor = reverse(name, args=MATRIX[name].args(world)), world.visitors["secretary"]
    with transaction.atomic():
        sent = {"agenda": world.bob.slug} if method == "post" and name in KEPT else {}
        found = answered(getattr(visitor, method)(path, sent))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", sorted(set(MATRIX) - {"mediator_agendas"}))
def test_the_matrix_of_a_secretary(name: str) -> None:
    world = make_world()
    assert [ask(world, name, method) for method in ("get", "post")] == [
        expected(name, method) for method in ("get", "post")
    ]


def test_no_link_of_the_agendas_pages_is_shut(client: Client, bob: Mediator, solene: User) -> None:
    mine = book(bob, TEN, now=NOW)
    todo = [reverse(name) for name in ("mediator_week", "mediator_openings", "mediator_agendas")]
    todo.append(reverse("mediator_appointment", args=[mine.reference]))
    seen = set(todo)
    while todo:
        answer = client.get(todo.pop())
        assert answer.status_code in (200, 302)
        for found in re.findall(r'(?:href|action)="(/mediateur/[^"#]*)', answer.content.decode()):
            path = found.replace("&amp;", "&")
            if path.split("?")[0] not in {one.split("?")[0] for one in seen} and "retirer" not in path:
                seen.add(path)
                if client.get(path).status_code == 405:
                    continue
                todo.append(path)
    assert len(seen) > 8


def test_a_secretary_moves_and_cancels_by_the_mediators_hand_and_is_named_on_the_trail(
    client: Client, bob: Mediator, solene: User
) -> None:
    mine = book(bob, TEN, client=make_user("alice@example.org", name="Alice Martin"), now=NOW)
    page = text(client.get(reverse("mediator_appointment", args=[mine.reference])))
    assert "Alice Martin" in page
    assert Entry.objects.filter(actor=solene.pk, role="secretary", thing=f"appointment:{mine.reference}").exists()
    client.post(reverse("mediator_cancel", args=[mine.reference]), {"reason": "Empêchement"})
    assert Appointment.objects.get(pk=mine.pk).state == State.CANCELLED
    assert Transition.objects.filter(appointment=mine, by=Transition.By.MEDIATOR).exists()
    assert Letter.objects.filter(to="alice@example.org", kind="appointment_cancelled").exists()


def test_what_people_write_to_the_mediator_stays_between_them(client: Client, bob: Mediator, solene: User) -> None:
    bobs = Client()
    enter(bobs, bob.user)
    mine = book(bob, TEN, now=NOW, state=State.CANCELLED, cancel_reason="Ce que je confie")
    mine.transitions.create(
        at=NOW, by=Transition.By.CLIENT, from_state=State.CONFIRMED, to_state=State.CANCELLED, reason="Ce que je confie"
    )
    address = reverse("mediator_appointment", args=[mine.reference])
    assert "Ce que je confie" in text(bobs.get(address))
    assert "Ce que je confie" not in text(client.get(address))


def test_each_form_writes_in_the_agenda_it_was_drawn_for(
    client: Client, bob: Mediator, carole: Mediator, solene: User
) -> None:
    make_secretary(carole, now=NOW)
    address, day = reverse("mediator_exceptions"), str(NOW.date() + timedelta(days=9))
    page = client.get(f"{reverse('mediator_week')}?agenda={bob.slug}").content.decode()
    assert "Agenda de <strong>Bob" in page
    assert f'name="agenda" value="{bob.slug}"' in client.get(address).content.decode()
    client.get(f"{reverse('mediator_week')}?agenda={carole.slug}")  # in another tab
    sent = {"kind": "closed", "first": day, "last": day}
    assert client.post(address, sent | {"agenda": bob.slug}).status_code == 302
    assert OpeningException.objects.get().mediator_id == bob.pk
    assert client.post(address, sent).status_code == 404
    assert OpeningException.objects.count() == 1


def test_an_agenda_that_is_not_entrusted_is_not_there(
    client: Client, bob: Mediator, carole: Mediator, solene: User
) -> None:
    hers = book(carole, TEN, now=NOW)
    for name in ("mediator_appointment", "mediator_move", "mediator_cancel", "mediator_ics"):
        assert client.get(reverse(name, args=[hers.reference])).status_code == 404
    assert client.get(f"{reverse('mediator_week')}?agenda={carole.slug}").status_code == 404
    assert client.post(reverse("mediator_lines"), {"agenda": carole.slug}).status_code == 404
    assert carole.name not in text(client.get(reverse("mediator_agendas")))


def test_an_agenda_taken_back_is_shut_at_once(client: Client, bob: Mediator, carole: Mediator, solene: User) -> None:
    make_secretary(carole, now=NOW)
    mine = book(bob, TEN, now=NOW)
    assert client.get(reverse("mediator_appointment", args=[mine.reference])).status_code == 200
    bobs = Client()
    enter(bobs, bob.user)
    bobs.post(reverse("mediator_secretary_end", args=[Secretary.objects.get(mediator=bob).pk]))
    assert client.get(reverse("mediator_appointment", args=[mine.reference])).status_code == 404
    assert carole.name in text(client.get(reverse("mediator_week")))
    entrusting.leave(solene, carole, NOW)
    assert client.get(reverse("mediator_week")).status_code == 403


def test_a_secretary_shows_a_second_factor(bob: Mediator) -> None:
    user, _row = make_secretary(bob, now=NOW)
    visitor = Client()
    enter(visitor, user, "password")
    answer = visitor.get(reverse("mediator_week"))
    assert answer.status_code == 302
    assert reverse("mfa_index") in answer["Location"]


def test_from_the_invitation_to_the_agenda(client: Client, bob: Mediator) -> None:
    bobs, jean = Client(), make_user(SOLENE, name="Solène Maréchal")
    enter(bobs, bob.user)
    sent = {"name": "Solène Maréchal", "email": SOLENE.upper()}
    assert bobs.post(reverse("mediator_secretaries"), sent).status_code == 302
    assert "sans réponse encore" in text(bobs.get(reverse("mediator_secretaries")))
    letter = Letter.objects.get(kind="secretary_invited")
    assert letter.to == SOLENE
    door = reverse("secretary_accept", args=[token_of(letter)])
    assert bob.name in text(client.get(door))
    assert client.post(door)["Location"].startswith(reverse("account_login"))
    enter(client, jean)
    assert client.post(door)["Location"] == reverse("account_landing")
    assert client.get(reverse("account_landing"))["Location"] == reverse("mediator_week")
    assert client.get(door).status_code == 404
    assert "Tient votre agenda" in text(bobs.get(reverse("mediator_secretaries")))
    assert Entry.objects.filter(act="entrusted", actor=jean.pk, person=bob.user_id).exists()


def test_an_invitation_is_refused_in_words_and_loses_nothing(bob: Mediator) -> None:
    bobs = Client()
    enter(bobs, bob.user)
    for email in ("", "pas une adresse", bob.user.email):
        answer = bobs.post(reverse("mediator_secretaries"), {"name": "Jean Petit", "email": email})
        assert answer.status_code == 422
        assert 'value="Jean Petit"' in answer.content.decode()
    assert not Letter.objects.exists()


def test_another_mediators_rows_are_not_touched(bob: Mediator, carole: Mediator) -> None:
    make_invitation(bob, now=NOW)
    row = Secretary.objects.get()
    hers = Client()
    enter(hers, carole.user)
    hers.post(reverse("mediator_secretary_end", args=[row.pk]))
    hers.post(reverse("mediator_secretary_again", args=[row.pk]))
    row.refresh_from_db()
    assert row.ended_at is None
    assert Letter.objects.count() == 1


def test_invitations_are_counted(bob: Mediator, settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "invitation": (1, 1)}
    bobs = Client()
    enter(bobs, bob.user)
    for email, status in (("a@example.org", 302), ("b@example.org", 429)):
        answer = bobs.post(reverse("mediator_secretaries"), {"name": "Jean", "email": email})
        assert answer.status_code == status


def test_it_is_in_ones_own_data_and_goes_with_the_account(client: Client, bob: Mediator, solene: User) -> None:
    assert bob.name in client.post(reverse("account_export")).content.decode()
    entrusting.leave(solene, bob, NOW)
    make_invitation(bob, SOLENE, NOW)
    erasing.erase(User.objects.get(pk=solene.pk), NOW)
    assert not Secretary.objects.exists()


def test_the_day_names_the_people_and_ones_own_space_does_not(client: Client, bob: Mediator, solene: User) -> None:
    book(bob, TEN, client=make_user("alice@example.org", name="Alice Martin"), now=NOW)
    assert "Alice Martin" in text(client.get(f"{reverse('mediator_day')}?jour={TEN.date()}"))
    assert "Alice Martin" not in text(client.get(reverse("client_home")))
