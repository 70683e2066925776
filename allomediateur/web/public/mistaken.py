"""What the address of a mediator's page asks for that is not there any more, or never was: a sentence each."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda.models import Service
from allomediateur.directory.models import Mediator
from allomediateur.scheduling import wording
from allomediateur.web.public import months, timetable
from allomediateur.web.public.timetable import Asked, Week
from allomediateur.web.ui.slots import MODALITIES
from allomediateur.web.ui.templatetags.ui import modality_text

LONGEST = 30
"""Characters of a wrong value that are said again."""


def sentences(
    sent: Mapping[str, str], mediator: Mediator, asked: Asked, services: list[Service], week: Week, now: datetime
) -> list[str]:
    """In the order of the page. An address of ours gives none."""
    found = [*_services(sent, services), *_ways(sent, mediator, asked)]
    if not week.is_empty:
        found += [*_days(sent, asked, week, now), *_months(sent, week), *_starts(sent, asked, now)]
    return found


def _services(sent: Mapping[str, str], services: list[Service]) -> Iterator[str]:
    wanted = sent.get("prestation", "")
    if wanted and wanted not in {str(one.pk) for one in services}:
        yield _("Le rendez-vous que ce lien demandait n’est plus proposé. Voici ceux qui le sont.")


def _ways(sent: Mapping[str, str], mediator: Mediator, asked: Asked) -> Iterator[str]:
    word, office, way = sent.get("modalite", ""), sent.get("lieu-exercice", ""), asked.place
    if word and word not in MODALITIES:
        yield _("« %(word)s » n’est pas une manière de se rencontrer. Choisissez-en une.") % {"word": _said(word)}
    elif word and way and way.modality != MODALITIES[word]:
        how = modality_text(MODALITIES[word])
        yield _("%(name)s ne propose plus ce rendez-vous %(how)s. Voici les autres manières.") % {
            "name": mediator.name,
            "how": how,
        }
    elif office and way and timetable.office_word(way) != office:
        yield _("Le lieu que ce lien demandait n’est plus proposé. Voici les autres.")


def _days(sent: Mapping[str, str], asked: Asked, week: Week, now: datetime) -> Iterator[str]:
    text, day = sent.get("du", ""), timetable.asked_day(asked)
    if not text:
        return
    today, last, language = wording.local(now, week.zone).date(), max(week.free), get_language() or "fr"
    if day is None:
        yield _("« %(text)s » n’est pas une date, qui s’écrit 2026-11-24. Voici les premiers jours libres.") % {
            "text": _said(text)
        }
    elif day < today:
        yield _("%(day)s est passé. Voici les prochains créneaux.") % {"day": _long(day, language, today)}
    elif day > last:
        yield _("Rien n’est ouvert %(day)s. Le dernier jour libre est %(last)s.") % {
            "day": wording.day(day, language, today=today),
            "last": wording.day(last, language, today=today),
        }


def _months(sent: Mapping[str, str], week: Week) -> Iterator[str]:
    text = sent.get("mois", "")
    if not text:
        return
    month = months.asked_month(text)
    if month is None:
        yield _("« %(text)s » n’est pas un mois, qui s’écrit 2026-11.") % {"text": _said(text)}
    elif not min(week.free).replace(day=1) <= month <= max(week.free):
        yield _("Rien n’est ouvert en %(month)s.") % {"month": wording.month(month, get_language() or "fr")}


def _starts(sent: Mapping[str, str], asked: Asked, now: datetime) -> Iterator[str]:
    if sent.get("creneau") and timetable.wanted_start(asked, now) is None:
        yield _("L’heure que ce lien demandait ne se lit pas. Choisissez-en une.")


def _long(day: date, language: str, today: date) -> str:
    said = wording.day(day, language, today=today)
    return said[:1].upper() + said[1:]


def _said(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:LONGEST]
