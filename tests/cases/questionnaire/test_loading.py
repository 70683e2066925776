"""What has not the shape of a questionnaire is refused with where it stands."""

import pytest

from allomediateur.cases.questionnaire import shelf
from allomediateur.cases.questionnaire.loading import Malformed, parse
from tests.cases.questionnaire.small import SMALL


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("minutes: 1", "minutes: soon", "questionnaire.minutes: a whole number"),
        ("minutes: 1", "minuets: 1", "unknown minuets"),
        ("type: short", "type: essay", "screens[3].questions[0].type: 'essay' is not known"),
        ('is: "yes"', "is: yes", "danger.is: a text is expected (yes and no are written in quotes)"),
        ("unknown: true", 'unknown: "true"', "questions[0].unknown: a mapping"),
        ("bands: [5000]", "bands: [-5]", "bands[0]: euros"),
        ("seen_by: [after_acceptance]", "seen_by: after_acceptance", "seen_by: a list"),
        ("seen_by: [after_acceptance]", "seen_by: [everybody]", "'everybody' is not known"),
        ("        must_know: ", "        optional: maybe\n        must_know: ", "optional: true or false"),
        ("minutes: 1", "minutes: 1\nminutes: 2", "questionnaire: minutes is written twice"),
        ("unsure: {question: fear, is: unknown}", "", "danger and unsure are conditions"),
        ("unsure: {question: fear, is: unknown}", "unsure: {questions: fear}", "unsure.not: a mapping"),
        ("version: 1", "version: !!python/object/apply:os.system ['true']", "not YAML"),
        ("version: 1", "version: [", "not YAML"),
    ],
)
def test_it_says_where(old: str, new: str, where: str) -> None:
    assert old in SMALL
    with pytest.raises(Malformed) as refused:
        parse(SMALL.replace(old, new, 1))
    assert where in str(refused.value)


@pytest.mark.parametrize("source", ["", "- 1", "texte", "\x00"])
def test_what_is_something_else_is_refused(source: str) -> None:
    with pytest.raises(Malformed):
        parse(source)


def test_the_newest_begins_and_an_unknown_one_is_said() -> None:
    assert shelf.newest().version == shelf.versions()[-1]
    assert shelf.version(1) is shelf.version(1)
    with pytest.raises(shelf.NoSuchVersion):
        shelf.version(999)
