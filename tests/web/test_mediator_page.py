"""A mediator's page: who it is, what can be booked, when; and what is not shown."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allomediateur.agenda.models import Opening
from allomediateur.directory.models import Mediator
from tests.factories import (
    book,
    make_commune,
    make_mediator,
    make_office,
    make_openings,
    make_service,
    office_of,
    refresh,
    service_of,
)
from tests.web.paths import text, value
from tests.web.times import DAY, HALF_PAST, NOW, PARIS, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> Mediator:
    return make_mediator(
        now=NOW, ethics_version="2023", ethics_signed_on=date(2025, 3, 2), payment="Espèces ou virement."
    )


def page_of(client: Client, bob: Mediator, query: str = "", **headers: str) -> str:
    return text(client.get(f"/mediateurs/{bob.slug}/?{query}", headers=headers))


def day() -> str:
    return TEN.astimezone(PARIS).date().isoformat()


def test_what_matters_is_said_before_anything_is_asked(client: Client, bob: Mediator) -> None:
    service = service_of(bob)
    service.price_cents, service.prepare_fr, service.change_until_hours = 6000, "Vos dates.", 24
    service.save()
    page = page_of(client, bob)
    for said in (
        "Certificat CAP’M vérifié", "Membre de la CPMN", "Code d’éthique CODEOME 2023", "signé le 2 mars 2025",
        "30 min", "60 €", "rien n’est encaissé en ligne", "Vos dates.", "jusqu’à 24 heures avant",
        "Espèces ou virement.", "vous appelle à l’heure dite",
    ):  # fmt: skip
        assert said in page


def test_each_slot_is_a_button_with_its_whole_name(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob, f"du={day()}")
    assert f'value="{value(TEN)}" aria-label="mardi ' in page
    assert re.search(r'aria-label="mardi \w+ \w+ à 10 h"[^>]*>10 h<', page)


def test_slots_are_grouped_by_day_morning_and_afternoon(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob, f"du={day()}")
    assert page.count('class="slot-day-title"') == 5
    assert page.count("Matin") == page.count("Après-midi") == 5


def test_empty_days_are_one_line_that_leads_on(client: Client, bob: Mediator) -> None:
    Opening.objects.filter(mediator=bob).exclude(weekday=1).delete()
    page = page_of(client, bob, f"du={day()}")
    after, last = TEN.astimezone(PARIS).date() + DAY, TEN.astimezone(PARIS).date() + 6 * DAY
    assert re.search(rf"Aucun créneau du {after.day}(er)?( \w+)? au {last.day}(er)? ", page)
    assert f"du={(last + DAY).isoformat()}#quand" in page
    assert "Aller au mardi" in page


def test_weeks_follow_each_other(client: Client, bob: Mediator) -> None:
    there = page_of(client, bob, f"du={(TEN.astimezone(PARIS) + 7 * DAY).date().isoformat()}")
    assert "Semaine précédente" in there
    assert "Semaine suivante" in there
    assert f'value="{value(TEN + 7 * DAY)}"' in there or "Matin" in there
    assert "Semaine précédente" not in page_of(client, bob)


def test_a_taken_slot_is_not_offered(client: Client, bob: Mediator) -> None:
    book(bob, TEN, now=NOW)
    page = page_of(client, bob, f"du={day()}")
    assert value(TEN) not in page
    assert value(HALF_PAST) in page


def test_ways_and_offices_are_links(client: Client, bob: Mediator) -> None:
    second = make_office(
        bob, make_commune("35238", "Rennes", "35", ["35000"], 220_000, 48.1147, -1.6794), name="Annexe"
    )
    make_openings(bob, "in_person", second)
    refresh(bob, NOW)
    page = page_of(client, bob, f"modalite=presentiel&lieu-exercice={second.pk}&du={day()}")
    assert "Annexe, Rennes" in page
    assert value(TEN, "in_person", second.pk) in page
    assert value(TEN, "in_person", office_of(bob).pk) not in page


def test_a_way_without_a_service_finds_the_service_that_has_it(client: Client, bob: Mediator) -> None:
    service = service_of(bob)
    service.modalities = ["phone"]
    service.save()
    make_service(bob, name_fr="Réunion", modalities=["video"], rank=2)
    refresh(bob, NOW)
    page = page_of(client, bob, f"modalite=visio&du={day()}")
    assert value(TEN, "video") in page
    assert "Réunion, 30 min, gratuit" in page


def test_a_slot_chosen_on_a_card_is_one_button_away(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob, f"modalite=telephone&creneau={TEN:%Y-%m-%dT%H:%MZ}")
    assert re.search(r"Réserver mardi \w+ \w+ à 10 h", page)
    assert 'aria-current="true"' in page


def test_a_chosen_slot_that_is_gone_is_said(client: Client, bob: Mediator) -> None:
    book(bob, TEN, now=NOW)
    page = page_of(client, bob, f"modalite=telephone&creneau={TEN:%Y-%m-%dT%H:%MZ}")
    assert "Ce créneau n’est plus libre" in page
    assert value(HALF_PAST) in page


@pytest.mark.parametrize(
    "query",
    [
        "prestation=x&modalite=%00&lieu-exercice=9999999999999999999999&du=hier&creneau=demain", "du=0001-01-01",
        "du=9999-12-31", "creneau=0001-01-01T00:00Z", "creneau=9999-12-31T23:59Z", "creneau=2026-11-24T10:00",
        "lieu=%00", "lieu=nullepart", "modalite=presentiel&lieu-exercice=abc", "creneau=2020-01-01T09:00Z",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_shows_the_page_all_the_same(client: Client, bob: Mediator, query: str) -> None:
    answer = client.get(f"/mediateurs/{bob.slug}/?{query}")
    assert answer.status_code == 200
    assert "Prendre rendez-vous" in text(answer)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("prestation=999999", "Le rendez-vous que ce lien demandait n’est plus proposé"),
        ("modalite=pigeon", "« pigeon » n’est pas une manière de se rencontrer"),
        ("modalite=presentiel&lieu-exercice=999999", "Le lieu que ce lien demandait n’est plus proposé"),
        ("modalite=presentiel&lieu-exercice=convenu", "Le lieu que ce lien demandait n’est plus proposé"),
        ("du=hier", "« hier » n’est pas une date, qui s’écrit 2026-11-24"),
        ("du=2020-02-03", "Lundi 3 février 2020 est passé. Voici les prochains créneaux."),
        ("du=2099-01-01", "Rien n’est ouvert jeudi 1er janvier 2099. Le dernier jour libre est "),
        ("mois=bientot", "« bientot » n’est pas un mois"),
        ("mois=2099-01", "Rien n’est ouvert en janvier 2099"),
        ("creneau=demain", "L’heure que ce lien demandait ne se lit pas"),
    ],
)
def test_what_an_address_gets_wrong_is_said(client: Client, bob: Mediator, query: str, said: str) -> None:
    page = page_of(client, bob, query)
    assert page.count(said) == 1
    assert 'class="slot"' in page


def test_a_way_that_is_no_longer_offered_is_said_and_the_others_shown(client: Client, bob: Mediator) -> None:
    bob.video_room = ""
    bob.save()
    page = page_of(client, bob, "modalite=visio")
    assert "Bob Durand ne propose plus ce rendez-vous en visio" in page
    assert 'class="slot"' in page


def test_an_office_that_is_gone_leads_to_the_other_one_on_the_spot(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob, f"modalite=presentiel&lieu-exercice=999999&du={day()}")
    assert value(TEN, "in_person", office_of(bob).pk) in page


def test_links_of_ours_are_never_wrong(client: Client, bob: Mediator) -> None:
    """Every link of the page, followed, complains of nothing."""
    page = page_of(client, bob)
    ours = [one.replace("&amp;", "&") for one in re.findall(r'href="(\?[^"#]*)#', page)]
    assert len(ours) > 6
    for address in set(ours):
        assert "n’est plus" not in (there := page_of(client, bob, address[1:]))
        assert "est passé" not in there
        assert "Rien n’est ouvert" not in there


def test_a_slot_that_is_gone_is_replaced_by_the_nearest(client: Client, bob: Mediator) -> None:
    book(bob, TEN, now=NOW)
    page = page_of(client, bob, f"modalite=telephone&creneau={TEN:%Y-%m-%dT%H:%MZ}")
    near = page.split("Les plus proches")[1].split("</ul>")[0]
    assert value(HALF_PAST) in near
    assert near.count("<button") == 4


def test_the_zone_is_not_spoken_of_when_clocks_agree(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob, "modalite=telephone")
    assert "Les heures sont en" not in page
    assert "Heures affichées" not in page


def test_both_clocks_are_shown_where_they_differ(client: Client, bob: Mediator) -> None:
    client.cookies["tz"] = "America/Martinique"
    page = page_of(client, bob, f"modalite=visio&du={day()}")
    assert "Les heures sont en heure de Fort-de-France" in page
    assert re.search(
        rf'value="{re.escape(value(TEN, "video"))}" aria-label="mardi \w+ \w+ à \d+ h, 10 h à Paris"', page
    )


def test_on_the_spot_the_places_clock_comes_first(client: Client, bob: Mediator) -> None:
    client.cookies["tz"] = "America/Martinique"
    page = page_of(client, bob, f"modalite=presentiel&du={day()}")
    assert "Les heures sont en heure de Paris" in page


def test_the_zone_can_be_chosen_without_javascript(client: Client, bob: Mediator) -> None:
    client.post("/fuseau/", {"zone": "Indian/Reunion"})
    assert "Heures affichées : heure de Saint-Denis" in page_of(client, bob)


def test_the_search_is_one_click_back(client: Client, bob: Mediator) -> None:
    make_commune()
    page = page_of(client, bob, "lieu=Paris")
    assert 'href="/mediateurs/?lieu=Paris"' in page
    assert "Retour aux résultats" in page


def test_no_contact_detail_is_in_the_page(client: Client, bob: Mediator) -> None:
    page = page_of(client, bob)
    for hidden in ("01 99 00 00 01", "199000001", bob.user.email, bob.video_room):
        assert hidden not in page


def test_a_certified_mediator_who_is_no_member_has_neither_slot_nor_contact(client: Client) -> None:
    dan = make_mediator("Dan Roux", now=NOW, cpmn_member=False)
    page = page_of(client, dan)
    assert "Pas de rendez-vous en ligne ici" in page
    for hidden in ("01 99 00 00 01", 'name="slot"', "1 rue de la Paix", "Je vous reçois."):
        assert hidden not in page


@pytest.mark.parametrize("standing", [{"capm_verified": False}, {"suspended_at": NOW}])
def test_an_unlisted_mediator_is_not_found(client: Client, standing: dict[str, Any]) -> None:
    assert client.get(f"/mediateurs/{make_mediator(now=NOW, **standing).slug}/").status_code == 404


def test_the_part_is_what_the_page_holds(client: Client, bob: Mediator) -> None:
    def bare(html: str) -> str:
        return " ".join(re.sub(r'(csrfmiddlewaretoken|name="key") ?"?[^>]*', "", html).split())

    part = page_of(client, bob, f"du={day()}", **{"HX-Request": "true"})
    assert "<html" not in part
    assert bare(part) in bare(page_of(client, bob, f"du={day()}"))


def test_the_page_costs_the_same_for_one_and_five_services_and_offices(client: Client, bob: Mediator) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, bob)
        return len(captured)

    page_of(client, bob)
    few = queries()
    for number in range(4):
        make_service(bob, rank=number)
        make_openings(bob, "in_person", make_office(bob, name=f"Lieu {number}"))
    refresh(bob, NOW)
    assert queries() == few
