"""Why a start is not proposed, in words, for its mediator and for staff.

The reasons are those of booking's own refusal (`scheduling.slots.refusals`, over the same reading); here each is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allomediateur.agenda import openings, truth
from allomediateur.agenda.models import Appointment, Busy, Modality, OpeningException, Service
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling import slots as core
from allomediateur.scheduling import wording
from allomediateur.scheduling.openings import Openings
from allomediateur.scheduling.periods import Period, utc
from allomediateur.scheduling.slots import Refusal, SlotRules
from allomediateur.scheduling.territories import holidays_of
from allomediateur.scheduling.wall import day_start, local_day

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """`reasons` are booking's, the heaviest first, none when the start is proposed; `sentences` say them."""

    reasons: list[Refusal]
    sentences: list[str]


def explain(
    mediator: Mediator, service: Service, modality: str, office: Office | None, start: datetime, now: datetime
) -> Answer:
    """In the active language, on the clock of the office, or of the main one by phone and video."""
    start, now = utc(start), utc(now)
    read = openings.reading(mediator, service, modality, office, start, now)
    if read is None:
        return Answer(
            [Refusal.OUTSIDE_OPENINGS], [_never(mediator, service, (modality, office.pk if office else None), now)]
        )
    case = _Case(mediator, service, modality, office, start, now, read)
    reasons = read.refusals(start, now)
    return Answer(reasons, [sentence for reason in reasons for sentence in case.said(reason)])


def _never(mediator: Mediator, service: Service, pair: truth.Pair, now: datetime) -> str:
    """What keeps every start away."""
    if not mediator.rights_at(now).bookable:
        return _("La fiche n’est pas ouverte aux réservations : certificat, adhésion ou suspension.")
    if not service.is_active:
        return _("La prestation « %(name)s » n’est plus proposée.") % {"name": service.name_fr}
    if not service.is_public:
        return _("La prestation « %(name)s » ne se réserve pas en ligne : seul le médiateur la réserve.") % {
            "name": service.name_fr
        }
    if not truth.gives(service, pair):
        return _("La prestation « %(name)s » ne se tient pas de cette manière.") % {"name": service.name_fr}
    return _("Aucun lieu d’exercice n’est inscrit, ou la date est hors du calendrier.")


