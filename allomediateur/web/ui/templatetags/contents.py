"""What a document needs to be shown."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def number(numbers: Mapping[str, int], key: str) -> int:
    """Under which number that source stands."""
    return numbers.get(key, 0)
