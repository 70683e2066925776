"""Bookings, days to the first free time, how full agendas are, who did not come: by month, department, specialty.

Under the rule of agenda.discretion: of nobody in particular, and the same for the page and for the sheet to take away.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from allomediateur.agenda import discretion, figures, statistics
from allomediateur.agenda.statistics import Report, Row
from allomediateur.directory import departments
from allomediateur.directory.models import Specialty
from allomediateur.scheduling import wording
from allomediateur.scheduling.wall import local_day
from allomediateur.web.ui import sheets
from allomediateur.web.ui.charts import Bar, Chart, chart

MONTHS = 36
"""As far back as appointments are kept."""
AT_FIRST = 12
MOST_BARS = 15
"""The table has the others."""


class Period(forms.Form):
    """From a month to a month, both counted; twelve months without anything said."""

    du = forms.ChoiceField(label=lazy("Du mois de"), required=False)
    au = forms.ChoiceField(label=lazy("Au mois de"), required=False)

    def __init__(self, data: QueryDict, today: date) -> None:
        self.months = [_month_before(today, back) for back in range(MONTHS)]
        given = data.copy()
        given.setdefault("du", f"{self.months[AT_FIRST - 1]:%Y-%m}")
        given.setdefault("au", f"{self.months[0]:%Y-%m}")
        super().__init__(given)
        for name in ("du", "au"):
            found = self.fields[name]
            assert isinstance(found, forms.ChoiceField)  # noqa: S101 - declared above
            found.required = True
            found.choices = [(f"{one:%Y-%m}", wording.month(one, get_language() or "fr")) for one in self.months]
            found.error_messages |= dict.fromkeys(
                ("required", "invalid_choice"), _("Choisissez un mois dans la liste.")
            )

    def clean(self) -> None:
        told = self.cleaned_data
        if "du" in told and "au" in told and told["au"] < told["du"]:
            self.add_error("au", _("Choisissez le même mois que le premier, ou un mois qui vient après."))

    def report(self) -> Report:
        """Of a valid one."""
        first, last = (date.fromisoformat(f"{self.cleaned_data[name]}-01") for name in ("du", "au"))
        return statistics.read(first, _month_before(last, -1))


def _month_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True)
class Measure:
    """`said` and `length` are None where nothing may be shown, or no bar drawn."""

    word: str
    short: str
    label: str
    said: Callable[[Row], str | None]
    length: Callable[[Row], float | None]


@dataclass(frozen=True)
class Line:
    label: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class Division:
    """`left`: how many lines the chart leaves to the table."""

    title: str
    chart: Chart
    lines: list[Line]
    left: int


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    form = Period(request.GET, _today())
    measures = _measures()
    chosen = next((one for one in measures if one.word == request.GET.get("mesure")), measures[0])
    context: dict[str, object] = {"form": form, "measures": measures, "chosen": chosen}
    if not form.is_valid():
        return render(request, "staff/statistics.html", context, status=422)
    report = form.report()
    context |= {
        "report": report,
        "totals": [(one.label, one.said(report.total) or _hidden()) for one in measures],
        "divisions": [_division(name, title, label, rows, chosen) for name, title, label, rows in _parts(report)],
        "fewest": discretion.FEWEST,
        "longest": figures.LONGEST,
        "base": discretion.BASE,
        "sheet": f"{reverse('staff_statistics_sheet')}?du={form.cleaned_data['du']}&au={form.cleaned_data['au']}",
    }
    return render(request, "staff/statistics.html", context)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The same, to take away; a period that is none goes back to the page, which says why."""
    form = Period(request.GET, _today())
    if not form.is_valid():
        return redirect(f"{reverse('staff_statistics')}?{request.GET.urlencode()}")
    told = form.cleaned_data
    return sheets.answer(f"statistiques-{told['du']}-{told['au']}", _sheet(form.report()))


def _today() -> date:
    return local_day(datetime.now(UTC), figures.ZONE)


def _sheet(report: Report) -> Iterator[Sequence[object]]:
    measures = _measures()
    yield [_("Par"), _("Ligne"), *(one.label for one in measures)]
    yield [_("Ensemble"), "", *_values(report.total, measures)]
    for _name, title, label, rows in _parts(report):
        for row in rows:
            yield [title, label(row), *_values(row, measures)]


