"""A document's mappings and lists, read strictly: what is not as it should be is refused with where it stands."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from allomediateur.law.texts import Text

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Malformed(ValueError):
    """Not a table: `message` says where, as a path into the document, and what is expected there."""

    def __init__(self, where: str, expected: Text) -> None:
        self.message = Text(f"{where}\u00a0: {expected.fr}", f"{where}: {expected.en}")
        super().__init__(self.message.en)


MAPPING = Text("il faut un ensemble de clés et de valeurs.", "keys and values are expected.")
LIST = Text("il faut une liste.", "a list is expected.")
TEXT = Text("il faut un texte.", "a text is expected.")
FLAG = Text("il faut « true » ou « false ».", "true or false is expected.")
MOST = 1200
NUMBER = Text(
    f"il faut un nombre entier plus grand que zéro, {MOST} au plus.",
    f"a whole number above zero is expected, {MOST} at most.",
)
AMOUNT = Text("il faut un montant en euros, plus grand que zéro.", "an amount of euros above zero is expected.")
DATE = Text("il faut une date qui existe, écrite 2026-11-24.", "a date that exists is expected, written 2026-11-24.")
BOTH_LANGUAGES = Text(
    "il faut un texte en français et un en anglais.", "a text in French and one in English is expected."
)
CHOICE = Text(
    "« {value} » n’est pas connu. Choisissez parmi : {choices}.", "“{value}” is not known. Choose among: {choices}."
)
MISSING_KEYS = Text("il manque : {keys}.", "missing: {keys}.")
UNKNOWN_KEY = Text("« {key} » n’est pas connu ici.", "“{key}” is not known here.")


class Node:
    """A mapping that knows where it stands, and what of it was read."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(where, MAPPING)
        self.value: dict[object, object] = dict(value)
        self.where = where
        self.read: set[str] = set()

    def at(self, key: str) -> str:
        return f"{self.where}.{key}"

    def get(self, key: str) -> object:
        self.read.add(key)
        return self.value.get(key)

    def text(self, key: str) -> str:
        found = self.get(key)
        if not isinstance(found, str) or not found.strip():
            raise Malformed(self.at(key), TEXT)
        return found

    def words(self, key: str) -> Text:
        return words(self.get(key), self.at(key))

    def flag(self, key: str, *, default: bool) -> bool:
        found = self.get(key)
        if found is None:
            return default
        if not isinstance(found, bool):
            raise Malformed(self.at(key), FLAG)
        return found

    def number(self, key: str) -> int:
        found = self.get(key)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= MOST:
            raise Malformed(self.at(key), NUMBER)
        return found

    def cents(self, key: str) -> int | None:
        """Euros to cents; nothing is None."""
        found = self.get(key)
        return None if found is None else _cents(found, self.at(key))

    def date(self, key: str) -> date:
        """As YAML has it, or in ISO 8601 as JSON does."""
        found = self.get(key)
        if type(found) is date:
            return found
        try:
            return date.fromisoformat(found if isinstance(found, str) and len(found) == 10 else "")
        except ValueError as error:
            raise Malformed(self.at(key), DATE) from error

    def choice(self, key: str, kind: type[E]) -> E:
        return choice(self.get(key), self.at(key), kind)

    def each(self, key: str, make: Callable[[object, str], T]) -> tuple[T, ...]:
        """Nothing is an empty list."""
        found = self.get(key)
        if not isinstance(found, list | tuple | None):
            raise Malformed(self.at(key), LIST)
        return tuple(make(one, f"{self.at(key)}[{index}]") for index, one in enumerate(found or ()))

    def table(self, key: str, kind: type[E], make: Callable[[object, str], T]) -> dict[E, T]:
        """A mapping whose keys are of that kind; nothing is an empty one."""
        found = self.get(key) or {}
        if not isinstance(found, Mapping):
            raise Malformed(self.at(key), MAPPING)
        return {choice(name, self.at(key), kind): make(one, f"{self.at(key)}.{name}") for name, one in found.items()}

    def whole(self, key: str, kind: type[E], make: Callable[[object, str], T]) -> dict[E, T]:
        """The same, with every key of that kind."""
        found = self.table(key, kind, make)
        if missing := [one for one in kind if one not in found]:
            raise Malformed(self.at(key), MISSING_KEYS.filled(keys=", ".join(missing)))
        return found

    def end(self) -> None:
        """A key that nobody reads is a slip of the pen."""
        for key in self.value:
            if key not in self.read:
                raise Malformed(self.where, UNKNOWN_KEY.filled(key=str(key)))


def string(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Malformed(where, TEXT)
    return value


def choice(value: object, where: str, kind: type[E]) -> E:
    try:
        return kind(string(value, where))
    except ValueError as error:
        if isinstance(error, Malformed):
            raise
        told = CHOICE.filled(value=str(value), choices=", ".join(kind))
        raise Malformed(where, told) from error


def words(value: object, where: str) -> Text:
    """`{fr, en}`, neither of them empty."""
    node = Node(value, where)
    try:
        found = Text(node.text("fr"), node.text("en"))
    except Malformed as error:
        raise Malformed(where, BOTH_LANGUAGES) from error
    node.end()
    return found


def _cents(value: object, where: str) -> int:
    try:
        euros = Decimal(str(value)) if not isinstance(value, bool) else Decimal(0)
    except InvalidOperation as error:
        raise Malformed(where, AMOUNT) from error
    if not euros.is_finite() or euros <= 0 or euros > 10**12 or euros != round(euros, 2):
        raise Malformed(where, AMOUNT)
    return int(euros * 100)
