"""What a document needs to be shown."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.translation import get_language

from allomediateur.scheduling import wording

register = template.Library()


@register.filter
def number(numbers: Mapping[str, int], key: str) -> int:
    """Under which number that source stands."""
    return numbers.get(key, 0)


@register.filter
def dated(day: date) -> str:
    """« 1er octobre 2023 »: no weekday, the year always."""
    return wording.day(day, get_language() or "fr", today=date.min).partition(" ")[2]
