"""What people type, to what is kept: dates, months, amounts, numbers. Each raises Unclear with how to mend."""

import re
import unicodedata
from datetime import date

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)  # fmt: skip

from allomediateur.cases.questionnaire import words
from allomediateur.cases.questionnaire.fitting import MOST_CENTS, is_email
from allomediateur.cases.questionnaire.shapes import Text
from allomediateur.scheduling.wording import MONTHS

# Controls, halves of surrogate pairs, and marks that turn the direction of what follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th)?[\s/.\-]+(\d{1,2}|[a-z]+)\.?[\s/.\-,]+(\d{4}|\d{2})")
_MONTH_DAY = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTH = re.compile(r"(\d{1,2}|[a-z]+)\.?[\s/.\-]+(\d{4})")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_AMOUNT = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_THOUSANDS = re.compile(r"(\d{1,3}(?:\.\d{3})+)(?:,(\d{1,2}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?")
_CURRENCY = re.compile(r"^(?:€|eur)|(?:€|euros?|eur)$")
REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "NC", "PF", "PM", "WF")
"""Where a number without its country’s code is looked for."""


class Unclear(ValueError):
    """`message` says how to mend."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.fr)
        self.message = message


def long_text(text: str) -> str:
    """Lines kept, what cannot be seen taken out."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def short_text(text: str) -> str:
    """On one line."""
    return _SPACES.sub(" ", long_text(text)).strip()


def day(text: str) -> date:
    """24/11/2026, 24.11.26, 2026-11-24, « 24 novembre 2026 », “November 24, 2026”."""
    plain = _plain(text)
    if found := _ISO.fullmatch(plain):
        year, month, number = found.groups()
    elif found := _DAY.fullmatch(plain):
        number, month, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(plain):
        month, number, year = found.groups()
    else:
        raise Unclear(words.BAD_DATE)
    try:
        return date(_year(year), _month_number(month, words.BAD_DATE), int(number))
    except ValueError as error:
        raise error if isinstance(error, Unclear) else Unclear(words.NO_SUCH_DAY) from error


def month(text: str) -> str:
    """03/2025, 2025-03, « mars 2025 » to `2025-03`."""
    plain = _plain(text)
    if found := _ISO_MONTH.fullmatch(plain):
        year, number = found.groups()
    elif found := _MONTH.fullmatch(plain):
        number, year = found.groups()
    else:
        raise Unclear(words.BAD_MONTH)
    read, of_year = _month_number(number, words.BAD_MONTH), int(year)
    if not (1 <= read <= 12 and _FIRST_YEAR <= of_year <= _LAST_YEAR):
        raise Unclear(words.BAD_MONTH)
    return f"{of_year}-{read:02}"


def cents(text: str) -> int:
    """« 1 234,50 € », “€1,234.50”, 1234.5; « 1,234 » is unclear. Zero is no amount."""
    plain = _CURRENCY.sub("", re.sub(r"\s", "", _plain(text)))
    whole, part = _amount(plain)
    if len(whole) > 12:
        raise Unclear(words.LARGE_AMOUNT)
    value = int(whole) * 100 + int(part.ljust(2, "0"))
    if not value:
        raise Unclear(words.NO_AMOUNT)
    if value > MOST_CENTS:
        raise Unclear(words.LARGE_AMOUNT)
    return value


def _amount(plain: str) -> tuple[str, str]:
    if found := _AMOUNT.fullmatch(plain):
        return found[1], found[2] or ""
    if found := _THOUSANDS.fullmatch(plain):
        if re.fullmatch(r"\d{1,3},\d{3}", plain):
            raise Unclear(words.UNCLEAR_AMOUNT)
        return re.sub(r"\D", "", found[1] or found[3]), found[2] or found[4] or ""
    raise Unclear(words.BAD_AMOUNT)


def phone(text: str) -> str:
    """To E.164. A possible number that no operator has yet is the person’s to know."""
    read = [number for region in REGIONS if (number := _number(text, region))]
    valid = next((number for number in read if is_valid_number(number)), None)
    possible = next((number for number in read if is_possible_number(number)), None)
    if number := valid or possible:
        return format_number(number, PhoneNumberFormat.E164)
    raise Unclear(words.BAD_PHONE)


def email(text: str) -> str:
    plain = short_text(text).replace(" ", "").removeprefix("mailto:")
    if not is_email(plain):
        raise Unclear(words.BAD_EMAIL)
    return plain


def _number(text: str, region: str) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def _plain(text: str) -> str:
    """In lower case, without accents, spaces alike, ASCII digits."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _SPACES.sub(" ", bare).strip()


def _month_number(text: str, otherwise: Text) -> int:
    if text.isdigit():
        return int(text)
    for months in MONTHS.values():
        found = [number for number, name in enumerate(months, 1) if _plain(name).startswith(text)]
        if len(found) == 1 and len(text) >= 3:
            return found[0]
    raise Unclear(otherwise)


def _year(text: str) -> int:
    year = int(text) + (2000 if len(text) == 2 else 0)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unclear(words.BAD_DATE)
    return year
