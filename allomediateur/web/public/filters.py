"""Filters as links with counts, and what to try when nothing is found. The address holds the state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allomediateur.agenda import facets
from allomediateur.agenda.facets import Counts, Offered
from allomediateur.agenda.finding import Found, Query
from allomediateur.agenda.models import Modality
from allomediateur.directory.models import Commune, Specialty
from allomediateur.web.public.asking import DELAYS, LANGUAGES, RADII, RADIUS, Asked, last_day
from allomediateur.web.ui.slots import WORDS
from allomediateur.web.ui.templatetags.ui import language_name, modality_label

KEPT = ("lieu", "specialite", "modalite", "langue", "rayon", "delai", "acces", "tri")


@dataclass(frozen=True)
class Option:
    """`more`: `count` is the least there is."""

    label: str
    url: str
    is_current: bool
    count: int | None = None
    more: bool = False

    @property
    def is_dead(self) -> bool:
        """A choice that finds nobody is said, and leads nowhere."""
        return self.count == 0 and not self.is_current and not self.more


@dataclass(frozen=True)
class Group:
    """`name` is the key of the address, and that of the options' ids."""

    name: str
    title: str
    options: list[Option]
    is_folded: bool = False


def link(sent: Mapping[str, str], **changes: object) -> str:
    """The present question changed; the page starts again at the first. None or empty takes a key away."""
    values = {key: sent[key] for key in KEPT if sent.get(key)} | changes
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    return f"?{urlencode(kept)}" if kept else "?"


