"""Words of staff in letters: names replaced, nothing executed, other braces refused."""

import pytest

from allomediateur.configuration import letters
from allomediateur.configuration.letters import UnknownName, Words
from allomediateur.notify import rendering
from tests.agenda import steps
from tests.factories import NOW, make_mediator

pytestmark = pytest.mark.django_db
KIND = "appointment_to_confirm"


@pytest.mark.parametrize(
    ("kind", "text"),
    [(KIND, "{code}"), (KIND, "{mediator.user.password}"), (KIND, "{0}"), (KIND, "{"), (KIND, "a } b"),
     (KIND, "{{brand}}"), (KIND, "{}"), ("account_login_code", "{mediator}"), (KIND, "{brand!r}"),
     (KIND, "{brand:>9}")],
)  # fmt: skip
def test_unknown_names_are_refused_when_they_are_written(kind: str, text: str) -> None:
    with pytest.raises(UnknownName):
        letters.write(kind, "fr", Words("", text), NOW)
    assert letters.of(kind, "fr") == Words()


def test_a_letter_says_the_words_of_its_kind_and_language_only() -> None:
    letters.write(KIND, "fr", Words("Votre {brand} avec {mediator}", "À <b>bientôt</b>,\n{when}."), NOW)
    letters.write(KIND, "en", Words("Your {brand}", ""), NOW)
    values = {"mediator": "Bob & Cie", "when": "mardi", "code": "123456", "confirm_url": "https://x.example/"}
    found = rendering.render(KIND, "fr", values)
    assert found.subject == "Votre AlloMediateur avec Bob & Cie"
    assert "À <b>bientôt</b>,\nmardi." in found.text
    assert "À &lt;b&gt;bientôt&lt;/b&gt;,<br>mardi." in found.html
    english = rendering.render(KIND, "en", values)
    assert (english.subject, "bientôt" in english.text) == ("Your AlloMediateur", False)
    assert rendering.render("appointment_confirmed", "fr", values).subject != found.subject


def test_names_of_values_are_not_read_again() -> None:
    """A mediator called « {brand} », or a template's tag, stays as it is."""
    letters.write(KIND, "fr", Words("{mediator}", ""), NOW)
    found = rendering.render(KIND, "fr", {"mediator": "{brand}{{ brand }}"})
    assert found.subject == "{brand}{{ brand }}"


def test_emptied_words_are_the_platforms_again() -> None:
    letters.write(KIND, "fr", Words("Autre", ""), NOW)
    letters.write(KIND, "fr", Words("", ""), NOW)
    assert letters.changed() == set()


def test_a_real_letter_bears_them() -> None:
    letters.write(KIND, "fr", Words("Un rendez-vous avec {mediator}", "Merci de nous avoir choisis."), NOW)
    steps.book(make_mediator())
    letter = steps.last_letter(KIND)
    assert letter.subject == "Un rendez-vous avec Bob Durand"
    assert "Merci de nous avoir choisis." in letter.text
