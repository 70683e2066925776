"""/dois-je-tenter/ and the calculators: one question a screen, nothing kept, and what cannot be is said."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from allomediateur.law.asking import BY_ID
from tests.web.digest import changed, digest
from tests.web.paths import get, text

pytestmark = pytest.mark.django_db

CHECKER = "/dois-je-tenter/"
OTHER_LANGUAGE = re.compile(r'<form id="autre-langue" method="post" action="([^"]+)"(.*?)</form>', re.DOTALL)
TOLD: dict[str, Any] = {
    "violence": "no", "date": "not_yet", "parties": "individuals", "court": "judiciaire", "territory": "metropole",
    "procedure": "ordinary", "subjects": "none_of_these", "claim_amount": "a_sum", "sum": "1 200",
    "exemptions": "none_of_these", "attempt": "none",
}  # fmt: skip


def answered(client: Client, question: str, **told: Any) -> Any:
    """That question's screen sent, with the answers before it."""
    sent = {name: value for name, value in (TOLD | told).items() if value is not None}
    return client.post(CHECKER, sent | {"question": question})


def asked(response: Any) -> str:
    """The question of a screen; empty on the answer."""
    found = re.search(r'name="question" value="(\w+)"', text(response))
    return "" if "La réponse" in text(response) or found is None else found[1]


def walk(client: Client, told: dict[str, Any]) -> tuple[list[str], Any]:
    """The questions asked one after the other, as a browser without JavaScript sends them, and the answer."""
    response, seen = client.post(CHECKER), []
    while question := asked(response):
        seen.append(question)
        form = OTHER_LANGUAGE.sub("", text(response))
        hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
        sent: dict[str, Any] = {}
        for name, value in hidden:
            sent.setdefault(name, []).append(value)
        for name in (question, *(name for name, _ in BY_ID[question].typed)):
            sent |= {name: told[name]} if name in told else {}
        response = client.post(CHECKER, sent)
        assert response.status_code == 200, text(response)
    return seen, response


def test_every_question_leads_to_an_answer_with_its_reasons(client: Client) -> None:
    seen, answer = walk(client, TOLD)
    assert seen == [
        "violence", "date", "parties", "court", "territory", "procedure", "subjects", "claim_amount", "exemptions",
        "attempt",
    ]  # fmt: skip
    page = text(answer)
    assert "Oui, il faut une tentative avant de saisir le juge" in page
    assert "5 000 € ou moins" in page
    assert "décret n° 2023-357" in page
    assert "Relu le 29 novembre 2026 d’après nos notes, pas encore comparé avec le texte officiel." in page
    assert (
        'href="https://www.legifrance.gouv.fr/search/all?tab_selection=all&amp;searchField=ALL&amp;query=750-1+' in page
    )
    assert "Saisir un conciliateur de justice" in page
    assert 'href="/mediateurs/"' in page
    assert 'href="/saisine/"' in page


def test_the_answer_repeats_what_was_said(client: Client) -> None:
    seen, answer = walk(client, TOLD | {"date": "on_day", "day": "24/11/2026"})
    said = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text(answer)))
    assert len(said) == len(seen)
    assert (said["Combien demandez-vous ?"], said["Le juge est-il déjà saisi ?"]) == ("1 200 €", "24 novembre 2026")
    assert said["Êtes-vous dans un de ces cas ?"] == "Rien de tout cela"


@pytest.mark.parametrize(
    ("question", "english"),
    [("court", "Before which court?"), ("attempt", "Yes, an attempt is needed before going to court")],
)
def test_the_other_language_keeps_what_was_said(client: Client, question: str, english: str) -> None:
    """In the middle, and on the answer."""
    page = text(answered(client, question)) if question == "attempt" else text(answered(client, "parties", court=None))
    form = OTHER_LANGUAGE.search(page)
    assert form
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[2]):
        sent.setdefault(name, []).append(value)
    again = client.post(form[1], sent)
    assert (again.status_code, english in text(again)) == (200, True)
    assert 'name="parties" value="individuals"' in text(again)
    assert 'form="autre-langue"' in text(again)


def test_one_may_never_know(client: Client) -> None:
    seen, answer = walk(client, dict.fromkeys(BY_ID, "unknown"))
    assert "conciliator" not in seen
    assert "Nous ne pouvons pas l’affirmer" in text(answer)
    assert "Il nous manque" in text(answer)


def test_what_changes_nothing_is_not_asked(client: Client) -> None:
    told = TOLD | {"parties": "companies", "court": "commerce"}
    seen, answer = walk(client, told)
    assert {"subjects", "exemptions", "attempt"}.isdisjoint(seen)
    assert "claim_amount" in seen
    assert "Non, une tentative n’est pas obligatoire" in text(answer)


def test_the_conciliators_days_are_asked_when_they_decide(client: Client) -> None:
    told = TOLD | {"exemptions": ["conciliator_delay"], "referred": "15/01/2026", "meeting": "16/04/2026"}
    seen, answer = walk(client, told)
    assert "conciliator" in seen
    assert "vous êtes dispensé" in text(answer)
    assert "required" not in text(answer)


@pytest.mark.parametrize("parties", ["family", "individuals"])
def test_with_violence_the_helplines_are_there_and_nothing_is_pushed(client: Client, parties: str) -> None:
    _, answer = walk(client, TOLD | {"violence": "yes", "parties": parties})
    page = text(answer).split("<main")[1].split("</main>")[0]
    assert "3919" in page
    assert "/mediateurs/" not in page
    assert "/saisine/" not in page


