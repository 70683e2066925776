"""From YAML to a Questionnaire. What has not the right shape is refused with where; what it means is the linter’s."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import yaml

from allomediateur.cases.questionnaire.fitting import MOST_ENTRIES
from allomediateur.cases.questionnaire.shapes import (
    NO,
    YES,
    Choice,
    Condition,
    Every,
    Facet,
    Helpline,
    Is,
    Kind,
    Link,
    Not,
    Question,
    Questionnaire,
    ReadBy,
    Reader,
    Said,
    Screen,
    Section,
    Some,
    Text,
)  # fmt: skip
from allomediateur.cases.questionnaire.words import NO_TEXT, YES_TEXT

T = TypeVar("T")


class Malformed(ValueError):
    """Not a questionnaire: says where, as a path into the file."""


class _Node:
    """A mapping of the file that knows where it stands, and what of it was read."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(f"{where}: a mapping is expected")
        self.value: dict[object, object] = dict(value)
        self.where = where
        self.read: set[str] = set()

    def get(self, key: str) -> object:
        self.read.add(key)
        return self.value.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        found = self.get(key)
        if found is None and default is not None:
            return default
        if not isinstance(found, str):
            raise Malformed(f"{self.where}.{key}: a text is expected (yes and no are written in quotes)")
        return found

    def number(self, key: str, default: int = 0) -> int:
        found = self.get(key)
        if found is None:
            return default
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise Malformed(f"{self.where}.{key}: a whole number is expected")
        return found

    def flag(self, key: str) -> bool:
        found = self.get(key)
        if not isinstance(found, bool | None):
            raise Malformed(f"{self.where}.{key}: true or false is expected")
        return bool(found)

    def words(self, key: str) -> Text:
        return _words(self.get(key), f"{self.where}.{key}")

    def each(self, key: str, make: Callable[[object, str], T]) -> tuple[T, ...]:
        found = self.get(key)
        if not isinstance(found, list | None):
            raise Malformed(f"{self.where}.{key}: a list is expected")
        return tuple(make(one, f"{self.where}.{key}[{index}]") for index, one in enumerate(found or []))

    def condition(self, key: str) -> Condition | None:
        found = self.get(key)
        return None if found is None else _condition(found, f"{self.where}.{key}")

    def __enter__(self) -> "_Node":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """A key that nobody reads is a slip of the pen."""
        if kind is not None:
            return
        unknown = [str(key) for key in self.value if key not in self.read]
        if unknown:
            raise Malformed(f"{self.where}: unknown {', '.join(unknown)}")


def load(path: Path) -> Questionnaire:
    """Raises Malformed."""
    return parse(path.read_text(encoding="utf-8"))


def parse(source: str) -> Questionnaire:
    """Raises Malformed."""
    try:
        found = _safe(source)
    except (yaml.YAMLError, RecursionError) as error:
        raise Malformed(f"not YAML: {error}") from error
    return _questionnaire(found)


def _safe(source: str) -> object:
    """What `yaml.safe_load` reads, once, with libyaml where it is: texts, numbers, lists and mappings only."""
    loader: yaml.SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source)
    try:
        node = loader.get_single_node()
        _refuse_repeated(node)
        return loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def _questionnaire(value: object) -> Questionnaire:
    with _Node(value, "questionnaire") as node:
        with _Node(node.get("said"), "questionnaire.said") as said:
            default = {each: said.words(each.value) for each in Said}
        danger, unsure = node.condition("danger"), node.condition("unsure")
        if danger is None or unsure is None:
            raise Malformed("questionnaire: danger and unsure are conditions")
        return Questionnaire(
            version=node.number("version"),
            title=node.words("title"),
            minutes=node.number("minutes"),
            sections=node.each("sections", _section),
            readers=node.each("readers", _reader),
            screens=node.each("screens", lambda one, where: _screen(one, where, default)),
            danger=danger,
            unsure=unsure,
            bands=node.each("bands", _euros),
        )


def _section(value: object, where: str) -> Section:
    with _Node(value, where) as node:
        return Section(node.text("id"), node.words("title"))


def _reader(value: object, where: str) -> ReadBy:
    with _Node(value, where) as node:
        return ReadBy(node.text("id"), node.words("text"), node.each("seen_by", _one_of(Reader)))


