"""French typography of what is typed: spaces that do not break, apostrophes that curl."""

import re

NB = "\u00a0"
_RULES = (
    (re.compile(r"(?<=[\w»)’%…]) (?=[;?!»])"), NB),
    (re.compile(r"(?<=[\w»)’%]) (?=:(?:\s|$))"), NB),
    (re.compile(r"« "), f"«{NB}"),
    (re.compile(r"(?<=[A-Za-zÀ-ÿ])'(?=[A-Za-zÀ-ÿ])"), "’"),
    (re.compile(r"(?<=\d) (?=€|%|\d{3}\b)"), NB),
)


def mended(text: str) -> str:
    """The same text, right; a right one is left as it is."""
    for pattern, right in _RULES:
        text = pattern.sub(right, text)
    return text