def _values(row: Row, measures: Sequence[Measure]) -> list[object]:
    """Numbers where there are, words else: what is shown in bars is a number."""
    found: list[object] = []
    for one in measures:
        length, said = one.length(row), one.said(row)
        found.append(length if said is not None and length is not None else said or _hidden())
    return found


Label = Callable[[Row], str]


def _parts(report: Report) -> list[tuple[str, str, Label, list[Row]]]:
    names = {str(one.pk): one.label for one in Specialty.objects.all()}

    def month(row: Row) -> str:
        if row.key is None:
            return ngettext("%(count)s autre mois", "%(count)s autres mois", len(row.of)) % _count(row)
        return wording.month(date.fromisoformat(f"{row.key}-01"), get_language() or "fr")

    def department(row: Row) -> str:
        if row.key is None:
            return ngettext("%(count)s autre département", "%(count)s autres départements", len(row.of)) % _count(row)
        return f"{departments.NAMES.get(row.key, row.key)} ({row.key})" if row.key else _("Hors de France")

    def specialty(row: Row) -> str:
        if row.key is None:
            return ngettext("%(count)s autre spécialité", "%(count)s autres spécialités", len(row.of)) % _count(row)
        return names.get(row.key, _("Spécialité retirée"))

    return [
        ("months", _("Par mois"), month, report.months),
        ("departments", _("Par département"), department, report.departments),
        ("specialties", _("Par spécialité"), specialty, report.specialties),
    ]


def _count(row: Row) -> dict[str, int]:
    return {"count": len(row.of)}


def _division(name: str, title: str, label: Label, rows: list[Row], chosen: Measure) -> Division:
    measures = _measures()
    shown = rows if name == "months" else _longest(rows, chosen)
    bars = [Bar(label(row), chosen.length(row), chosen.said(row) or _hidden()) for row in shown]
    return Division(
        title=title,
        chart=chart(name, f"{title}, {chosen.label}", _("Les mêmes valeurs sont en tableau."), bars),
        lines=[Line(label(row), [(one.label, one.said(row) or _hidden()) for one in measures]) for row in rows],
        left=len(rows) - len(shown),
    )


def _longest(rows: list[Row], chosen: Measure) -> list[Row]:
    """What is gathered would dwarf the others: it is in the table."""
    alone = [row for row in rows if row.key is not None]
    return sorted(alone, key=lambda row: -(chosen.length(row) or 0))[:MOST_BARS]


def _hidden() -> str:
    return _("non montré")


def _measures() -> list[Measure]:
    return [
        Measure("rendez-vous", _("Rendez-vous"), _("Rendez-vous réservés"), _booked, _booked_length),
        Measure("attente", _("Attente"), _("Attente du premier créneau (jours, médiane)"), _wait, _wait_length),
        Measure("remplissage", _("Remplissage"), _("Remplissage des agendas (%)"), _fill, lambda row: row.fill),
        Measure("absences", _("Absences"), _("Absences (%)"), _no_shows, _no_shows_length),
    ]


def _booked_length(row: Row) -> int | None:
    return row.booked.low if row.booked and not row.booked.is_hidden else None


def _wait_length(row: Row) -> int | None:
    return row.wait if row.wait is not None and row.wait <= figures.LONGEST else None


def _no_shows_length(row: Row) -> int | None:
    return row.no_shows.percent if row.no_shows and not row.no_shows.is_under else None


def _booked(row: Row) -> str | None:
    if row.booked is None:
        return None
    return _under(str(row.booked.step)) if row.booked.is_hidden else wording.number(row.booked.low, _language())


def _wait(row: Row) -> str | None:
    if row.wait is None:
        return None
    if row.wait > figures.LONGEST:
        return _("plus de %(days)s jours") % {"days": figures.LONGEST}
    if row.wait == 0:
        return _("le jour même")
    return ngettext("%(days)s jour", "%(days)s jours", row.wait) % {"days": row.wait}


def _fill(row: Row) -> str | None:
    return None if row.fill is None else wording.percent(row.fill, _language())


def _no_shows(row: Row) -> str | None:
    if row.no_shows is None:
        return None
    said = wording.percent(row.no_shows.percent, _language())
    return _under(said) if row.no_shows.is_under else said


def _under(said: str) -> str:
    return _("moins de %(number)s") % {"number": said}


def _language() -> str:
    return get_language() or "fr"
