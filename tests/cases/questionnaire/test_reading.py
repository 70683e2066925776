"""A screen as it was posted: what is kept, and what is said when it cannot be."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allomediateur.cases.questionnaire import reading, walking
from allomediateur.cases.questionnaire.fitting import fits
from allomediateur.cases.questionnaire.shapes import Answer
from tests.cases.questionnaire.answering import (
    FIRST,
    NEIGHBOUR,
    RENNES,
    SAINT_DENIS,
    answered_whole,
    post,
    read,
)

FEW = settings(max_examples=80, deadline=None)
NAMES = [question.id for _, question in FIRST.each_question()]
FIELDS = [f"parties-{n}-{field}" for n in (0, 1, 99) for field in ("name", "link", "contact", "knows", "else")]
TEXTS = st.text() | st.sampled_from(
    ["yes", "unknown", "declined", "blank", "none", "other", "24/11/2026", "1 234,50 €"]
)
POSTED = st.dictionaries(
    st.sampled_from(NAMES) | st.sampled_from([f"{one}-said" for one in NAMES]) | st.sampled_from(FIELDS) | st.text(),
    st.lists(TEXTS, max_size=4),
)


@FEW
@given(st.sampled_from(FIRST.screens), POSTED, answered_whole())
def test_whatever_is_posted_is_answers_that_fit_or_faults_that_speak(
    screen: Any, posted: dict[str, list[str]], answers: dict[str, Answer]
) -> None:
    done = read(FIRST, screen, posted, answers)
    asked = {question.id: question for question in walking.asked(FIRST, screen, answers)}
    assert all(fits(asked[id_], answer) for id_, answer in done.answers.items())
    assert all(fault.message.fr and fault.message.en and "{" not in fault.message.en for fault in done.faults)
    assert set(done.answers) | {fault.question for fault in done.faults} >= set(asked)
    assert all(done.typed[name] == tuple(posted[name]) for name in done.typed)
    assert all(name in done.typed for name in posted if name in asked)


@FEW
@given(answered_whole())
def test_what_was_kept_shown_again_and_posted_again_is_the_same(answers: dict[str, Answer]) -> None:
    for screen in walking.path(FIRST, answers):
        shown = {name: list(values) for name, values in reading.fill(screen, answers).items()}
        done = read(FIRST, screen, shown, answers)
        live = walking.walk(FIRST, answers).answers
        assert done.faults == ()
        assert done.answers == {one.id: live[one.id] for one in walking.asked(FIRST, screen, answers)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1\u202f234,50\u00a0€", 123_450),
        ("1 234,5", 123_450),
        ("1.234,50", 123_450),
        ("€1,234.50", 123_450),
        ("1234.5 euros", 123_450),
        ("12 500 EUR", 1_250_000),
        ("1.234", 123_400),
        ("1,234,567", 123_456_700),
        ("0,01", 1),
        ("  5000 ", 500_000),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, kept: int) -> None:
    assert post("amount", amount=typed).answers == {"amount": kept}


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("beaucoup", "Nous ne comprenons pas ce montant."),
        ("-5", "Nous ne comprenons pas ce montant."),
        ("1,234", "Nous hésitons"),
        ("0", "Écrivez un montant plus grand"),
        ("9" * 13, "Ce montant est trop grand."),
        ("999 999 999 999", "Ce montant est trop grand."),
        ("5" * 300, "Votre réponse compte 300 caractères."),
    ],
)
def test_an_amount_that_is_none_says_how_to_write_it(typed: str, beginning: str) -> None:
    done = post("amount", amount=typed)
    assert done.answers == {}
    assert [fault.message.fr.startswith(beginning) for fault in done.faults] == [True]
    assert done.typed == {"amount": (typed,)}


@pytest.mark.parametrize(
    "typed",
    [
        "24/11/2026",
        "24.11.26",
        "24-11-2026",
        "2026-11-24",
        "24 novembre 2026",
        "24 nov. 2026",
        "November 24, 2026",
        "24 NOV 2026",
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str) -> None:
    assert post("deadline_date", deadline_date=typed, deadline_what="Agir").answers["deadline_date"] == "2026-11-24"


def test_the_first_of_a_month_and_its_accents() -> None:
    typed = post("deadline_date", deadline_date="1er août 2027", deadline_what__said="unknown")
    assert typed.answers == {"deadline_date": "2027-08-01", "deadline_what": {"said": "unknown"}}


@pytest.mark.parametrize(
    ("typed", "beginning"),
    [
        ("demain", "Nous ne comprenons pas"),
        ("31/02/2027", "Ce jour n’existe pas"),
        ("1/13/2027", "Ce jour n’existe pas"),
        ("12/12/0012", "Nous ne comprenons pas"),
        ("ma 3 2027", "Nous ne comprenons pas"),
    ],
)
def test_a_date_that_is_none_says_how_to_write_it(typed: str, beginning: str) -> None:
    done = post("deadline_date", deadline_date=typed, deadline_what="Agir")
    assert [fault.message.fr.startswith(beginning) for fault in done.faults] == [True]
    assert done.answers == {"deadline_what": "Agir"}


@pytest.mark.parametrize("typed", ["03/2025", "3 2025", "2025-03", "mars 2025", "Mars 2025", "March 2025"])
def test_a_month_is_read_as_people_write_it(typed: str) -> None:
    assert post("since", since=typed).answers == {"since": "2025-03"}


@pytest.mark.parametrize("typed", ["2025", "13/2025", "longtemps", "0/2025"])
def test_a_month_that_is_none_says_how_to_write_it(typed: str) -> None:
    assert "03/2025" in post("since", since=typed).faults[0].message.en


def test_a_story_of_a_megabyte_is_counted_and_nothing_of_it_is_lost() -> None:
    story = "é" * 1_048_576
    done = post("story", story=story)
    assert done.answers == {}
    assert done.faults[0].message.fr == (
        "Votre texte compte 1\u202f048\u202f576 caractères, et nous pouvons en garder 20\u202f000. "
        "Raccourcissez-le, ou gardez la suite pour l’entretien avec le médiateur."
    )
    assert done.typed["story"] == (story,)
    assert post("story", story="é" * 20_000).answers == {"story": "é" * 20_000}


def test_a_story_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert post("story", story=" Un\r\ndeux\x00\u202e \ud800").answers == {"story": "Un\ndeux"}
    assert post("name", name=" Alice \n Durand ").answers == {"name": "Alice Durand"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("06 39 98 00 00", "+33639980000"), ("+596 696 00 00 00", "+596696000000"), ("0696 00 00 00", "+596696000000"),
     ("(06) 39.98.00.00", "+33639980000"), ("+1 514 555 0100", "+15145550100")],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert post("contact", phone=typed, email__said="unknown").answers["phone"] == kept


@pytest.mark.parametrize("typed", ["06 39", "mon fixe", "alice@"])
def test_a_number_or_an_address_that_is_none_says_how_to_mend_it(typed: str) -> None:
    done = post("contact", phone=typed, email=typed)
    assert [fault.name for fault in done.faults] == ["email", "phone"]
    assert all("Exemple" in fault.message.fr for fault in done.faults)


def test_an_address_is_kept_without_its_spaces() -> None:
    done = post("contact", email=" alice@ example.org", phone__said="unknown")
    assert done.answers == {"email": "alice@example.org", "phone": {"said": "unknown"}}


def test_one_way_to_be_reached_is_needed() -> None:
    done = post("contact", email__said="unknown", phone__said="unknown")
    assert [(fault.name, fault.message.en) for fault in done.faults] == [
        ("email", "Give at least one of these, so that we can answer you.")
    ]
    assert done.answers == {}
    neither: dict[str, Answer] = {"email": {"said": "unknown"}, "phone": {"said": "unknown"}}
    assert walking.walk(FIRST, NEIGHBOUR | neither).missing == ("email", "phone")


def test_a_commune_is_taken_or_asked_or_proposed() -> None:
    assert post("place", place="rennes").answers == {"place": {"code": "35238", "name": "Rennes (35)"}}
    which = post("place", place="Saint-Denis").faults[0]
    assert (which.candidates, which.message.en) == (SAINT_DENIS, "Several towns have this name. Which one?")
    unknown = post("place", place="Xanadu").faults[0]
    assert (unknown.name, unknown.candidates) == ("place", ())
    assert post("place", place="Rennnes").faults[0].candidates == (RENNES,)
    assert post("place", place="97411").answers["place"] == {"code": "97411", "name": "Saint-Denis (974)"}


def test_nothing_is_asked_again_with_the_way_out_in_words() -> None:
    assert post("domain").faults[0].message.fr == "Choisissez une réponse, ou «\u00a0Je ne sais pas\u00a0»."
    assert post("name", name="  ").faults[0].message.fr == "Écrivez votre réponse."
    assert "I don’t know how to say it" in post("story").faults[0].message.en


def test_what_is_said_instead_is_kept() -> None:
    assert post("domain", domain="unknown").answers == {"domain": {"said": "unknown"}}
    assert post("safety", safety=["declined"]).answers == {"safety": {"said": "declined"}}
    assert post("story", story__said="declined").answers == {"story": {"said": "declined"}}


def test_a_way_out_that_is_not_offered_is_none() -> None:
    assert post("role", role="unknown").faults[0].message.fr.startswith("Cette réponse n’existe pas")
    assert post("name", name__said="declined").faults[0].message.fr == "Écrivez votre réponse."


def test_an_answer_and_its_contrary_are_asked_about() -> None:
    alone = post("safety", safety=["none", "fear"]).faults[0]
    assert alone.message.fr.startswith("«\u00a0Non, rien de cela\u00a0» ne va pas avec une autre réponse.")
    both = post("story", story="Il crie.", story__said="unknown")
    assert both.faults[0].message.fr.startswith("Vous avez écrit une réponse et coché")
    assert both.typed == {"story": ("Il crie.",), "story-said": ("unknown",)}
    said = post("safety", safety=["fear", "unknown"]).faults[0]
    assert said.message.en.startswith("“I don’t know” does not go with another answer.")


def test_a_choice_that_is_not_offered_is_refused_and_ticks_come_in_order() -> None:
    assert post("domain", domain="astrologie").faults[0].name == "domain"
    assert post("modality", modality=["in_person", "phone", "phone"]).answers == {"modality": ["phone", "in_person"]}


def test_others_are_read_whole_and_empty_rows_are_none() -> None:
    done = post(
        "parties",
        parties__0__name="",
        parties__2__name="Paul",
        parties__2__knows="unknown",
        parties__7__link="sœur",
        parties__7__knows="",
    )
    assert done.answers == {
        "parties": [
            {"name": "Paul", "link": {"said": "blank"}, "contact": {"said": "blank"}, "knows": {"said": "unknown"}},
            {"name": {"said": "blank"}, "link": "sœur", "contact": {"said": "blank"}, "knows": {"said": "blank"}},
        ]
    }


def test_more_than_ten_others_are_counted() -> None:
    eleven = {f"parties-{n}-name": [f"P{n}"] for n in range(11)}
    done = read(FIRST, FIRST.by_id["parties"], eleven, NEIGHBOUR)
    assert [(fault.name, fault.message.en) for fault in done.faults] == [
        ("parties-10-name", "You wrote 11 people; we keep 10 at most. Remove some, and add the rest to your story.")
    ]
    assert len(done.typed) == 11


def test_a_row_with_a_fault_names_its_field() -> None:
    done = post("parties", parties__0__name="x" * 121, parties__1__knows="maybe", parties__1__name="Paul")
    assert [fault.name for fault in done.faults] == ["parties-0-name", "parties-1-knows"]
    assert {fault.question for fault in done.faults} == {"parties"}


def test_no_others_is_said() -> None:
    assert post("parties", parties__said="unknown").answers == {"parties": {"said": "unknown"}}
    assert post("parties").faults[0].name == "parties-0-name"
    assert post("parties", parties__said="unknown", parties__0__name="Paul").faults[0].name == "parties-said"


def test_the_platform_does_not_write_to_others_unless_asked() -> None:
    """The preset is no."""
    assert reading.fill(FIRST.by_id["contact_others"], {}) == {"contact_others": ("no",)}
