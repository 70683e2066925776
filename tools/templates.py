"""`python -m tools.templates`: every template compiles, and pages hold nothing that the content policy refuses."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

ROOT = Path(__file__).resolve().parent.parent
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
}


def templates() -> list[Path]:
    found = (ROOT / "allomediateur").glob("**/templates/**/*")
    return sorted(path for path in found if path.suffix in {".html", ".txt"})


def complaints(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    try:
        engines["django"].from_string(source)
    except TemplateSyntaxError as error:
        yield str(error)
    # A letter has no content policy, and needs its styles.
    if path.suffix == ".html" and "letters" not in path.parts:
        yield from (f"{what}: the content policy refuses it" for what, found in INLINE.items() if found.search(source))


def main() -> int:
    django.setup()
    wrong = [f"{path.relative_to(ROOT)}: {complaint}" for path in templates() for complaint in complaints(path)]
    print("\n".join(wrong) or f"templates: {len(templates())} compile")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