@dataclass(frozen=True)
class _Case:
    mediator: Mediator
    service: Service
    modality: str
    office: Office | None
    start: datetime
    now: datetime
    read: openings.Reading

    @property
    def rules(self) -> SlotRules:
        return self.read.rules

    @property
    def openings(self) -> Openings:
        return self.read.openings

    def said(self, reason: Refusal) -> list[str]:
        words = {
            Refusal.OUTSIDE_OPENINGS: self._outside,
            Refusal.CLOSED: self._closed,
            Refusal.OFF_GRID: self._off_grid,
            Refusal.TAKEN: self._taken,
            Refusal.LIMIT: self._limit,
            Refusal.NOTICE: self._notice,
            Refusal.HORIZON: self._horizon,
        }
        return list(words[reason]())

    @property
    def place(self) -> Office:
        """Whose clock and holidays count (R2, R13)."""
        return self.office or Office.objects.select_related("commune").get(mediator=self.mediator, is_main=True)

    @property
    def zone(self) -> str:
        return self.place.zone

    def _outside(self) -> Iterator[str]:
        if self.modality == Modality.VIDEO and not self.mediator.video_room:
            yield _("La visio demande une adresse de salle, qui n’est pas inscrite.")
            return
        holding = next((one for one in self.openings.open if one.contains(self.start)), None)
        if holding:
            yield _("La plage finit à %(end)s : un rendez-vous de %(length)s n’y tient plus.") % {
                "end": self._clock(holding.end), "length": self._length(self.rules.duration),
            }  # fmt: skip
            return
        hours = self._hours_of_the_day()
        if not hours:
            yield _("Hors des plages d’ouverture : il n’y en a aucune ce jour-là.")
            return
        listed = wording.listing([self._span(one) for one in hours], self._language)
        yield _("Hors des plages d’ouverture, ce jour-là %(hours)s.") % {"hours": listed}

    def _hours_of_the_day(self) -> tuple[Period, ...]:
        day = local_day(self.start, self.zone)
        window = Period(day_start(day, self.zone), day_start(day + _DAY, self.zone))
        hours = truth.read_hours([self.mediator.pk], window, self.now)[self.mediator.pk]
        return hours.expand((self.modality, self.office.pk if self.office else None), window).open

    def _closed(self) -> Iterator[str]:
        """By a public holiday or by exceptions of the local days the meeting touches."""
        end = self.start + self.rules.duration
        first, last = local_day(self.start, self.zone), local_day(end - timedelta.resolution, self.zone)
        near = OpeningException.objects.filter(mediator=self.mediator, day__range=(first - _DAY, last))
        office_id = self.office.pk if self.office else None
        ours = [one for one in near if one.modality in ("", self.modality) and one.office_id in (None, office_id)]
        opened = {one.day for one in ours if one.kind != OpeningException.Kind.CLOSED}
        if self.mediator.closed_on_holidays:
            days = holidays_of(self.place.holidays_of, sorted({first.year, last.year}), self._language)
            for day in sorted({first, last} & set(days) - opened):
                yield _("Jour férié : %(name)s.") % {"name": days[day]}
        for one in ours:
            if one.kind != OpeningException.Kind.CLOSED:
                continue
            if one.start_minute is None or one.end_minute is None:
                if one.day >= first:
                    yield _("Fermeture exceptionnelle, toute la journée.")
            else:
                yield _("Fermeture exceptionnelle le %(day)s, de %(start)s à %(end)s.") % {
                    "day": wording.day(one.day, self._language),
                    "start": wording.minute_clock(one.start_minute, self._language),
                    "end": wording.minute_clock(one.end_minute, self._language),
                }

    def _off_grid(self) -> Iterator[str]:
        near = [self._clock(one) for one in core.grid_around(self.start, self.openings, self.rules)]
        said = wording.listing(near, self._language)
        if said:
            yield _("Ce début n’est pas sur la grille ; les plus proches : %(starts)s.") % {"starts": said}
        else:
            yield _("Ce début n’est pas sur la grille.")

    def _taken(self) -> Iterator[str]:
        """What stands in the way: the meeting itself, or the buffers around it (R7)."""
        meeting = Period(self.start, self.start + self.rules.duration)
        travels = bool(self.service.travel_minutes) and (self.modality, self.office) == truth.AGREED
        wanted = meeting.widen(self.rules.before, self.rules.after)
        appointments = Appointment.objects.filter(mediator=self.mediator, blocked__overlap=(wanted.start, wanted.end))
        for one in appointments.live(self.now).order_by("starts_at"):
            itself = Period(one.starts_at, one.ends_at)
            text = (
                _("Un rendez-vous est pris %(span)s.")
                if itself.overlaps(meeting)
                else _("Trop près du rendez-vous pris %(span)s : le trajet et le battement n’y tiennent pas.")
                if travels
                else _("Trop près du rendez-vous pris %(span)s : le battement entre les deux n’est pas libre.")
            )
            yield text % {"span": self._span(itself)}
        for busy in Busy.objects.filter(mediator=self.mediator, starts_at__lt=wanted.end, ends_at__gt=wanted.start):
            yield _("Temps pris ailleurs %(span)s.") % {"span": self._span(Period(busy.starts_at, busy.ends_at))}

    def _limit(self) -> Iterator[str]:
        """The day's or the week's, as long as the full period says."""
        told = {"day": self.service.per_day, "week": self.service.per_week, "name": self.service.name_fr}
        for period in self.read.full:
            if not period.contains(self.start):
                continue
            if period.length > 2 * _DAY:
                yield _("Limite de la semaine atteinte : « %(name)s » est pris %(week)s fois au plus.") % told
            else:
                yield _("Limite du jour atteinte : « %(name)s » est pris %(day)s fois au plus.") % told

    def _notice(self) -> Iterator[str]:
        yield _("Trop proche : le préavis est de %(notice)s, il fallait réserver avant le %(limit)s.") % {
            "notice": self._length(self.rules.notice), "limit": self._when(self.start - self.rules.notice),
        }  # fmt: skip

    def _horizon(self) -> Iterator[str]:
        yield _("Trop loin : il sera proposé à partir du %(limit)s.") % {
            "limit": self._when(self.start - self.rules.horizon)
        }

    @property
    def _language(self) -> str:
        return get_language() or "fr"

    def _clock(self, instant: datetime) -> str:
        return wording.clock(wording.local(instant, self.zone), self._language)

    def _span(self, period: Period) -> str:
        """On the same day the hours; otherwise both days too."""
        if local_day(period.start, self.zone) == local_day(self.start, self.zone) and period.length <= _DAY:
            start, end = wording.local(period.start, self.zone), wording.local(period.end, self.zone)
            return wording.span(start, end, self._language)
        return _("du %(start)s au %(end)s") % {"start": self._when(period.start), "end": self._when(period.end)}

    def _when(self, instant: datetime) -> str:
        return wording.when(instant, self.zone, self._language, now=self.now)

    def _length(self, length: timedelta) -> str:
        return wording.duration(int(length / timedelta(minutes=1)))
