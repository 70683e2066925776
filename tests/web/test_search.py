"""The search page: what its address says, what its cards show, and never a dead end."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.agenda import listing
from allomediateur.agenda.models import Availability, Opening, Service
from allomediateur.directory.models import Commune, Mediator
from tests.factories import book, make_commune, make_mediator, make_office, make_specialty, refresh
from tests.web.paths import text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def rennes() -> Commune:
    return make_commune("35238", "Rennes", "35", ["35000"], 220_000, 48.1147, -1.6794)


def fort_de_france() -> Commune:
    return make_commune("97209", "Fort-de-France", "972", ["97200"], 75_000, 14.6158, -61.0597, "America/Martinique")


def search(client: Client, query: str = "", **headers: str) -> str:
    return text(client.get(f"/mediateurs/?{query}", headers=headers))


def links(page: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'href="([^"]*)"', page)]


def test_a_card_says_what_one_chooses_by(client: Client) -> None:
    bob = make_mediator(now=NOW, languages=["fr", "en"], specialties=("famille", "voisinage"))
    page = search(client, "lieu=Paris")
    assert f"/mediateurs/{bob.slug}/?lieu=Paris" in links(page)
    for said in ("Bob Durand", "Paris, à 50 m", "Famille", "Voisinage", "Téléphone", "gratuit", "parle aussi anglais"):
        assert said in page
    assert "Prochaine disponibilité" in page


def test_the_three_first_slots_are_links_to_the_chosen_slot(client: Client) -> None:
    bob = make_mediator(now=NOW)
    slots = [link for link in links(search(client, "lieu=Paris")) if "creneau=" in link]
    assert len(set(slots)) == 3
    assert all(link.startswith(f"/mediateurs/{bob.slug}/?prestation=") for link in slots)
    assert "Réserver" in text(client.get(slots[0]))


def test_filters_are_links_with_counts_and_keep_the_rest(client: Client) -> None:
    make_mediator(now=NOW, modalities=("phone",))
    make_mediator("Carole Petit", now=NOW, modalities=("phone", "video"), specialties=("voisinage",))
    page = search(client, "lieu=Paris&rayon=60")
    assert "?lieu=Paris&rayon=60&modalite=visio" in links(page)
    assert re.search(r"Téléphone <span class=\"count\">2<", page)
    assert re.search(r"Visio <span class=\"count\">1<", page)
    assert "?lieu=Paris&rayon=60&specialite=voisinage" in links(page)


def options(page: str) -> list[tuple[str, int]]:
    """Each filter that is a link, and the number it says."""
    found = re.findall(r'class="filter" id="f-[^"]*" href="([^"]*)"[^>]*>[^<]*<span class="count">(\d+)<', page)
    return [(address.replace("&amp;", "&").removeprefix("?"), int(number)) for address, number in found]


@pytest.mark.parametrize("asked", ["lieu=Paris", "lieu=Paris&modalite=visio&langue=en", "delai=7&specialite=voisinage"])
def test_each_filter_gives_what_it_says(client: Client, asked: str) -> None:
    versailles = make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13)
    make_mediator("Un", now=NOW, modalities=("phone",))
    make_mediator("Deux", now=NOW, modalities=("phone", "video"), specialties=("voisinage",), languages=["fr", "en"])
    make_mediator("Trois", now=NOW, commune=versailles, modalities=("in_person",), specialties=("voisinage",))
    make_mediator("Quatre", now=NOW, commune=rennes(), modalities=("video", "phone"), languages=["fr", "en"])
    make_mediator("Cinq", now=NOW, cpmn_member=False)
    said = options(search(client, asked))
    assert len(said) > 12
    assert said == [(address, search(client, address).count("<article")) for address, _number in said]


def test_what_finds_nobody_is_said_and_leads_nowhere(client: Client) -> None:
    make_mediator(now=NOW, modalities=("phone",))
    make_specialty("travail")
    page = search(client, "lieu=Paris")
    assert '<span class="filter is-dead">Visio <span class="count">0</span></span>' in page
    assert '<span class="filter is-dead">Travail <span class="count">0</span></span>' in page
    assert all("modalite=visio" not in address for address in links(page))


def test_every_way_out_leads_to_as_many_as_it_says(client: Client) -> None:
    versailles = make_commune("78646", "Versailles", "78", ["78000"], 84_000, 48.8, 2.13)
    make_mediator("Un", now=NOW, modalities=("phone",), specialties=("famille",))
    make_mediator("Deux", now=NOW, commune=versailles, modalities=("in_person",), specialties=("voisinage",))
    page = search(client, "lieu=Paris&rayon=10&modalite=presentiel&specialite=voisinage&langue=fr")
    assert "Personne avec tous ces critères" in page
    ways = re.findall(r'class="button button-secondary" href="([^"]*)">([^<]*) \((\d+)\)</a>', page)
    assert [label for _url, label, _number in ways] == ["Chercher à 30 km", "Sans aucun filtre"]
    for url, _label, number in ways:
        assert search(client, url.replace("&amp;", "&").removeprefix("?")).count("<article") == int(number)


def test_the_map_shows_who_may_have_a_point_and_nobody_else(client: Client) -> None:
    bob = make_mediator(now=NOW)
    dan = make_mediator("Dan Roux", now=NOW, cpmn_member=False)
    page = search(client, "lieu=Paris")
    assert re.findall(r'id="m-([^"]*)" data-point="([^"]*)"', page) == [(bob.slug, "48.8566,2.3522")]
    assert f'id="m-{dan.slug}"' in page
    assert page.count("<result-map") == 1


def test_without_a_point_there_is_no_map(client: Client) -> None:
    make_mediator("Dan Roux", now=NOW, cpmn_member=False)
    assert "<result-map" not in search(client, "lieu=Paris")


def test_the_map_is_told_of_one_page_only(client: Client) -> None:
    for number in range(23):
        make_mediator(f"Médiateur {number}", now=NOW, modalities=("phone",))
    assert search(client, "lieu=Paris").count("data-point=") == 20
    assert search(client, "lieu=Paris&page=2").count("data-point=") == 3


def test_without_javascript_the_map_is_not_promised(client: Client) -> None:
    make_mediator(now=NOW)
    assert re.search(r"<result-map[^>]* hidden", search(client, "lieu=Paris"))


def test_a_point_of_the_map_is_a_place_to_search(client: Client) -> None:
    make_mediator(now=NOW)
    page = search(client, "lieu=48.857,2.352&rayon=10")
    assert "Médiateurs autour de Paris (75)" in page
    assert "Bob Durand" in page


def test_a_filter_in_force_can_be_taken_away(client: Client) -> None:
    make_mediator(now=NOW)
    page = search(client, "lieu=Paris&modalite=telephone&langue=fr")
    assert "?lieu=Paris&langue=fr" in links(page)
    assert "?lieu=Paris&modalite=telephone" in links(page)


def test_the_part_is_what_the_page_holds(client: Client) -> None:
    make_mediator(now=NOW)
    whole = client.get("/mediateurs/?lieu=Paris&modalite=visio")
    part = client.get("/mediateurs/?lieu=Paris&modalite=visio", headers=HTMX)
    assert "HX-Request" in part["Vary"]
    inner = re.sub(r"<title>.*?</title>", "", part.content.decode(), flags=re.DOTALL)
    assert (
        inner.split()
        == whole.content.decode().split('hx-push-url="true">', 1)[1].split('</div>\n<div class="columns')[0].split()
    )


def test_namesakes_are_asked_which_one(client: Client) -> None:
    make_commune("93066", "Saint-Denis", "93", ["93200"], 110_000, 48.93, 2.35)
    make_commune("97411", "Saint-Denis", "974", ["97400"], 150_000, -20.88, 55.45, "Indian/Reunion")
    page = search(client, "lieu=st denis&modalite=visio")
    assert "Laquelle ?" in page
    assert {"?lieu=93066&modalite=visio", "?lieu=97411&modalite=visio"} <= set(links(page))


def test_an_unknown_commune_is_said_and_the_alike_are_offered(client: Client) -> None:
    rennes()
    page = search(client, "lieu=Rennesse&modalite=visio")
    assert "<title>Erreur : " in page
    assert "Nous ne connaissons pas de commune « Rennesse »" in page
    assert 'value="Rennesse"' in page
    assert "?lieu=35238&modalite=visio" in links(page)


@pytest.mark.parametrize(
    "query",
    [
        "lieu=%00&specialite=%00&modalite=%00&langue=%00", "page=-3&rayon=abc&tri=x&delai=9", "lieu=999,999",
        "page=99999999999999999999", "rayon=%C2%B2&page=%D9%A3", "lieu=" + "x" * 5000, "specialite=nulle&langue=xx",
        "lieu=%3Cscript%3Ealert(1)%3C/script%3E", "lieu=(&modalite=presentiel", "lieu=48.85,2.35",
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_answered_calmly(client: Client, query: str) -> None:
    make_commune()
    answer = client.get(f"/mediateurs/?{query}")
    assert answer.status_code == 200
    assert "<script>alert" not in text(answer)


def test_nobody_found_says_where_somebody_is(client: Client) -> None:
    make_mediator(now=NOW, specialties=("famille",))
    make_specialty("travail")
    rennes()
    page = search(client, "lieu=Rennes&modalite=presentiel&specialite=famille")
    assert "Personne avec tous ces critères" in page
    assert "En visio, partout en France (1)" in page
    assert "Chercher à 200 km" not in page  # Paris is farther than that: a way out that leads nowhere is not shown
    assert "?lieu=Rennes&specialite=famille&modalite=visio" in links(page)


def test_nobody_soon_enough_offers_other_dates(client: Client) -> None:
    bob = make_mediator(now=NOW, modalities=("phone",))
    Service.objects.filter(mediator=bob).update(notice_minutes=10 * 24 * 60)
    refresh(bob, NOW)
    page = search(client, "lieu=Paris&delai=3")
    assert "À d’autres dates (1)" in page
    assert "?lieu=Paris" in links(page)


def test_a_bare_listing_shows_no_slot_nor_distance(client: Client) -> None:
    dan = make_mediator("Dan Roux", now=NOW, cpmn_member=False)
    page = search(client, "lieu=Paris")
    assert dan.slug in page
    assert "La réservation en ligne n’est pas proposée" in page
    assert "creneau=" not in page
    assert ", à " not in page.split("Dan Roux")[1].split("</article>")[0]


@pytest.mark.parametrize("standing", [{"capm_verified": False}, {"suspended_at": NOW}])
def test_who_is_not_listed_is_nowhere(client: Client, standing: dict[str, Any]) -> None:
    bob = make_mediator(now=NOW, **standing)
    assert "Bob Durand" not in search(client, "lieu=Paris")
    assert client.get(f"/mediateurs/{bob.slug}/").status_code == 404


def test_full_is_said(client: Client) -> None:
    bob = make_mediator(now=NOW, modalities=("phone",))
    Opening.objects.filter(mediator=bob).delete()
    refresh(bob, NOW)
    page = search(client, "lieu=Paris")
    assert "Bob Durand" not in page or "Complet sur les dates ouvertes" in page


def test_times_are_in_the_readers_zone_by_phone_with_the_other_clock(client: Client) -> None:
    make_mediator(now=NOW, modalities=("phone",))
    client.cookies["tz"] = "America/Martinique"
    page = search(client, "lieu=Paris")
    assert re.search(r"à \d+ h( 30)?</a> <span class=\"small muted\">\(\d+ h( 30)? à Paris\)", page)


def test_times_on_the_spot_are_those_of_the_place(client: Client) -> None:
    make_mediator(now=NOW, modalities=("in_person",))
    client.cookies["tz"] = "America/Martinique"
    assert re.search(r"\(\d+ h( 30)? à Fort-de-France\)", search(client, "lieu=Paris&modalite=presentiel"))


def test_without_a_browsers_zone_the_searched_place_tells_it(client: Client) -> None:
    make_mediator(now=NOW, commune=make_commune(), modalities=("phone",))
    fort_de_france()
    assert "à Paris)" in search(client, "lieu=Fort-de-France&modalite=telephone")


def test_a_mediator_with_two_offices_is_one_card(client: Client) -> None:
    bob = make_mediator(now=NOW)
    make_office(bob, rennes())
    refresh(bob, NOW)
    assert search(client, "lieu=Paris").count("<article") == 1


def test_the_page_costs_the_same_for_one_three_and_two_hundred(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            search(client, "lieu=Paris")
        return len(captured)

    make_mediator(now=NOW)
    search(client, "lieu=Paris")
    few = queries()
    for number in range(2):
        make_mediator(f"Médiateur {number}", now=NOW)
    assert queries() == few
    bob = Mediator.objects.all()[0]
    several(bob, 200)
    assert search(client, "lieu=Paris").count("<article") == 20
    assert queries() == few
    assert few < 16


def several(bob: Mediator, number: int) -> None:
    """As many more with the rows of Bob, without the time it takes to make them one by one."""
    rows = list(Availability.objects.filter(mediator=bob))
    users = User.objects.bulk_create(User(email=f"m{one}@example.org", name=f"M {one}") for one in range(number))
    shared = {name: getattr(bob, name) for name in ("languages", "capm_verified", "cpmn_member")}
    people = Mediator.objects.bulk_create(
        Mediator(user=user, slug=f"m-{user.pk}", name=user.name, **shared) for user in users
    )
    for row in rows:
        fields = {field.attname: getattr(row, field.attname) for field in row._meta.fields if not field.primary_key}
        Availability.objects.bulk_create(Availability(**(fields | {"mediator_id": person.pk})) for person in people)
    listing.refresh([person.pk for person in people])


def test_a_booked_slot_is_no_longer_listed(client: Client) -> None:
    bob = make_mediator(now=NOW, modalities=("phone",))
    first = next(link for link in links(search(client, "lieu=Paris")) if "creneau=" in link)
    start = datetime.fromisoformat(first.split("creneau=")[1].split("#")[0].replace("%3A", ":"))
    book(bob, start, now=NOW)
    assert f"creneau={first.split('creneau=')[1]}" not in " ".join(links(search(client, "lieu=Paris")))


def test_communes_are_completed_in_html(client: Client) -> None:
    rennes()
    make_commune("35051", "Cesson-Sévigné", "35", ["35510"], 18_000, 48.12, -1.6)
    assert text(client.get("/lieux/?q=renn")).strip() == (
        '<li role="option" data-code="35238" data-label="Rennes (35)">Rennes <span class="muted">35</span></li>'
    )
    assert "Cesson-Sévigné" in text(client.get("/lieux/?q=cesson sev"))
    assert text(client.get("/lieux/?q=35")).count("<li") == 2
    assert text(client.get("/lieux/?q=%00")).strip() == ""
    assert text(client.get("/lieux/")).strip() == ""


def test_english_pages_speak_english_dates(client: Client) -> None:
    make_mediator(now=NOW)
    page = text(client.get("/en/mediateurs/?lieu=Paris"))
    assert 'lang="en"' in page
    assert re.search(r"(Mon|Tue|Wed|Thu|Fri) \d+ (Nov|Dec|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct)", page)
