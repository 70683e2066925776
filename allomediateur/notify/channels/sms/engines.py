"""What an engine of SMS does, and how it fails."""

from dataclasses import dataclass
from typing import Protocol


class ProviderAway(Exception):
    """It took nothing, and would take no other text now: no connection, our key or credit refused, too many at once."""


class Refused(Exception):
    """It took nothing and never will take this text: its number or its words."""


class Unknown(Exception):
    """No answer, or none that says: it may have taken the text."""


@dataclass(frozen=True)
class Sms:
    """`to` in E.164; `mark` is the text's own name, the same at each attempt; `unicode`: it does not fit GSM-7."""

    to: str
    body: str
    mark: str
    unicode: bool


class Engine(Protocol):
    def send(self, sms: Sms) -> str:
        """Hand it over; the provider's name for it. Raises ProviderAway, Refused, Unknown."""

    def taken(self, sms: Sms) -> str:
        """The provider's name for what it took under that mark, empty when it knows of none. Raises ProviderAway."""
