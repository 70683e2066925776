"""Horizontal bars, drawn by `ui/_chart.html`: no library, no inline style. Pure: numbers and words in, places out.

Lengths are in em and in percent of the width, so that words keep their size on a phone and grow with the reader's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROW = 3.25
"""Height of a line, in em: its words, then its bar."""
WIDEST = 78
"""Percent of the width that the longest bar takes: its value is written behind it."""


@dataclass(frozen=True)
class Bar:
    """`length` in the chart's unit; None where there is only a word to say, and no bar."""

    label: str
    length: float | None
    value: str


@dataclass(frozen=True)
class Drawn:
    label: str
    value: str
    percent: str
    words_y: str
    bar_y: str
    value_x: str
    value_y: str
    has_bar: bool


@dataclass(frozen=True)
class Chart:
    """`name` makes its ids, once a page. The same is said in words by `description` and by a table beside it."""

    name: str
    title: str
    description: str
    height: str
    bars: Sequence[Drawn]


def chart(name: str, title: str, description: str, bars: Iterable[Bar]) -> Chart:
    """The longest takes the width; one that is more than nothing can always be seen."""
    listed = list(bars)
    longest = max((one.length or 0 for one in listed), default=0) or 1
    drawn = [_drawn(one, place, longest) for place, one in enumerate(listed)]
    return Chart(name, title, description, _em(ROW * len(listed)), drawn)


def _drawn(bar: Bar, place: int, longest: float) -> Drawn:
    share = WIDEST * (bar.length or 0) / longest
    width = max(share, 0.5) if bar.length else 0
    top = ROW * place
    return Drawn(
        label=bar.label,
        value=bar.value,
        percent=f"{width:.2f}%",
        words_y=_em(top + 1.1),
        bar_y=_em(top + 1.6),
        value_x=f"{width:.2f}%",
        value_y=_em(top + 2.5),
        has_bar=bool(width),
    )


def _em(number: float) -> str:
    return f"{number:.2f}em"
