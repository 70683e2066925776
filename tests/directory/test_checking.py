"""Each line of a roster: what it says, checked, or one sentence that says how to mend it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allomediateur.accounts.models import User
from allomediateur.directory import checking, rosters
from allomediateur.directory.checking import Line
from allomediateur.directory.models import Redirect
from tests.agenda.standings import make_claim
from tests.factories import NOW, make_commune, make_mediator, make_specialty, make_user

pytestmark = pytest.mark.django_db
WHOLE = {
    "nom": "Claire Berthier",
    "email": "Claire@Example.org",
    "telephone": "06 39 98 00 01",
    "certificat": "C-1",
    "annee": "2015",
    "adhesion": "31/12/2027",
    "assurance": "2027-06-30",
    "specialites": "Famille | succession",
    "langues": "français|English|es",
    "adresse": "1 rue de la Paix",
    "code_postal": "75 011",
    "commune": "PARIS 11",
    "presentation": "Bonjour.\r\nJe reçois.",
    "ancienne_adresse": "https://ancien.example/annuaire/claire%20b/?x=1",
}


@pytest.fixture(autouse=True)
def country() -> None:
    make_commune()
    make_commune("75111", "Paris 11e Arrondissement", "75", ["75011"], 140_000, 48.859, 2.38)
    make_commune("35238", "Rennes", "35", ["35000", "35200"], 225_000, 48.11, -1.68)
    make_commune("01004", "Ambérieu-en-Bugey", "01", ["01500"], 14_000, 45.96, 5.36)
    make_commune("76351", "Le Havre", "76", ["76600"], 165_000, 49.5, 0.12)
    for slug in ("famille", "succession"):
        make_specialty(slug)


def check(*lines: dict[str, str]) -> list[Line]:
    return checking.check([rosters.Raw(number, one, False) for number, one in enumerate(lines, 2)], NOW)


def one(**changes: str) -> Line:
    return check(WHOLE | changes)[0]


def test_a_whole_line_says_all_of_it() -> None:
    assert one() == Line(
        2,
        "Claire Berthier",
        "claire@example.org",
        checking.Person(
            name="Claire Berthier",
            email="claire@example.org",
            phone="+33639980001",
            number="C-1",
            year=2015,
            member_until="2027-12-31",
            insured_until="2027-06-30",
            specialties=["famille", "succession"],
            languages=["fr", "en", "es"],
            address="1 rue de la Paix",
            postal_code="75011",
            commune="75111",
            presentation="Bonjour.\nJe reçois.",
            former="/annuaire/claire b?x=1",
        ),
    )
    assert Line.of(one().plain()) == one()


def test_a_name_and_an_address_are_enough() -> None:
    (line,) = check({"nom": "A", "email": "a@b.fr"})
    assert line.person == checking.Person(name="A", email="a@b.fr", languages=["fr"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nom": " "}, "Écrivez le nom"),
        ({"nom": "x" * 121}, "120 caractères"),
        ({"email": "claire"}, "e-mail"),
        ({"email": ""}, "e-mail"),
        ({"email": "a@b.fr\r\nBcc: c@d.fr"}, "e-mail"),
        ({"email": f"{'a' * 250}@b.fr"}, "e-mail"),
        ({"telephone": "06 12"}, "téléphone"),
        ({"telephone": "=1+1"}, "téléphone"),
        ({"annee": "15"}, "quatre chiffres"),
        ({"annee": "2999"}, "quatre chiffres"),
        ({"annee": "²015"}, "quatre chiffres"),
        ({"certificat": "x" * 61}, "60 caractères"),
        ({"adhesion": "bientôt"}, "« adhesion » est une date"),
        ({"assurance": "31/02/2027"}, "« assurance » est une date"),
        ({"assurance": "31/12/0027"}, "date"),
        ({"specialites": "Famille | Astrologie"}, "« Astrologie »"),
        ({"langues": "klingon"}, "« klingon »"),
        ({"adresse": ""}, "vont ensemble"),
        ({"commune": ""}, "vont ensemble"),
        ({"code_postal": "B-1000"}, "cinq chiffres"),
        ({"commune": "Rennes"}, "n’a pas le code postal 75011"),
        ({"commune": "Paris 12"}, "n’a pas le code postal"),
        ({"presentation": "x" * 2001}, "2000 caractères"),
        ({"ancienne_adresse": "javascript:alert(1)"}, "ancienne adresse"),
        ({"ancienne_adresse": "//evil.example/x"}, "ancienne adresse"),
        ({"ancienne_adresse": "https://ancien.example/"}, "ancienne adresse"),
        ({"ancienne_adresse": "/" + "x" * 400}, "ancienne adresse"),
        ({"ancienne_adresse": "/a\\b"}, "ancienne adresse"),
        ({"ancienne_adresse": "https://ancien.example//evil.example"}, "ancienne adresse"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(changes: dict[str, str], said: str) -> None:
    line = one(**changes)
    assert line.person is None
    assert said in line.problem.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("code", "town", "found"),
    [
        ("75011", "Paris", "75111"),
        ("75001", "Paris", "75056"),
        ("35000", "rennes", "35238"),
        ("76600", "Havre", "76351"),
        ("1500", "Amberieu en Bugey", "01004"),
        ("35042", "RENNES CEDEX", "35238"),
        ("35000", "Rennes Cedex 7", "35238"),
        ("75511", "Paris cedex 11", "75056"),
    ],
)
def test_towns_are_found_as_addresses_write_them(code: str, town: str, found: str) -> None:
    person = one(code_postal=code, commune=town).person
    assert person is not None
    assert person.commune == found


def test_who_is_there_already_is_said_and_not_a_fault() -> None:
    known = make_mediator(user=make_user("claire@example.org", role=User.Role.MEDIATOR))
    line = one()
    assert (line.known, line.person, line.problem) == (True, None, "")
    make_claim(known, "certificate", number="C-9")
    assert "Bob Durand" in one(email="other@example.org", certificat="C-9").problem


def test_an_account_of_somebody_else_is_never_taken() -> None:
    for email, role in (("c@example.org", User.Role.CLIENT), ("s@example.org", User.Role.STAFF)):
        make_user(email, role=role)
        assert "sert déjà à un compte" in one(email=email.upper()).problem


def test_the_second_of_two_lines_that_say_the_same_is_to_mend() -> None:
    base = {"nom": "A"}
    lines = check(
        base | {"email": "a@b.fr", "certificat": "C", "ancienne_adresse": "/a"},
        base | {"email": "A@b.fr"},
        base | {"email": "b@b.fr", "certificat": "C"},
        base | {"email": "c@b.fr", "ancienne_adresse": "/a/"},
    )
    assert lines[0].person
    assert all("ligne 2" in one.problem for one in lines[1:])


def test_an_old_address_that_leads_elsewhere_is_told() -> None:
    Redirect.objects.create(path="/a", mediator=make_mediator())
    assert "Bob Durand" in one(ancienne_adresse="/a/").problem


def test_controls_are_left_out() -> None:
    person = one(nom="Claire\u202e\x07 Ber\nthier", presentation="A\x1b[31m\nB\u202e").person
    assert person is not None
    assert (person.name, person.presentation) == ("Claire Ber thier", "A[31m\nB")


def test_two_thousand_lines_cost_what_one_does() -> None:
    def queries(lines: list[dict[str, str]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            check(*lines)
        return len(captured)

    many: list[dict[str, Any]] = [
        WHOLE | {"email": f"m{number}@example.org", "certificat": f"C-{number}", "ancienne_adresse": f"/a/{number}"}
        for number in range(300)
    ]
    assert queries(many[:1]) == queries(many)
