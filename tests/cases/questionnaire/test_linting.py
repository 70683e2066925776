"""The linter refuses each fault, planted alone in a questionnaire that has none."""

from pathlib import Path

import pytest

from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.questionnaire.linting import lint, lint_folder
from allomediateur.cases.questionnaire.loading import parse
from tests.cases.questionnaire.answering import FIRST
from tests.cases.questionnaire.small import SMALL, planted

DOMAIN = "  - id: domain\n    section: last\n"
FEAR = "  - id: fear\n    section: first\n"
END = "  - id: end\n    section: last\n"
NAME = '        type: short\n        label: {fr: "Votre nom", en: "Your name"}\n'


def test_the_small_one_and_those_of_the_site_have_no_fault() -> None:
    assert lint(parse(SMALL)) == []
    assert lint(FIRST) == []
    assert lint_folder() == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        pytest.param("    ends: send\n", "", "dead end: answers", id="dead end"),
        pytest.param(
            END, END + "    when: {question: domain, is: home}\n", "dead end: answers", id="dead end on one way"
        ),
        pytest.param(
            "    ends: send\n",
            "    ends: send\n    when: {all: [{question: domain, is: home}, {question: domain, is: work}]}\n",
            "screen end: no answers lead there",
            id="unreachable screen",
        ),
        pytest.param(
            DOMAIN,
            DOMAIN + '    when: {question: fear, is: "yes"}\n',
            "screen domain: no answers lead there",
            id="unreachable behind a stop",
        ),
        pytest.param(
            "        type: one\n",
            '        type: one\n        when: {question: fear, is: "yes"}\n',
            "question domain: no answers make it asked",
            id="unreachable question",
        ),
        pytest.param("        unknown: true\n", "", "question fear: no « je ne sais pas »", id="no je ne sais pas"),
        pytest.param(
            "        unknown: true\n",
            "        unknown: true\n        sensitive: true\n",
            "question fear: sensitive, without",
            id="no je préfère ne pas répondre",
        ),
        pytest.param(
            '        why: {fr: "Pour chercher.", en: "To look for somebody."}\n',
            "",
            "question domain: no why",
            id="no why",
        ),
        pytest.param("        read_by: mediator\n", "", "question fear: read_by names no reader, ''", id="no read_by"),
        pytest.param(
            "        read_by: mediator\n",
            "        read_by: judge\n",
            "read_by names no reader, 'judge'",
            id="unknown reader",
        ),
        pytest.param(
            "        seen_by: [after_acceptance]\n",
            "        seen_by: [staff]\n",
            "seen_by is not what mediator promises",
            id="a promise not kept",
        ),
        pytest.param(', en: "Home"', "", "question domain, home: not in both languages", id="no translation"),
        pytest.param(
            'label: {fr: "Votre nom", en: "Your name"}', "label: {}", "question name: no words", id="no label"
        ),
        pytest.param(
            '{question: fear, is: "yes"}\n    title',
            "{question: nothing, is: home}\n    title",
            "screen stop: its condition names an unknown question, nothing",
            id="unknown question",
        ),
        pytest.param(
            '{question: fear, is: "yes"}\n    title',
            "{question: fear, is: maybe}\n    title",
            "screen stop: its condition names an unknown value, maybe of fear",
            id="unknown value",
        ),
        pytest.param(
            '{question: fear, is: "yes"}\n    title',
            "{question: fear, is: declined}\n    title",
            "an unknown value, declined of fear",
            id="a way out not offered",
        ),
        pytest.param(
            '{question: fear, is: "yes"}\n    title',
            "{question: domain, is: home}\n    title",
            "screen stop: its condition names a later question, domain",
            id="later question",
        ),
        pytest.param(
            "danger: {question: fear,",
            "danger: {question: nobody,",
            "danger: its condition names an unknown question",
            id="unknown question in danger",
        ),
        pytest.param(
            FEAR, FEAR + "    when: {question: domain, is: home}\n", "names a later question", id="later still"
        ),
        pytest.param(
            "id: domain\n    section", "id: fear\n    section", "screen fear: twice", id="two screens of a name"
        ),
        pytest.param(
            "id: domain\n        type", "id: fear\n        type", "question fear: twice", id="two questions of a name"
        ),
        pytest.param("value: work", "value: home", "domain: choice home: twice", id="two choices of a name"),
        pytest.param("value: work", "value: unknown", "unknown is a reserved value", id="reserved value"),
        pytest.param("{id: last,", "{id: first,", "section first: twice", id="two sections of a name"),
        pytest.param("s’agit-il", "s'agit-il", "a straight apostrophe", id="straight apostrophe"),
        pytest.param("peur\u00a0?", "peur ?", "no no-break space at a sign in French", id="ordinary space"),
        pytest.param("Tout de suite.", "Tout de suite...", "three dots for an ellipsis", id="three dots"),
        pytest.param("Tout de suite.", "Pour 5 000\u00a0€.", "an ordinary space in a number", id="number"),
        pytest.param("Tout de suite.", "“Vite”.", "English quotation marks in French", id="English quotation marks"),
        pytest.param("At once.", "«\u00a0At once\u00a0».", "French typography in English", id="French in English"),
        pytest.param(
            "Tout de suite.", "et " * 31 + "fin.", "a sentence of 32 words in French, 30 at most", id="long sentence"
        ),
        pytest.param("Votre nom", "mot " * 22 + "fin", "a sentence of 23 words in French, 22 at most", id="long label"),
        pytest.param("name: assistance", "name: elsewhere", "screen stop: unknown link elsewhere", id="unknown link"),
        pytest.param(
            '    links: [{name: assistance, label: {fr: "De l’aide", en: "Help"}}]\n',
            "",
            "screen stop: a stop leads somewhere",
            id="a stop without link",
        ),
        pytest.param(
            '    body: [{fr: "Tout de suite.", en: "At once."}]\n',
            "",
            "screen stop: asks nothing and says nothing",
            id="empty screen",
        ),
        pytest.param('    title: {fr: "Appelez le 17", en: "Call 17"}\n', "", "screen stop: no title", id="no title"),
        pytest.param(
            '          - {value: work, label: {fr: "Le travail", en: "Work"}}\n',
            "",
            "fewer than two choices",
            id="one choice",
        ),
        pytest.param(
            "  - id: domain\n    section: last",
            "  - id: domain\n    section: none",
            "screen domain: unknown section none",
            id="unknown section",
        ),
        pytest.param(
            FEAR, "  - id: fear\n    section: last\n", "screen stop: its section is over", id="sections back and forth"
        ),
        pytest.param(
            "    ends: send\n",
            "    ends: send\n    needs_one_of: [fear]\n",
            "screen end: needs one of fear, which it does not ask",
            id="needs another",
        ),
        pytest.param(
            "        must_know: ",
            "        covered_by: fear\n        must_know: ",
            "covered by fear, which is no consent",
            id="no consent",
        ),
        pytest.param(
            "        must_know: ", "        preset: bob\n        must_know: ", "preset bob is no choice", id="preset"
        ),
        pytest.param("id: name\n", "id: first-name\n", "a dash in its name", id="dash"),
        pytest.param(
            "    seen_by: [after_acceptance]\n    text",
            "    seen_by: [before_acceptance]\n    text",
            "reader mediator: shown before accepting, and not after",
            id="before and not after",
        ),
        pytest.param(
            "    seen_by: [after_acceptance]\n    text",
            "    seen_by: [nobody, staff]\n    text",
            "reader mediator: nobody is alone",
            id="nobody and somebody",
        ),
        pytest.param(NAME, NAME.replace("short", "group"), "a group without fields", id="group without fields"),
    ],
)
def test_it_refuses(old: str, new: str, fault: str) -> None:
    assert [told for told in lint(planted(old, new)) if fault in told] != []


