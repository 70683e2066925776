"""The translations' keeper, without system gettext: `python -m tools.messages` extracts, `--check` proves completeness.

French is the source; locale/fr holds its plurals only (without them gettext would say « 0 créneaux »),
locale/en translates everything.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = [ROOT / "allomediateur", ROOT / "config"]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def sources() -> Iterator[tuple[Path, bytes]]:
    for root in SOURCES:
        for path in sorted(root.rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield path, path.read_bytes()
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                # What is not a message became letters; Babel wants Python's indentation: none.
                shown = templatize(path.read_text(encoding="utf-8"), origin=str(path))
                yield path, "\n".join(line.lstrip() for line in shown.split("\n")).encode()


def extract() -> Catalog:
    """Every message of the source, in order of first use."""
    catalog = Catalog(project="AlloMediateur", charset="utf-8")
    for _path, text in sources():
        for _line, function, messages, _comments in extract_python(
            io.BytesIO(text), KEYWORDS, (), {"encoding": "utf-8"}
        ):
            add(catalog, str(function), messages)
    return catalog


def add(catalog: Catalog, function: str, messages: Any) -> None:
    parts: list[Any] = list(messages) if isinstance(messages, tuple) else [messages]
    context = None
    if function.startswith(("pgettext", "npgettext")):
        context, *parts = parts
    wanted = 2 if "n" in function.split("gettext")[0] else 1
    parts = parts[:wanted]
    if len(parts) == wanted and all(parts):
        catalog.add(tuple(parts) if wanted == 2 else parts[0], context=context)


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str, found: Catalog) -> Catalog:
    """The stored translations of what the source still says; French plurals are filled from the source."""
    old, new = stored(language), Catalog(locale=language, project="AlloMediateur", charset="utf-8")
    for message in found:
        if message.id and (language != "fr" or message.pluralizable):
            known = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            translated = known.string if known and known.id == message.id else None
            new.add(message.id, tuple(message.id) if language == "fr" else translated, context=message.context)
    return new


def written(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, sort_output=True)
    lines = (
        "Content-Type: text/plain; charset=utf-8",
        f"Plural-Forms: {catalog.plural_forms}",
        f"Language: {catalog.locale}",
    )
    header = "".join(f'"{line}\\n"\n' for line in lines)
    return f'msgid ""\nmsgstr ""\n{header}\n'.encode() + buffer.getvalue()


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def complaints(message: Message) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if len(strings) < len(ids) or not all(strings):
        yield f"not translated: {ids[0]!r}"
    elif placeholders("".join(strings)) - placeholders("".join(ids)):
        yield f"unknown placeholder in the translation of {ids[0]!r}"
    elif placeholders(ids[-1]) != placeholders(strings[-1]):
        yield f"other placeholders in the translation of {ids[0]!r}"


def check() -> list[str]:
    """What is wrong, a line each: a stale catalogue, a missing translation, a placeholder that differs."""
    found, wrong = extract(), []
    for language in ("fr", "en"):
        catalog = merged(language, found)
        if not path_of(language).exists() or path_of(language).read_bytes() != written(catalog):
            wrong.append(f"locale/{language} is not what the source says: run `make messages`")
        wrong += [complaint for message in catalog if message.id for complaint in complaints(message)]
    return wrong


def main() -> int:
    if "--check" in sys.argv:
        wrong = check()
        print("\n".join(wrong) or "translations: complete")
        return 1 if wrong else 0
    found = extract()
    for language in ("fr", "en"):
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(written(merged(language, found)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
