"""How easy the information pages are to read: `python -m tools.readability` writes docs/readability.md.

Kandel and Moles (1958), the Flesch formula for French: 207 - 1.015 * words a sentence - 73.6 * syllables a word.
Syllables are groups of vowels, a mute ending (-e, -es, -ent) left out. 60 to 70 is standard, above 70 is easy.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from allomediateur.content import shelf
from allomediateur.content.documents import Words

TABLE = Path(__file__).resolve().parent.parent / "docs" / "readability.md"
LOWEST, LONGEST = 60, 15
"""No page is harder, and sentences have no more words than that on average."""
_WORD = re.compile(r"[A-Za-zÀ-ÿœŒ]+")
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœ]+")
_HEAD = """# How easy the information pages are to read

Written by `python -m tools.readability`; `tests/content/test_readability.py` holds the bound (score of {lowest}
or more, {longest} words a sentence at most). Formula: Kandel and Moles, 207 - 1.015 x words a sentence - 73.6 x
syllables a word, on the French text without titles and sources. 60 to 70 is standard, above 70 easy, above 80 very
easy.

| page | words | words a sentence | syllables a word | score |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Measure:
    words: int
    sentences: int
    syllables: int

    @property
    def length(self) -> float:
        return self.words / self.sentences

    @property
    def density(self) -> float:
        return self.syllables / self.words

    @property
    def score(self) -> float:
        return 207 - 1.015 * self.length - 73.6 * self.density


def measure(text: str) -> Measure:
    words = _WORD.findall(text)
    sentences = [one for one in re.split(r"[.!?:;\n]+", text) if _WORD.search(one)]
    return Measure(len(words), len(sentences), sum(map(syllables, words)))


def syllables(word: str) -> int:
    told = word.lower()
    bare = re.sub(r"(?<=[^aeiouyéèêëàâîïôöùûü])(?:e|es|ent)$", "", told) if len(told) > 3 else told
    return max(1, len(_VOWELS.findall(bare)))


def read_aloud(words: Words) -> str:
    """A line of a list is a sentence of its own."""
    lines = [line for one in words.sections for block in one.blocks for line in block.texts]
    return "\n".join([words.summary, *lines])


def table() -> str:
    lines = []
    for slug in shelf.SLUGS:
        told = measure(read_aloud(shelf.shipped(slug).document.fr))
        lines.append(f"| {slug} | {told.words} | {told.length:.1f} | {told.density:.2f} | {told.score:.0f} |\n")
    return _HEAD.format(lowest=LOWEST, longest=LONGEST) + "".join(lines)


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