def test_it_refuses_to_show_the_story_before_a_mediator_accepts() -> None:
    shown = planted("[after_acceptance]", "[before_acceptance, after_acceptance]", everywhere=True)
    assert "question name: not for a mediator who has not accepted" in lint(shown)


def test_it_refuses_screens_that_wait_for_each_other() -> None:
    wait = SMALL.replace(FEAR, FEAR + "    when: {question: domain, is: home}\n")
    wait = wait.replace(DOMAIN, DOMAIN + "    when: {question: fear, is: unknown}\n")
    assert "screen fear: waits for itself, by a cycle of conditions" in lint(parse(wait))


def test_it_refuses_a_step_that_some_skip() -> None:
    """« Étape 2 sur 2 » after « Étape 1 » left out would be a lie."""
    source = SMALL.replace("sections:\n", 'sections:\n  - {id: never, title: {fr: "Jamais", en: "Never"}}\n')
    assert "section never: answers" in " ".join(lint(parse(source)))


def test_a_version_that_changed_after_it_landed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saisine-1.yaml").write_text(SMALL, encoding="utf-8")
    assert lint_folder(tmp_path) == ["saisine-1.yaml: not landed: manage.py lint_questionnaires --land freezes it"]
    assert shelf.land(tmp_path) == (1,)
    assert lint_folder(tmp_path) == []
    (tmp_path / "saisine-1.yaml").write_text(SMALL.replace("Home", "House"), encoding="utf-8")
    changed = "saisine-1.yaml: frozen, and changed since it landed: write the next version instead"
    assert lint_folder(tmp_path) == [changed]
    assert shelf.land(tmp_path) == ()
    assert lint_folder(tmp_path) == [changed]


def test_a_version_that_is_taken_away_or_misnamed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "saisine-1.yaml").write_text(SMALL, encoding="utf-8")
    shelf.land(tmp_path)
    (tmp_path / "saisine-1.yaml").rename(tmp_path / "saisine-2.yaml")
    assert lint_folder(tmp_path) == [
        "landed.lock: version 1 has no file any more",
        "saisine-2.yaml: not landed: manage.py lint_questionnaires --land freezes it",
        "saisine-2.yaml: says it is version 1",
    ]


def test_what_is_no_questionnaire_is_told_with_where(tmp_path: Path) -> None:
    (tmp_path / "saisine-1.yaml").write_text("version: 1", encoding="utf-8")
    shelf.land(tmp_path)
    assert lint_folder(tmp_path) == ["saisine-1.yaml: questionnaire.said: a mapping is expected"]
