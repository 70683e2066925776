"""Offices: one main one, none that goes or moves under an appointment."""

import pytest

from allomediateur.agenda import availability, offices
from allomediateur.agenda.models import Availability, Modality, Opening
from allomediateur.directory.models import Office
from tests.agenda.steps import TEN
from tests.factories import NOW, book, make_commune, make_mediator, make_office, office_of

pytestmark = pytest.mark.django_db


def lyon() -> dict[str, object]:
    commune = make_commune("69381", "Lyon 1er Arrondissement", "69", ["69001"], 29_000, 45.77, 4.83)
    return {"commune": commune, "lat": commune.lat, "lon": commune.lon, "postal_code": "69001", "zone": commune.zone}


def test_the_first_office_is_the_main_one_and_another_may_become_it() -> None:
    bob = make_mediator()
    first = office_of(bob)
    second = offices.save(Office(mediator=bob, name="Atelier", address="8 rue du Puits", **lyon()), NOW)
    assert not second.is_main
    second.is_main = True
    offices.save(second, NOW)
    first.refresh_from_db()
    assert (first.is_main, office_of(bob)) == (False, second)
    first.name = "Ancien"
    assert not offices.save(first, NOW).is_main
    assert availability.differences(NOW) == []


def test_search_follows_an_office_that_moves() -> None:
    bob = make_mediator()
    one = office_of(bob)
    for name, value in lyon().items():
        setattr(one, name, value)
    offices.save(one, NOW)
    assert set(Availability.objects.values_list("lat", flat=True)) == {45.77}


def test_where_people_are_awaited_the_address_stays_and_the_name_may_change() -> None:
    bob = make_mediator()
    one = office_of(bob)
    book(bob, TEN, modality=Modality.IN_PERSON)
    one.name = "Autre nom"
    offices.save(one, NOW)
    one.address = "9 rue d’Ailleurs"
    with pytest.raises(offices.IsBooked):
        offices.save(one, NOW)
    one.refresh_from_db()
    assert (one.name, one.address) != ("Autre nom", "9 rue d’Ailleurs")
    with pytest.raises(offices.IsBooked):
        offices.remove(one, NOW)


def test_an_open_office_and_a_main_one_stay() -> None:
    bob = make_mediator()
    main = office_of(bob)
    with pytest.raises(offices.IsOpen):
        offices.remove(main, NOW)
    Opening.objects.all().delete()
    other = make_office(bob, name="Atelier")
    with pytest.raises(offices.IsMain):
        offices.remove(main, NOW)
    offices.remove(other, NOW)
    offices.remove(main, NOW)
    assert not Office.objects.exists()
    assert availability.differences(NOW) == []
