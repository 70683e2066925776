"""A text in both languages, and the dates and amounts that go into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

NB = "\u00a0"
_MONTHS = {
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    "en": tuple("January February March April May June July August September October November December".split()),
}


@dataclass(frozen=True)
class Text:
    fr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.fr or self.en)

    def of(self, language: str) -> str:
        """French unless `language` is English."""
        return self.en if language.lower().startswith("en") else self.fr

    @property
    def begun(self) -> Text:
        """With a capital, as a sentence or a choice begins."""
        return Text(self.fr[:1].upper() + self.fr[1:], self.en[:1].upper() + self.en[1:])

    def filled(self, **values: Text | str | int) -> Text:
        """With its values in place, each in its language."""
        french = {name: value.fr if isinstance(value, Text) else value for name, value in values.items()}
        english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        return Text(self.fr.format(**french), self.en.format(**english))


def day(value: date) -> Text:
    """« 1er octobre 2023 », “1 October 2023”."""
    first = "1er" if value.day == 1 else str(value.day)
    return Text(
        f"{first}{NB}{_MONTHS['fr'][value.month - 1]} {value.year}",
        f"{value.day}{NB}{_MONTHS['en'][value.month - 1]} {value.year}",
    )


def euros(cents: int) -> Text:
    """« 5 000 € », “€5,000”; cents where there are some."""
    whole, part = divmod(cents, 100)
    english = f"{whole:,}" + (f".{part:02}" if part else "")
    french = f"{whole:,}".replace(",", "\u202f") + (f",{part:02}" if part else "")
    return Text(f"{french}{NB}€", f"€{english}")


def listed(texts: list[Text], *, joint: Text = Text("et", "and")) -> Text:
    """« a, b et c »."""
    if len(texts) < 2:
        return texts[0] if texts else Text()
    return Text(
        f"{', '.join(one.fr for one in texts[:-1])} {joint.fr} {texts[-1].fr}",
        f"{', '.join(one.en for one in texts[:-1])} {joint.en} {texts[-1].en}",
    )
