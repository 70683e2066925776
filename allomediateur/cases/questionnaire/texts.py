"""What is written in a questionnaire: in both languages, in French typography, in sentences that are easy to read."""

import re
from collections.abc import Iterator

from allomediateur.cases.questionnaire.shapes import Question, Questionnaire, Screen, Text

LONGEST_SENTENCE = 30
"""Words. Plain French for everybody (level B1) says one idea a sentence."""
LONGEST_LABEL = 22
_TYPOGRAPHY = (
    (re.compile(r"[^\W\d_]'|'[^\W\d_]|\""), "a straight apostrophe or quotation mark"),
    (re.compile(r"\.\.\."), "three dots for an ellipsis"),
    (re.compile(r"^\s|\s$|[ \u00a0\u202f]{2}"), "a space too many"),
)
_FRENCH = (
    (
        re.compile(r"(?<![\u00a0\u202f])[;?!»](?!\w)|(?<![\u00a0\u202f\d]):(?=\s|$)|«(?!\u00a0)"),
        "no no-break space at a sign",
    ),
    (re.compile(r"\d (?:€|%|h\b|\d{3}\b)"), "an ordinary space in a number"),
    (re.compile(r"[“”]"), "English quotation marks"),
)
_ENGLISH = ((re.compile(r"[«»]|\s[;:?!]"), "French typography in English"),)


def lint(questionnaire: Questionnaire) -> Iterator[str]:
    """Each fault with where it stands."""
    for where, text, must_be, is_label in _each(questionnaire):
        if must_be and not text:
            yield f"{where}: no words"
        elif text and not (text.fr and text.en):
            yield f"{where}: not in both languages"
        yield from (f"{where}: {fault}" for fault in _faults(text, LONGEST_LABEL if is_label else LONGEST_SENTENCE))


def _faults(text: Text, longest: int) -> Iterator[str]:
    for language, written, rules in (("French", text.fr, _FRENCH), ("English", text.en, _ENGLISH)):
        for pattern, fault in (*_TYPOGRAPHY, *rules):
            if found := pattern.search(written):
                yield f"{fault} in {language}, at « {written[max(found.start() - 12, 0) : found.end() + 12]} »"
        for sentence in re.split(r"(?<=[.?!…:])\s+", written):
            if (words := len(sentence.split())) > longest:
                yield f"a sentence of {words} words in {language}, {longest} at most: « {sentence[:40]}… »"


def _each(questionnaire: Questionnaire) -> Iterator[tuple[str, Text, bool, bool]]:
    """Where, the words, whether there must be some, whether they are to be read at a glance."""
    yield "title", questionnaire.title, True, True
    for section in questionnaire.sections:
        yield f"section {section.id}", section.title, True, True
    for reader in questionnaire.readers:
        yield f"reader {reader.id}", reader.text, True, False
    for screen in questionnaire.screens:
        yield from _of_screen(screen)
        for question in screen.questions:
            yield from _of_question(f"question {question.id}", question)


def _of_screen(screen: Screen) -> Iterator[tuple[str, Text, bool, bool]]:
    where = f"screen {screen.id}"
    yield where, screen.title, False, True
    for text in (*screen.body, *screen.points):
        yield where, text, True, False
    for label in (*(one.label for one in screen.helplines), *(one.label for one in screen.links)):
        yield where, label, True, False


def _of_question(where: str, question: Question) -> Iterator[tuple[str, Text, bool, bool]]:
    yield where, question.label, True, True
    yield where, question.hint, False, False
    yield where, question.why, False, False
    yield where, question.unknown, False, True
    yield where, question.declined, False, True
    for choice in question.choices:
        yield f"{where}, {choice.value}", choice.label, True, True
        yield f"{where}, {choice.value}", choice.hint, False, False
    for field in question.fields:
        yield from _of_question(f"{where}, field {field.id}", field)