@pytest.mark.parametrize(
    ("question", "told", "said"),
    [
        ("violence", {"violence": None}, "Choisissez une réponse."),
        ("violence", {"violence": "maybe"}, "Choisissez une réponse."),
        ("date", {"date": "on_day"}, "Écrivez le jour"),
        ("date", {"date": "on_day", "day": "31/02/2026"}, "Ce jour n’existe pas"),
        ("date", {"date": "not_yet", "day": "01/02/2026"}, "Gardez l’une des deux"),
        ("claim_amount", {"sum": None}, "Écrivez la somme"),
        ("claim_amount", {"sum": "-5"}, "Nous ne comprenons pas ce montant"),
        ("claim_amount", {"sum": "1,200"}, "Nous hésitons"),
        ("subjects", {"subjects": ["boundary", "unknown"]}, "ne va pas avec une autre réponse"),
        ("court", {"parties": "family", "court": "commerce"}, "Ce tribunal ne juge pas ce litige"),
    ],
)
def test_an_answer_that_cannot_be_is_said_and_kept(
    client: Client, question: str, told: dict[str, Any], said: str
) -> None:
    response = answered(client, question, **told)
    assert response.status_code == 422
    assert asked(response) == question
    assert said in text(response)
    assert "<title>Erreur :" in text(response)
    for value in (told.get("day"), told.get("sum")):
        assert value is None or f'value="{value}"' in text(response)


@pytest.mark.parametrize(
    ("question", "told", "said"),
    [
        ("exemptions", {"exemptions": ["none_of_these", "urgency"]}, "ne va pas avec une autre réponse"),
        ("date", {"date": "on_day"}, "Écrivez le jour"),
        ("date", {"date": "not_yet", "day": "01/02/2022"}, "Gardez l’une des deux"),
        ("court", {"parties": "family", "court": "commerce"}, "Ce tribunal ne juge pas ce litige"),
        ("claim_amount", {"sum": "mille"}, "Nous ne comprenons pas ce montant"),
    ],
)
def test_an_earlier_answer_that_cannot_be_is_asked_again_with_why(
    client: Client, question: str, told: dict[str, Any], said: str
) -> None:
    """Nobody looks at it again on the way: the form was made up, or an older one was sent."""
    response = answered(client, "attempt", **told)
    assert (response.status_code, asked(response), said in text(response)) == (422, question, True)


def test_going_back_keeps_every_answer(client: Client) -> None:
    response = answered(client, "claim_amount", retour="1")
    page = text(response)
    assert asked(response) == "subjects"
    assert 'name="sum" value="1 200"' in page
    assert 'name="attempt" value="none"' in page
    assert re.search(r'value="none_of_these" checked', page)


def test_the_answer_leads_back_to_the_last_question(client: Client) -> None:
    response = answered(client, "attempt", revoir="1")
    assert asked(response) == "attempt"


def test_nothing_is_kept_nor_shown_in_an_address(client: Client) -> None:
    before = digest()
    _, answer = walk(client, TOLD)
    assert [*changed(before)] == []
    assert Session.objects.count() == 0
    assert "sessionid" not in client.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "?" not in re.findall(r'<form method="post"[^>]*>', text(answer))[0]


def test_made_up_forms_are_no_error_of_ours(client: Client) -> None:
    for sent in ({"question": "nothing"}, {"question": "attempt"}, {"question": "conciliator", "referred": "\x00"}):
        assert client.post(CHECKER, sent).status_code in (200, 422)


def test_in_english(client: Client) -> None:
    page = text(client.post("/en/dois-je-tenter/", TOLD | {"question": "attempt"}))
    assert "€5,000 or less" in page
    assert "29 November 2026" in page


@pytest.mark.parametrize(
    ("slug", "told", "said"),
    [
        (
            "prescription",
            {"expires": "10/01/2026", "agreed": "1er janvier 2026", "ended": "31/08/2026"},
            "28 février 2027",
        ),
        ("consommation", {"complained": "29/02/2024"}, "28 février 2025"),
        ("administration", {"decided": "15/01/2026"}, "16 mars 2026"),
        ("mediation-ordonnee", {"ordered": "01/09/2025", "began": "30/09/2025"}, "30 mai 2026"),
    ],
)
def test_a_calculator_explains_its_days(client: Client, slug: str, told: dict[str, str], said: str) -> None:
    response = client.post(f"/informations/calculs/{slug}/", told)
    assert response.status_code == 200
    assert said in text(response)
    assert "Légifrance" in text(response)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "Écrivez le jour"),
        ({"expires": "31/02/2026", "ended": "01/01/2026"}, "Ce jour n’existe pas"),
        ({"expires": "10/01/2026", "ended": "01/01/2026"}, "Écrivez le jour de l’accord écrit"),
        ({"expires": "10/01/2026", "agreed": "02/01/2026", "ended": "01/01/2026"}, "finirait avant"),
        ({"expires": "10/01/1950", "agreed": "02/01/1950", "ended": "01/02/1950"}, "aussi ancienne"),
    ],
)
def test_a_calculator_says_what_cannot_be_and_keeps_it(client: Client, told: dict[str, str], said: str) -> None:
    response = client.post("/informations/calculs/prescription/", told)
    assert response.status_code == 422
    assert said in text(response)
    assert all(f'value="{value}"' in text(response) for value in told.values())


def test_a_calculator_that_does_not_exist(client: Client) -> None:
    assert client.get("/informations/calculs/impots/").status_code == 404


def test_home_leads_to_the_checker_and_the_checker_to_the_calculators(client: Client) -> None:
    assert f'href="{CHECKER}"' in get(client, "/")
    assert 'href="/informations/calculs/"' in get(client, CHECKER)
