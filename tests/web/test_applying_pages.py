"""Becoming a mediator, page by page: each step saved, resumed, refused with what was typed; sent once, then closed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda import applying, verifying
from allomediateur.agenda.models import Service
from allomediateur.directory.models import Application, Credential, Decision, Mediator, Office
from allomediateur.notify.models import Letter
from tests.agenda.standings import make_staff
from tests.factories import make_commune, make_mediator, make_user
from tests.web.drafting import LIST, begin, complete, tell, telling
from tests.web.signing_in import enter, text
from tests.web.times import NOW

pytestmark = pytest.mark.django_db
STEPS = [*applying.Step]


@pytest.fixture
def nora(client: Client) -> Mediator:
    return begin(client)


def test_the_way_in_is_open_to_all_and_says_who_where_and_what() -> None:
    page = text(Client().get("/devenir-mediateur/"))
    for words in ("Titulaire du CAP’M", "membre de la CPMN", "cinq jours ouvrés", "À préparer", "Créer un compte"):
        assert words in page
    assert "Become a mediator" in text(Client().get("/en/devenir-mediateur/"))


def test_one_begins_once_and_comes_back_to_it(client: Client) -> None:
    enter(client, make_user("nora@example.org", name="Nora"))
    assert "Commencer ma candidature" in text(client.get("/devenir-mediateur/"))
    assert client.get(LIST)["Location"] == reverse("apply")
    for _ in range(2):
        assert client.post(reverse("apply_start"))["Location"] == LIST
    assert Application.objects.count() == 1
    assert "Reprendre ma candidature" in text(client.get("/devenir-mediateur/"))


@pytest.mark.parametrize("role", [User.Role.STAFF, User.Role.SECRETARY])
def test_who_works_here_does_not_apply_with_that_account(client: Client, role: str) -> None:
    enter(client, make_user("sam@example.org", role=role))
    assert "candidatez avec un compte à votre nom" in text(client.post(reverse("apply_start"), follow=True))
    assert not Mediator.objects.exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_saved_alone_shown_again_and_leads_to_the_next(client: Client, nora: Mediator, step: str) -> None:
    told = telling()[step]
    answer = tell(client, step, told)
    after = {"lieux": "lieux", "prestations": "prestations", "presentation": ""}
    following = after.get(step, STEPS[min(STEPS.index(applying.Step(step)) + 1, 11)])
    assert answer["Location"] == (f"{LIST}{following}/" if following else LIST)
    done = {one.step for one in applying.progress(Mediator.objects.get(pk=nora.pk)) if one.done}
    assert step in done
    page = text(client.get(f"{LIST}{step}/"))
    for name, value in told.items():
        if isinstance(value, str) and value not in ("", "on") and name not in ("town", "phone"):
            assert value in page, name
    assert client.get(f"{LIST}{step}/").headers["Cache-Control"].count("no-store") == 1


def test_the_list_says_what_is_left_and_leads_to_the_first_of_it(client: Client, nora: Mediator) -> None:
    page = text(client.get(LIST))
    assert "Il reste 7 étapes" in page
    assert f'<a class="button" href="{LIST}identite/">' in page
    assert "Envoyer ma candidature" not in page
    for step in ("identite", "certificat"):
        tell(client, step, telling()[step])
    page = text(client.get(LIST))
    assert ("Il reste 5 étapes" in page, f'<a class="button" href="{LIST}ethique/">' in page) == (True, True)


WRONG: list[tuple[str, dict[str, Any], str, str]] = [
    ("identite", {"name": "", "phone": "06 39 98 00 07"}, "Écrivez votre prénom", "06 39 98 00 07"),
    ("identite", {"name": "Nora", "phone": "12"}, "pas complet", 'value="Nora"'),
    ("certificat", {"number": "C-77", "year": "1998"}, "de 1999 à", 'value="C-77"'),
    ("certificat", {"number": "C-77", "year": str(NOW.year + 1)}, "de 1999 à", 'value="C-77"'),
    ("certificat", {"number": "C-77", "year": "2015"}, "Choisissez le document", 'value="C-77"'),
    ("adhesion", {"number": "A-1", "valid_until": "2001-01-01"}, "Cette date est passée", 'value="A-1"'),
    ("adhesion", {"number": "A-1", "valid_until": "demain"}, "Écrivez la date ainsi", 'value="A-1"'),
    ("adhesion", {"number": "A-1", "valid_until": "2999-01-01"}, "trop lointaine", 'value="A-1"'),
    ("assurance", {"number": "P-9"}, "Écrivez le nom de l’assureur", 'value="P-9"'),
    ("formation", {"issuer": "École"}, "jusqu’à quand", 'value="École"'),
    ("ethique", {}, "Cochez la case", "CODEOME"),
    ("specialites", {}, "Cochez au moins une spécialité", "Spécialités"),
    ("specialites", {"specialties": ["999999"]}, "valide", "Spécialités"),
    ("langues", {"video_room": "https://visio.example.org/x"}, "Cochez au moins une langue", "visio.example.org/x"),
    ("langues", {"languages": ["fr"], "video_room": "http://visio.example.org/x"}, "https", "http://visio.example.org"),
    ("langues", {"languages": ["xx"]}, "valide", "Langues"),
    ("prestations", {"name_fr": "Appel", "minutes": "3", "price": "0", "modalities": ["phone"]}, "de 5 à 720", "Appel"),
    ("prestations", {"name_fr": "Appel", "minutes": "30", "price": "x", "modalities": ["phone"]}, "62,50", "Appel"),
    ("prestations", {"name_fr": "Appel", "minutes": "30", "price": "0"}, "Cochez au moins une manière", "Appel"),
    ("prestations", {"name_fr": "Appel", "minutes": "30", "price": "0", "modalities": ["video"]}, "salle", "Appel"),
    ("photo", {}, "Choisissez une photo", "Votre photo"),
    ("presentation", {"presentation_fr": ""}, "Écrivez quelques phrases", "Présentation"),
    ("presentation", {"presentation_fr": "x" * 2001}, "2 000 caractères au plus", "xxx"),
]


@pytest.mark.parametrize(("step", "told", "sentence", "kept"), WRONG)
def test_what_is_wrong_is_explained_what_was_typed_stays_and_nothing_is_saved(
    client: Client, nora: Mediator, step: str, told: dict[str, Any], sentence: str, kept: str
) -> None:
    before = applying.progress(nora)
    answer = tell(client, step, told)
    page = text(answer)
    assert answer.status_code == 422
    assert "<title>Erreur :" in page
    for words in (sentence, kept):
        assert words in page
    assert applying.progress(Mediator.objects.get(pk=nora.pk)) == before


def test_an_optional_step_may_be_passed(client: Client, nora: Mediator) -> None:
    page = text(client.get(f"{LIST}adhesion/"))
    assert f'href="{LIST}assurance/">Passer cette étape' in page
    assert "Passer cette étape" not in text(client.get(f"{LIST}certificat/"))


def test_an_unknown_step_is_not_there(client: Client, nora: Mediator) -> None:
    assert client.get(f"{LIST}rien/").status_code == 404
    assert client.post(f"{LIST}identite/", {"acte": "retirer"}).status_code == 404


def test_a_claim_is_corrected_without_sending_its_paper_again_and_withdrawn(client: Client, nora: Mediator) -> None:
    tell(client, "certificat", telling()["certificat"])
    tell(client, "certificat", {"number": "C-13", "year": "2016"})
    claim = Credential.objects.get(mediator=nora, state="claimed")
    assert (claim.number, claim.document.name) == ("C-13", "certificat.pdf")
    tell(client, "certificat", {"acte": "retirer"})
    assert not Credential.objects.filter(mediator=nora, state="claimed").exists()


def test_the_same_office_and_service_sent_twice_are_one(client: Client, nora: Mediator) -> None:
    for _ in range(2):
        for step in ("lieux", "langues", "prestations"):
            assert tell(client, step, telling()[step]).status_code == 302
    assert (Office.objects.count(), Service.objects.count()) == (1, 1)
    assert Office.objects.get().is_main


def test_offices_have_one_main_place_and_others_may_go(client: Client, nora: Mediator) -> None:
    told = telling()["lieux"]
    tell(client, "lieux", told)
    tell(client, "lieux", told | {"name": "Atelier", "address": "8 rue du Puits", "is_main": "on"})
    first, second = Office.objects.order_by("pk")
    assert (first.is_main, second.is_main) == (False, True)
    kept = client.post(f"{LIST}lieux/?lieu={second.pk}", {"acte": "retirer"}, follow=True)
    assert "un autre lieu principal" in text(kept)
    client.post(f"{LIST}lieux/?lieu={first.pk}", {"acte": "retirer"})
    assert list(Office.objects.all()) == [second]
    assert client.get(f"{LIST}lieux/?lieu={first.pk}").status_code == 404


ABROAD = {"name": "Cabinet", "address": "Rue Haute 1", "postal_code": "1000", "city": "Bruxelles",
          "country": "Belgique", "point": "50.8467, 4.3525", "zone": "Europe/Brussels"}  # fmt: skip


def test_an_office_outside_france_has_its_own_point_clock_and_holidays(client: Client, nora: Mediator) -> None:
    assert tell(client, "lieux", ABROAD).status_code == 302
    one = Office.objects.get()
    assert (one.commune, one.city, one.zone, one.territory) == (None, "Bruxelles", "Europe/Brussels", "BE")
    assert (one.lat, one.lon) == (50.8467, 4.3525)
    assert "50.8467, 4.3525" in text(client.get(f"{LIST}lieux/?lieu={one.pk}"))
    make_commune()
    client.post(f"{LIST}lieux/?lieu={one.pk}", telling()["lieux"])
    one.refresh_from_db()
    assert (one.city, one.territory, one.zone, one.commune_id) == ("", "", "Europe/Paris", "75056")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"city": ""}, "Écrivez la ville"), ({"country": ""}, "Écrivez le pays"),
        ({"point": "au coin"}, "la latitude puis la longitude"), ({"point": "95, 4"}, "la latitude puis la longitude"),
        ({"zone": ""}, "Choisissez l’heure locale"), ({"zone": "Mars/Base"}, "Heure locale"),
        ({"territory": "ZZ"}, "BE, LU, CH-GE"), ({"town": "Nullepart"}, "n’est pas connue"),
        ({"town": "", "city": "", "country": "", "point": ""}, "Écrivez la commune, ou ouvrez"),
    ],
)  # fmt: skip
def test_an_office_that_is_nowhere_is_explained(
    client: Client, nora: Mediator, change: dict[str, str], sentence: str
) -> None:
    answer = tell(client, "lieux", ABROAD | change)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Office.objects.exists()


def test_the_address_of_a_draft_follows_its_name_that_of_a_known_page_does_not(client: Client, nora: Mediator) -> None:
    tell(client, "identite", {"name": "Inès Grand", "phone": "06 39 98 00 07"})
    nora.refresh_from_db()
    assert nora.slug == "ines-grand"
    bob = make_mediator(now=NOW)
    enter(client, bob.user)
    client.post("/mediateur/profil/identite/", {"name": "Bob Autre", "phone": "06 39 98 00 07"})
    changed = Mediator.objects.get(pk=bob.pk)
    assert (changed.name, changed.slug) == ("Bob Autre", bob.slug)


def test_the_preview_is_the_page_without_anything_to_press(client: Client, nora: Mediator) -> None:
    page = text(client.get(f"{LIST}apercu/"))
    assert ("sans adhésion ni assurance" in page, "noindex" in page) == (True, True)
    complete(client)
    page = text(client.get(f"{LIST}apercu/"))
    for words in ("Je vous reçois.", "Premier contact", "3 rue du Puits", f"{LIST}photo.jpg?v=", "Vous seul le voyez"):
        assert words in page
    for words in ("Réserver", 'action="/rendez-vous', '<form method="post" action="/rendez-vous', "06 39 98"):
        assert words not in page


def test_a_whole_application_is_sent_once_and_closed(client: Client, nora: Mediator) -> None:
    early = client.post(reverse("apply_submit"))
    assert early["Location"] == f"{LIST}identite/"
    assert "Il manque encore quelque chose : « Qui êtes-vous ? »" in text(client.get(LIST))
    complete(client)
    for _ in range(2):
        assert client.post(reverse("apply_submit"))["Location"] == LIST
    assert Letter.objects.filter(kind="application_received").count() == 1
    assert Decision.objects.filter(kind="submitted").count() == 1
    page = text(client.get(LIST))
    assert ("cinq jours ouvrés" in page, "Envoyer ma candidature" in page) == (True, False)
    for step in STEPS:
        assert client.get(f"{LIST}{step}/")["Location"] == LIST
        assert tell(client, step, {"name": "Autre", "acte": "retirer"})["Location"] == LIST
    nora.refresh_from_db()
    assert (nora.name, Credential.objects.filter(state="claimed").count()) == ("Nora Villemin", 4)


def test_what_staff_ask_is_on_top_and_is_answered(client: Client, nora: Mediator) -> None:
    complete(client)
    client.post(reverse("apply_submit"))
    sam = make_staff()
    verifying.ask_more(Application.objects.get(), text="La page 2 <b>manque</b>", by=sam, now=NOW)
    page = text(client.get(LIST))
    assert "La page 2 &lt;b&gt;manque" in page
    assert tell(client, "certificat", telling()["certificat"]).status_code == 302
    client.post(reverse("apply_submit"))
    assert Application.objects.get().state == "submitted"


def test_a_refusal_says_why_and_whom_to_write_to(client: Client, nora: Mediator) -> None:
    complete(client)
    client.post(reverse("apply_submit"))
    decision = verifying.propose(nora, Decision.Kind.REFUSED, reason="Pas de certificat", by=make_staff(), now=NOW)
    verifying.confirm(decision, by=make_staff("Eve"), now=NOW)
    page = text(client.get(LIST))
    for words in ("Pas de certificat", f'<a href="{reverse("support")}">écrivez-nous</a>'):
        assert words in page
    assert client.post(reverse("apply_submit"))["Location"] == LIST
    assert Application.objects.get().state == "refused"


def test_accepted_one_enters_by_a_second_factor_and_finds_the_profile(client: Client, nora: Mediator) -> None:
    complete(client)
    client.post(reverse("apply_submit"))
    sam = make_staff()
    for claim in Credential.objects.filter(state="claimed"):
        verifying.judge(claim, accepted=True, by=sam, now=NOW)
    verifying.accept(Application.objects.get(), by=sam, now=NOW)
    user = User.objects.get(pk=nora.user_id)
    assert user.role == User.Role.MEDIATOR
    assert "second-facteur" in client.get(LIST)["Location"]
    enter(client, user)
    assert client.get(LIST)["Location"] == reverse("mediator_profile")
    page = text(client.get(reverse("mediator_profile")))
    for words in ("Votre fiche paraît", "Vérifiée, jusqu’au", "Vérifiée."):
        assert words in page


def test_the_list_of_steps_costs_few_queries(
    client: Client, nora: Mediator, django_assert_max_num_queries: Any
) -> None:
    complete(client)
    with django_assert_max_num_queries(24):
        client.get(LIST)