def _screen(value: object, where: str, said: Mapping[Said, Text]) -> Screen:
    with _Node(value, where) as node:
        return Screen(
            id=node.text("id"),
            section=node.text("section"),
            title=node.words("title"),
            body=node.each("body", _words),
            points=node.each("points", _words),
            helplines=node.each("helplines", _helpline),
            links=node.each("links", _link),
            questions=node.each("questions", lambda one, here: _question(one, here, said)),
            needs_one_of=node.each("needs_one_of", _string),
            ends=node.text("ends", ""),
            when=node.condition("when"),
        )


def _question(value: object, where: str, said: Mapping[Said, Text]) -> Question:
    with _Node(value, where) as node:
        kind = _one_of(Kind)(node.get("type"), f"{where}.type")
        facet = node.get("facet")
        return Question(
            id=node.text("id"),
            kind=kind,
            label=node.words("label"),
            hint=node.words("hint"),
            why=node.words("why"),
            read_by=node.text("read_by", ""),
            seen_by=node.each("seen_by", _one_of(Reader)),
            choices=_yes_no() if kind is Kind.YES_NO else node.each("choices", _choice),
            unknown=_instead(node, "unknown", said[Said.UNKNOWN]),
            declined=_instead(node, "declined", said[Said.DECLINED]),
            must_know=node.text("must_know", ""),
            is_sensitive=node.flag("sensitive"),
            is_optional=node.flag("optional"),
            blank=node.words("blank") or said[Said.BLANK],
            preset=node.text("preset", ""),
            longest=node.number("longest"),
            fields=node.each("fields", lambda one, here: _question(one, here, said)),
            lowest=node.number("lowest"),
            highest=node.number("highest", MOST_ENTRIES if kind is Kind.GROUP else 0),
            is_past=node.flag("past"),
            is_future=node.flag("future"),
            autocomplete=node.text("autocomplete", ""),
            facet=None if facet is None else _one_of(Facet)(facet, f"{where}.facet"),
            covered_by=node.text("covered_by", ""),
            when=node.condition("when"),
        )


def _instead(node: _Node, key: str, usual: Text) -> Text:
    """`true` for the usual words, or words of its own."""
    found = node.get(key)
    if isinstance(found, bool | None):
        return usual if found else Text()
    return node.words(key)


def _yes_no() -> tuple[Choice, ...]:
    return Choice(YES, YES_TEXT), Choice(NO, NO_TEXT)


def _choice(value: object, where: str) -> Choice:
    with _Node(value, where) as node:
        return Choice(
            node.text("value"),
            node.words("label"),
            node.words("hint"),
            node.flag("exclusive"),
            node.text("stands_for", ""),
        )


def _helpline(value: object, where: str) -> Helpline:
    with _Node(value, where) as node:
        return Helpline(node.text("number"), node.words("label"))


def _link(value: object, where: str) -> Link:
    with _Node(value, where) as node:
        return Link(node.text("name"), node.words("label"))


def _condition(value: object, where: str) -> Condition:
    """`{question, is}`, `{all: […]}`, `{any: […]}` or `{not: …}`."""
    with _Node(value, where) as node:
        if "question" in node.value:
            values = node.get("is")
            listed = values if isinstance(values, list) else [values]
            return Is(node.text("question"), tuple(_string(one, f"{where}.is") for one in listed))
        if "all" in node.value:
            return Every(node.each("all", _condition))
        if "any" in node.value:
            return Some(node.each("any", _condition))
        return Not(_condition(node.get("not"), f"{where}.not"))


def _words(value: object, where: str) -> Text:
    """Nothing is an empty text: the linter says what is missing."""
    if value is None:
        return Text()
    with _Node(value, where) as node:
        return Text(node.text("fr", ""), node.text("en", ""))


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise Malformed(f"{where}: a text is expected (yes and no are written in quotes)")
    return value


def _euros(value: object, where: str) -> int:
    """To cents."""
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise Malformed(f"{where}: euros are expected")
    return value * 100


def _one_of(kind: Callable[[str], T]) -> Callable[[object, str], T]:
    def make(value: object, where: str) -> T:
        try:
            return kind(_string(value, where))
        except ValueError as error:
            raise Malformed(f"{where}: {value!r} is not known") from error

    return make


def _refuse_repeated(node: yaml.Node | None, where: str = "questionnaire") -> None:
    """YAML would keep the last of two keys of the same name, without a word."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        repeated = next((key for key in keys if keys.count(key) > 1), None)
        if repeated is not None:
            raise Malformed(f"{where}: {repeated} is written twice")
        for key, value in node.value:
            _refuse_repeated(value, f"{where}.{key.value}")
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _refuse_repeated(value, f"{where}[{index}]")
