"""From what is typed to paragraphs, lists and steps. A blank line ends a block; « - » starts a line of a list, « 1. » a
step; [key] calls a source. Nothing else is markup."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

CALL = re.compile(r"[ \u00a0]?\[([a-z0-9-]+)\]")
_MARKS = {"list": re.compile(r"^- +", re.MULTILINE), "steps": re.compile(r"^\d{1,2}\. +", re.MULTILINE)}


@dataclass(frozen=True)
class Piece:
    """Words, or the key of a source that is called there."""

    words: str = ""
    call: str = ""


@dataclass(frozen=True)
class Block:
    """`kind`: paragraph (one line), list or steps; a line is its pieces, in order."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Its lines as they are read aloud: without the calls."""
        return tuple("".join(piece.words for piece in line) for line in self.lines)


def blocks(text: str) -> Iterator[Block]:
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        yield _block(part.strip())


def calls(text: str) -> list[str]:
    """The keys of the sources that a text calls."""
    return CALL.findall(text)


def _block(part: str) -> Block:
    for kind, mark in _MARKS.items():
        if mark.match(part):
            lines = [line for line in mark.split(part) if line.strip()]
            return Block(kind, tuple(_pieces(line) for line in lines))
    return Block("paragraph", (_pieces(part),))


def _pieces(line: str) -> tuple[Piece, ...]:
    """Split by the calls: words and keys come one after the other."""
    parts = CALL.split(re.sub(r"\s*\n\s*", " ", line.strip()))
    pieces = (Piece(call=part) if index % 2 else Piece(words=part) for index, part in enumerate(parts))
    return tuple(piece for piece in pieces if piece != Piece())
