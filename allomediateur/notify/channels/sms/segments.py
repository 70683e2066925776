"""How many parts a text takes on the air, and how to make it take fewer (3GPP TS 23.038 and 23.040).

GSM-7 holds 160 characters in one part, 153 in each of several (7 are the header's); a single character outside its
alphabet makes the whole text UCS-2: 70, then 67, a character of the astral planes counting twice.
"""

import re
import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""An escape goes before each: two places."""
PLAIN = str.maketrans(
    {
        **dict.fromkeys("’‘", "'"), **dict.fromkeys("“”", '"'), **dict.fromkeys("–—‑", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "), **dict.fromkeys("\u200b\u00ad", ""),
        "…": "...", "œ": "oe", "Œ": "OE",
    }
)  # fmt: skip

_INSIDE = re.compile(r"«\s?|\s?»")


@dataclass(frozen=True)
class Size:
    """`unicode`: UCS-2; `length`: in its units; `parts`: what is billed."""

    unicode: bool
    length: int
    parts: int


def size(text: str) -> Size:
    """As it is, nothing converted."""
    if set(text) <= BASIC | EXTENDED:
        costs = [2 if one in EXTENDED else 1 for one in text]
        return Size(False, sum(costs), _parts(costs, 160, 153))
    costs = [2 if ord(one) > 0xFFFF else 1 for one in text]
    return Size(True, sum(costs), _parts(costs, 70, 67))


def _parts(costs: list[int], alone: int, chained: int) -> int:
    """A character of two places is never cut between two parts."""
    if sum(costs) <= alone:
        return 1
    parts, room = 1, chained
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, chained
        room -= cost
    return parts


def gsm(text: str) -> str:
    """The same words in GSM-7: typography made plain, accents it has not dropped. What has no plain form stays."""
    text = _INSIDE.sub('"', text)
    return "".join(one if one in BASIC | EXTENDED else _plain(one) for one in text.translate(PLAIN))


def _plain(one: str) -> str:
    bare = unicodedata.normalize("NFD", one)[0]
    return bare if bare in BASIC else one