def kept(sent: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What the search form does not ask and keeps."""
    return {"kept": [(key, sent[key]) for key in ("langue", "rayon", "delai", "acces", "tri") if sent.get(key)]}


def count(query: Query, zone: str, now: datetime) -> Counts:
    """What each filter of the page would give."""
    untils = [last_day(delay, zone, now) for delay in DELAYS]
    return facets.count(query, Offered(RADII, untils), now)


def groups(asked: Asked, counts: Counts, sent: Mapping[str, str], zone: str, now: datetime) -> list[Group]:
    """The order in which people choose."""
    every = [_sorts(asked, sent), _modalities(asked, counts, sent), _delays(asked, counts, sent, zone, now)]
    if asked.place and asked.modality not in (Modality.PHONE, Modality.VIDEO):
        every.append(_radii(asked, counts, sent))
    return [*every, _specialties(asked, counts, sent), _accesses(asked, counts, sent), _languages(asked, counts, sent)]


def _sorts(asked: Asked, sent: Mapping[str, str]) -> Group:
    soonest = asked.soonest or not asked.place
    near = Option(_("Les plus proches"), link(sent, tri="proche"), not soonest)
    soon = Option(_("Les plus tôt disponibles"), link(sent, tri="tot"), soonest)
    return Group("tri", _("Trier"), [near, soon] if asked.place else [soon])


def _more(counts: Counts, modality: str | None) -> bool:
    return counts.remote_more if modality in (Modality.PHONE, Modality.VIDEO) else counts.near_more


def _modalities(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Group:
    every = Option(
        _("Toutes"), link(sent, modalite=None), not asked.modality, counts.without["modality"], counts.near_more
    )
    options = [every]
    for modality, word in WORDS.items():
        number, more = counts.by_modality.get(modality, 0), _more(counts, modality)
        url = link(sent, modalite=word)
        options.append(Option(modality_label(modality), url, asked.modality == modality, number, more))
    return Group("modalite", _("Comment"), options)


def _delays(asked: Asked, counts: Counts, sent: Mapping[str, str], zone: str, now: datetime) -> Group:
    more = _more(counts, asked.modality)
    options = [Option(_("Peu importe"), link(sent, delai=None), asked.delay is None, counts.without["until"], more)]
    for days in DELAYS:
        number = counts.by_until.get(last_day(days, zone, now), 0)
        options.append(Option(within(days), link(sent, delai=days), asked.delay == days, number, more))
    return Group("delai", _("Quand"), options)


def _radii(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Group:
    options = [
        Option(
            _kilometres(km), link(sent, rayon=_radius(km)), asked.radius == km, counts.by_radius.get(km, 0),
            counts.near_more,
        )
        for km in RADII
    ]  # fmt: skip
    return Group("rayon", _("Distance, en présence"), options)


def _specialties(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Group:
    more, number = _more(counts, asked.modality), counts.without["specialty_id"]
    every = Option(_("Toutes"), link(sent, specialite=None), asked.specialty is None, number, more)
    options = [
        Option(
            one.label, link(sent, specialite=one.slug), asked.specialty == one, counts.by_specialty.get(one.pk, 0), more
        )
        for one in Specialty.objects.all()
    ]
    return Group("specialite", _("Spécialité"), [every, *options])


def _languages(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Group:
    more = _more(counts, asked.modality)
    options = [Option(_("Toutes"), link(sent, langue=None), not asked.language, counts.without["language"], more)]
    for code in LANGUAGES:
        label, number = language_name(code).capitalize(), counts.by_language.get(code, 0)
        options.append(Option(label, link(sent, langue=code), asked.language == code, number, more))
    return Group("langue", _("Langue parlée"), options, is_folded=not asked.language)


def _accesses(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Group:
    more = _more(counts, asked.modality)
    every = Option(_("Tous les lieux"), link(sent, acces=None), not asked.step_free, counts.without["step_free"], more)
    level = Option(
        _("De plain-pied ou par ascenseur"), link(sent, acces="plain-pied"), asked.step_free, counts.step_free, more
    )
    return Group("acces", _("Accès, en présence"), [every, level], is_folded=not asked.step_free)


def _kilometres(km: int) -> str:
    return _("%(km)s km") % {"km": km}


def _radius(km: int) -> int | None:
    """As the address says it: the usual one is not said."""
    return None if km == RADIUS else km


def within(days: int) -> str:
    return ngettext("D’ici %(days)s jour", "D’ici %(days)s jours", days) % {"days": days}


def active(asked: Asked, sent: Mapping[str, str]) -> list[Option]:
    """The filters in force, each a link that takes it away."""
    chosen: list[tuple[str, str]] = []
    if asked.specialty:
        chosen.append(("specialite", asked.specialty.label))
    if asked.modality:
        chosen.append(("modalite", modality_label(asked.modality)))
    if asked.delay:
        chosen.append(("delai", within(asked.delay)))
    if asked.language:
        chosen.append(("langue", language_name(asked.language).capitalize()))
    if asked.step_free:
        chosen.append(("acces", _("De plain-pied ou par ascenseur")))
    if asked.radius != RADIUS and asked.place:
        chosen.append(("rayon", _kilometres(asked.radius)))
    return [Option(label, link(sent, **{key: None}), is_current=True) for key, label in chosen]


def remote(asked: Asked, found: Found, counts: Counts, sent: Mapping[str, str]) -> list[Option]:
    """Where nothing more is near: by phone and by video, distance does not count."""
    if not asked.place or asked.modality or found.page < found.pages:
        return []
    ways = ((_("Par téléphone"), Modality.PHONE), (_("En visio"), Modality.VIDEO))
    options = [
        Option(label, link(sent, modalite=WORDS[way]), False, counts.by_modality.get(way, 0), counts.remote_more)
        for label, way in ways
    ]
    return [option for option in options if option.count and (option.more or option.count > found.total)]


def namesakes(communes: Iterable[Commune], sent: Mapping[str, str]) -> list[tuple[Commune, str]]:
    """Communes to choose among, each with the address that means it and no other."""
    return [(commune, link(sent, lieu=commune.code)) for commune in communes]


def ways_out(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> list[Option]:
    """Where somebody is found when nobody is: those that find nobody are left out."""
    more = counts.near_more or counts.remote_more
    tried = (Option(label, url, False, number, more) for label, number, url in _others(asked, counts, sent))
    return [option for option in tried if option.count]


def _others(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Iterable[tuple[str, int, str]]:
    if asked.place and asked.modality not in (Modality.PHONE, Modality.VIDEO):
        yield from _wider(asked, counts, sent)
    if asked.modality != Modality.VIDEO:
        number = counts.by_modality.get(Modality.VIDEO, 0)
        yield _("En visio, partout en France"), number, link(sent, modalite="visio")
    if asked.modality != Modality.PHONE:
        number = counts.by_modality.get(Modality.PHONE, 0)
        yield _("Par téléphone, partout en France"), number, link(sent, modalite="telephone")
    yield from _looser(asked, counts, sent)


def _wider(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Iterable[tuple[str, int, str]]:
    """The next distance within which there is somebody."""
    somebody = next((km for km in RADII if km > asked.radius and counts.by_radius.get(km)), None)
    if somebody:
        label = _("Chercher à %(km)s km") % {"km": somebody}
        yield label, counts.by_radius[somebody], link(sent, rayon=_radius(somebody))


def _looser(asked: Asked, counts: Counts, sent: Mapping[str, str]) -> Iterable[tuple[str, int, str]]:
    """Each filter in force taken away, then all of them."""
    without = (
        (asked.modality, _("Quelle que soit la manière"), "modality", "modalite"),
        (asked.delay, _("À d’autres dates"), "until", "delai"),
        (asked.specialty, _("Dans toutes les spécialités"), "specialty_id", "specialite"),
        (asked.language, _("Dans toutes les langues"), "language", "langue"),
        (asked.step_free, _("Dans tous les lieux"), "step_free", "acces"),
    )
    in_force = [one for one in without if one[0]]
    for _value, label, name, key in in_force:
        yield label, counts.without[name], link(sent, **{key: None})
    if len(in_force) > 1:
        kept = {key: sent[key] for key in ("lieu", "rayon") if sent.get(key)}
        yield _("Sans aucun filtre"), counts.unfiltered, link(kept)
