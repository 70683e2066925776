"""Days and sums as people write them, understood as the saisine understands them. Each raises Unclear."""

from datetime import date

from django.utils.translation import gettext as _

from allomediateur.cases.questionnaire import deciphering
from allomediateur.cases.questionnaire.deciphering import Unclear
from allomediateur.law.texts import Text

__all__ = ["Unclear", "amount", "day", "hint", "message"]


def day(text: str) -> date:
    """24/11/2026, 2026-11-24, « 24 novembre 2026 »."""
    return deciphering.day(text)


def amount(text: str) -> int:
    """In cents: « 1 234,50 € »."""
    return deciphering.cents(text)


def message(unclear: Unclear) -> Text:
    """How to mend it, in both languages."""
    return Text(unclear.message.fr, unclear.message.en)


def hint(is_sum: bool) -> str:
    return _("Par exemple : 1 234,50") if is_sum else _("Par exemple : 24/11/2026")
