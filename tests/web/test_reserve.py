"""Booking for somebody, the day's page, who came, a delay, the next appointment."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Busy, Participant, Service, State
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from allomediateur.scheduling import wording
from tests.agenda.steps import last_letter
from tests.factories import book, make_mediator, make_openings, make_user, refresh, service_of
from tests.web.signing_in import enter, text
from tests.web.times import DAY, HALF_PAST, MINUTE, NOW, PARIS, TEN

pytestmark = pytest.mark.django_db
RESERVE = "/mediateur/reserver/"


@pytest.fixture
def bob(client: Client) -> Mediator:
    """Signed in."""
    mediator = make_mediator(now=NOW)
    enter(client, mediator.user)
    return mediator


@pytest.fixture
def alice() -> User:
    return make_user("alice@example.org", name="Alice Martin")


def asked(**more: Any) -> str:
    return f"{RESERVE}?{urlencode({'creneau': f'{TEN:%Y-%m-%dT%H:%MZ}', 'lieu': 'telephone', **more})}"


def who(*starts: Any, **told: Any) -> dict[str, Any]:
    values = {"name": "Zoé Petit", "phone": "06 39 98 12 34", "email": "", "key": "k"}
    return values | {"date": [start.isoformat() for start in starts or (TEN,)]} | told


def address(appointment: Appointment, end: str = "") -> str:
    return f"/mediateur/rendez-vous/{appointment.reference}/{end}"


def test_a_slot_then_who_without_an_account_or_an_address(client: Client, bob: Mediator) -> None:
    page = text(client.get(f"{RESERVE}?du={TEN:%Y-%m-%d}"))
    assert "Réserver pour quelqu’un" in page
    assert f"{TEN:%Y-%m-%dT%H}%3A" in page
    assert "Pour qui" in text(client.get(asked()))
    answer = client.post(asked(), who(), follow=True)
    made = Appointment.objects.get()
    client_of = made.participants.get(role=Participant.Role.CLIENT)
    assert (made.state, made.starts_at, client_of.email, client_of.user) == (State.CONFIRMED, TEN, "", None)
    assert "Aucune lettre ne part" in text(answer)
    assert "prévenez la personne vous-même" in text(answer)
    assert set(Letter.objects.values_list("kind", flat=True)) == {"mediator_confirmed"}


def test_with_an_address_a_letter_goes(client: Client, bob: Mediator) -> None:
    answer = client.post(asked(), who(email="zoe@example.org", language="en"), follow=True)
    assert "Une lettre part à zoe@example.org" in text(answer)
    assert last_letter("appointment_confirmed").language == "en"


def test_sent_twice_it_books_once(client: Client, bob: Mediator) -> None:
    first, again = client.post(asked(), who()), client.post(asked(), who())
    assert first["Location"] == again["Location"]
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom"),
        ({"phone": ""}, "Écrivez le numéro"),
        ({"phone": "12"}, "n’est pas complet"),
        ({"email": "zoe@"}, "n’est pas complète"),
        ({"date": []}, "Cochez au moins une date"),
        ({"date": ["2030-01-01T00:00:00+00:00"]}, "Cochez au moins une date"),
    ],
)
def test_what_is_missing_is_said(client: Client, bob: Mediator, told: dict[str, Any], sentence: str) -> None:
    answer = client.post(asked(), who(**told))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Appointment.objects.exists()


def test_a_slot_taken_meanwhile_is_said(client: Client, bob: Mediator) -> None:
    assert client.get(asked()).context["is_gone"] is False
    book(bob, TEN, now=NOW)
    assert "n’est plus libre" in text(client.get(asked()))
    answer = client.post(asked(), who())
    assert answer.status_code == 409
    assert 'value="Zoé Petit"' in text(answer)
    assert Appointment.objects.count() == 1


def test_a_series_shows_its_dates_and_which_are_taken(client: Client, bob: Mediator) -> None:
    week = timedelta(weeks=1)
    book(bob, TEN + week, now=NOW)
    page = client.get(asked(rythme="1", nombre="3"))
    assert [(start, is_free) for _value, start, is_free, _chosen in page.context["dates"]] == [
        (TEN, True), (TEN + week, False), (TEN + 2 * week, True),
    ]  # fmt: skip
    client.post(asked(rythme="1", nombre="3"), who(TEN, TEN + 2 * week))
    found = Appointment.objects.filter(participants__name="Zoé Petit").order_by("starts_at")
    assert [one.starts_at for one in found] == [TEN, TEN + 2 * week]


def test_the_next_one_is_for_the_same_person_in_the_same_way(client: Client, bob: Mediator, alice: User) -> None:
    former = book(bob, TEN - 7 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    former.participants.filter(role="client").update(phone="+33612345678")
    page = text(client.get(address(former)))
    assert f"/mediateur/reserver/?suite={former.reference}" in page
    assert "Prochain rendez-vous avec Alice Martin" in text(client.get(f"{RESERVE}?suite={former.reference}"))
    form = client.get(asked(suite=former.reference))
    assert 'value="alice@example.org"' in text(form)
    client.post(asked(suite=former.reference), who(name="Alice Martin", email="alice@example.org"))
    made = Appointment.objects.get(starts_at=TEN)
    assert Appointment.objects.visible_to(alice).filter(pk=made.pk).exists()
    # Written to another address, it is no longer known to be hers.
    client.post(
        asked(suite=former.reference, creneau=f"{HALF_PAST:%Y-%m-%dT%H:%MZ}"),
        who(HALF_PAST, email="other@example.org", key="other"),
    )
    assert not Appointment.objects.visible_to(alice).filter(starts_at=HALF_PAST).exists()


def test_another_mediators_appointment_is_followed_by_nobody(client: Client, bob: Mediator, alice: User) -> None:
    others = book(make_mediator("Charlie", now=NOW), TEN, client=alice, now=NOW)
    page = client.get(f"{RESERVE}?suite={others.reference}")
    assert page.context["asked"].former is None
    assert "Alice" not in text(page)


def test_where_the_client_wishes(client: Client, bob: Mediator) -> None:
    Service.objects.filter(mediator=bob).update(travel_km=25, travel_minutes=30)
    make_openings(bob, "in_person", None)
    refresh(bob)
    agreed = asked(lieu="presentiel-convenu")
    assert "Adresse du rendez-vous" in text(client.get(agreed))
    answer = client.post(agreed, who(address="3 rue des Lilas", town="Nulle-Part-sur-Rien"))
    assert answer.status_code == 422
    assert "n’est pas connue" in text(answer)
    answer = client.post(agreed, who(address="Colis bloqué evil-poste.fr", town="75011"))
    assert answer.status_code == 422
    assert "Écrivez seulement le numéro et la rue" in text(answer)
    assert 'value="Colis bloqué evil-poste.fr"' in text(answer)
    client.post(agreed, who(address="3 rue des Lilas", town="75011"))
    made = Appointment.objects.get()
    assert made.place.startswith("3 rue des Lilas, Paris")
    assert "3 rue des Lilas" in text(client.get(address(made)))


@pytest.mark.parametrize(
    "query", ["creneau=x", "prestation=999&lieu=x", "creneau=9999-12-31T00:00Z", "suite=%00", "du=x"]
)
def test_an_address_that_makes_no_sense_starts_again(client: Client, bob: Mediator, query: str) -> None:
    page = client.get(f"{RESERVE}?{query}")
    assert page.status_code == 200
    assert page.context["asked"].start is None


# The day


def test_the_day_in_order_with_who_to_call(client: Client, bob: Mediator, alice: User) -> None:
    one = book(bob, TEN, client=alice, now=NOW)
    one.participants.filter(role="client").update(phone="+33612345678")
    unsure = book(bob, HALF_PAST, state=State.UNCONFIRMED, now=NOW)
    unsure.participants.filter(role="client").update(name="Zoé", phone="+33639980000")
    Busy.objects.create(mediator=bob, starts_at=TEN - 60 * MINUTE, ends_at=TEN)
    page = text(client.get(f"/mediateur/jour/?jour={TEN.astimezone(PARIS).date()}"))
    assert page.index("Pris ailleurs") < page.index("Alice Martin") < page.index("Zoé")
    assert "06 12 34 56 78" in page
    assert "06 39 98 00 00" not in page
    assert "Ouvert : 9 h – 12 h, 14 h – 18 h" in page
    assert "Aucun rendez-vous ce jour" in text(client.get("/mediateur/jour/?jour=2027-01-01"))
    for nonsense in ("x", "9999-12-31", "0001-01-01"):
        assert client.get(f"/mediateur/jour/?jour={nonsense}").status_code == 200


# Who came


def test_who_came_is_noted_once_it_has_begun(client: Client, bob: Mediator, alice: User) -> None:
    begun = book(bob, NOW - 20 * MINUTE, client=alice, now=NOW - DAY)
    party = begun.participants.get(role="client")
    assert "Qui est venu" in text(client.get(address(begun)))
    client.post(address(begun, "presence/"), {f"presence-{party.pk}": "no_show"})
    begun.refresh_from_db()
    assert begun.state == State.NO_SHOW
    client.post(address(begun, "presence/"), {f"presence-{party.pk}": "attended"})
    begun.refresh_from_db()
    party.refresh_from_db()
    assert (begun.state, party.outcome) == (State.ATTENDED, "attended")
    client.post(address(begun, "presence/"), {f"presence-{party.pk}": "fax"})
    begun.refresh_from_db()
    assert begun.state == State.ATTENDED


def test_not_before_nor_for_a_cancelled_one(client: Client, bob: Mediator, alice: User) -> None:
    to_come = book(bob, TEN, client=alice, now=NOW)
    assert "Qui est venu" not in text(client.get(address(to_come)))
    party = to_come.participants.get(role="client")
    answer = client.post(address(to_come, "presence/"), {f"presence-{party.pk}": "attended"}, follow=True)
    assert "à partir de l’heure" in text(answer)
    to_come.refresh_from_db()
    assert to_come.state == State.CONFIRMED


# A delay


def test_a_delay_is_told_shortly_and_three_times_at_most(client: Client, bob: Mediator, alice: User) -> None:
    soon = book(bob, NOW + 60 * MINUTE, client=alice, now=NOW - DAY)
    assert "Je suis en retard" in text(client.get(address(soon)))
    for _ in range(4):
        answer = client.post(address(soon, "retard/"), {"minutes": "15"}, follow=True)
    assert "appelez plutôt la personne" in text(answer)
    letters = Letter.objects.filter(kind="appointment_late")
    assert letters.count() == 3
    letter = letters[0]
    assert letter.to == "alice@example.org"
    assert wording.clock(wording.local(soon.starts_at + 15 * MINUTE, "Europe/Paris"), "fr") in letter.subject
    assert "15 min" in letter.text.replace("\u00a0", " ")
    assert "15 min" in letter.html.replace("\u00a0", " ")


def test_a_delay_that_cannot_be_told(client: Client, bob: Mediator, alice: User) -> None:
    far, near = book(bob, TEN, client=alice, now=NOW), book(bob, NOW + 60 * MINUTE, client=alice, now=NOW - DAY)
    assert "Je suis en retard" not in text(client.get(address(far)))
    assert "trois heures" in text(client.post(address(far, "retard/"), {"minutes": "15"}, follow=True))
    assert "Choisissez" in text(client.post(address(near, "retard/"), {"minutes": "400"}, follow=True))
    near.participants.filter(role="client").update(email="")
    assert "appelez-la" in text(client.get(address(near)))
    client.post(address(near, "retard/"), {"minutes": "15"})
    assert not Letter.objects.filter(kind="appointment_late").exists()


# Moving


def test_the_mediator_moves_without_notice_and_says_why(client: Client, bob: Mediator, alice: User) -> None:
    one = book(bob, TEN, client=alice, now=NOW)
    page = text(client.get(address(one, "deplacer/")))
    assert "Motif" in page
    assert "Voir d’autres médiateurs" not in page
    value = f"{HALF_PAST.isoformat()}|phone|"
    answer = client.post(address(one, "deplacer/"), {"slot": value, "reason": "Un imprévu"}, follow=True)
    one.refresh_from_db()
    assert one.starts_at == HALF_PAST
    assert "Un imprévu" in text(answer)
    assert "Un imprévu" in last_letter("appointment_moved").text


# The client books again


def test_a_past_appointment_leads_to_the_same_again(client: Client, alice: User) -> None:
    bob = make_mediator(now=NOW)
    book(bob, TEN - 30 * DAY, client=alice, state=State.ATTENDED, now=NOW)
    enter(client, alice)
    page = text(client.get("/espace/"))
    again = f"/mediateurs/{bob.slug}/?prestation={service_of(bob).pk}&amp;modalite=telephone#creneaux"
    assert "Reprendre rendez-vous" in page
    assert again in page
