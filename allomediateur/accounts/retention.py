"""What a rule of retention is. Each room has its own rules; allomediateur.privacy gathers them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """`forget` removes what is older than `kept` at the instant it is given."""

    name: str
    what: str | Promise
    kept: timedelta
    said: str | Promise
    forget: Callable[[datetime, timedelta], object]
