"""French typography of what people read: `python -m tools.typography` mends the source, `--check` names what is not.

A no-break space (U+00A0) stands before « : ; ? ! » », after « « », and the apostrophe is ’. Only texts given to
gettext (templates and code) and the tables' words are looked at, never comments or docstrings.
"""

import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "allomediateur"
NB = "\u00a0"
RULES = (
    (re.compile(r"(?<=[\w»)}’%…\"]) (?=[;?!»](?!=))"), NB),
    (re.compile(r"(?<=[\w»)}’%]) (?=:(?:\s|$|[\"'<]))"), NB),
    (re.compile(r"« "), f"«{NB}"),
    (re.compile(r"(?<=[A-Za-zÀ-ÿ])'(?=[A-Za-zÀ-ÿ])"), "’"),
)
IN_TEMPLATE = re.compile(
    r"""(\{%\s*translate\s+")([^"]*)(")|(_\(")([^"]*)("\))|(\{%\s*blocktranslate[^%]*%\})(.*?)(\{%\s*endblocktranslate\s*%\})""",
    re.DOTALL,
)
CALLS = {"_", "lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


def mended(text: str) -> str:
    for pattern, right in RULES:
        text = pattern.sub(right, text)
    return text


def template(source: str) -> str:
    def replace(match: re.Match[str]) -> str:
        opening, text, closing = (part for part in match.groups() if part is not None)
        parts = re.split(r"(\{[{%].*?[%}]\})", text)
        return opening + _around_tags(parts) + closing

    return IN_TEMPLATE.sub(replace, source)


def _around_tags(parts: list[str]) -> str:
    """The texts between tags; a tag counts as a word for the punctuation that follows it."""
    shown = []
    for index, part in enumerate(parts):
        is_tag = index % 2
        before = "}" if index and not is_tag else ""
        shown.append(part if is_tag else mended(before + part)[len(before) :])
    return "".join(shown)


def code(source: str) -> str:
    """The string literals given to gettext, wherever the call's parentheses reach."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(_literals(source))):
        (row, start), (last, end) = token.start, token.end
        if row == last:
            line = lines[row - 1]
            lines[row - 1] = line[:start] + mended_literal(token.string) + line[end:]
    return "".join(lines)


def mended_literal(literal: str) -> str:
    return literal if literal.startswith(("f", "r", "b", "'")) else mended(literal)


def _literals(source: str) -> Iterator[tokenize.TokenInfo]:
    depth, inside, previous = 0, [], ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.string == "(":
            depth += 1
            if previous in CALLS:
                inside.append(depth)
        elif token.string == ")":
            if inside and inside[-1] == depth:
                inside.pop()
            depth -= 1
        elif token.type == tokenize.STRING and inside:
            yield token
        previous = token.string


def files() -> Iterator[tuple[Path, str, str]]:
    """Each file that speaks, its source and the source as it should be."""
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            source = path.read_text(encoding="utf-8")
            yield path, source, template(source)
        elif path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_text(encoding="utf-8")
            yield path, source, code(source)


def main() -> int:
    wrong = [(path, right) for path, source, right in files() if source != right]
    for path, right in wrong:
        if "--check" in sys.argv:
            print(f"{path}: a space or an apostrophe is not French typography; run python -m tools.typography")
        else:
            path.write_text(right, encoding="utf-8")
    return 1 if wrong and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
