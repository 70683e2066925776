"""Filters as links with counts, and what to try when nothing is found. The address holds the state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allomediateur.agenda import finding
from allomediateur.agenda.finding import Found, Query
from allomediateur.agenda.models import Modality
from allomediateur.directory.models import Commune, Specialty
from allomediateur.web.public.asking import DELAYS, LANGUAGES, RADII, RADIUS, Asked
from allomediateur.web.ui.slots import WORDS
from allomediateur.web.ui.templatetags.ui import language_name, modality_label

KEPT = ("lieu", "specialite", "modalite", "langue", "rayon", "delai", "acces", "tri")


@dataclass(frozen=True)
class Option:
    label: str
    url: str
    is_current: bool
    count: int | None = None


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


def groups(asked: Asked, found: Found, sent: Mapping[str, str]) -> list[Group]:
    """The order in which people choose."""
    every = [_sorts(asked, sent), _modalities(asked, found, sent), _delays(asked, sent)]
    if asked.place:
        every.append(_radii(asked, sent))
    return [*every, _specialties(asked, found, sent), _accesses(asked, sent), _languages(asked, sent)]


def _sorts(asked: Asked, sent: Mapping[str, str]) -> Group:
    soonest = asked.soonest or not asked.place
    near = Option(_("Les plus proches"), link(sent, tri="proche"), not soonest)
    soon = Option(_("Les plus tôt disponibles"), link(sent, tri="tot"), soonest)
    return Group("tri", _("Trier"), [near, soon] if asked.place else [soon])


def _modalities(asked: Asked, found: Found, sent: Mapping[str, str]) -> Group:
    options = [Option(_("Toutes"), link(sent, modalite=None), not asked.modality)]
    for modality, word in WORDS.items():
        count = found.by_modality.get(modality, 0)
        options.append(Option(modality_label(modality), link(sent, modalite=word), asked.modality == modality, count))
    return Group("modalite", _("Comment"), options)


def _delays(asked: Asked, sent: Mapping[str, str]) -> Group:
    options = [Option(_("Peu importe"), link(sent, delai=None), asked.delay is None)]
    options += [Option(within(days), link(sent, delai=days), asked.delay == days) for days in DELAYS]
    return Group("delai", _("Quand"), options)


def _radii(asked: Asked, sent: Mapping[str, str]) -> Group:
    options = [
        Option(_("%(km)s km") % {"km": km}, link(sent, rayon=None if km == RADIUS else km), asked.radius == km)
        for km in RADII
    ]
    return Group("rayon", _("Distance, en présence"), options)


def _specialties(asked: Asked, found: Found, sent: Mapping[str, str]) -> Group:
    options = [Option(_("Toutes"), link(sent, specialite=None), asked.specialty is None)]
    for one in Specialty.objects.all():
        count, is_current = found.by_specialty.get(one.pk, 0), asked.specialty == one
        if count or is_current:
            options.append(Option(one.label, link(sent, specialite=one.slug), is_current, count))
    return Group("specialite", _("Spécialité"), options)


def _languages(asked: Asked, sent: Mapping[str, str]) -> Group:
    options = [Option(_("Toutes"), link(sent, langue=None), not asked.language)]
    options += [
        Option(language_name(code).capitalize(), link(sent, langue=code), asked.language == code) for code in LANGUAGES
    ]
    return Group("langue", _("Langue parlée"), options, is_folded=not asked.language)


def _accesses(asked: Asked, sent: Mapping[str, str]) -> Group:
    options = [
        Option(_("Tous les lieux"), link(sent, acces=None), not asked.step_free),
        Option(_("De plain-pied ou par ascenseur"), link(sent, acces="plain-pied"), asked.step_free),
    ]
    return Group("acces", _("Accès, en présence"), options, is_folded=not asked.step_free)


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
    return [Option(label, link(sent, **{key: None}), is_current=True) for key, label in chosen]


def remote(asked: Asked, found: Found, sent: Mapping[str, str]) -> list[Option]:
    """Where nothing more is near: by phone and by video, distance does not count."""
    if not asked.place or asked.modality or found.page < found.pages:
        return []
    ways = ((_("Par téléphone"), Modality.PHONE), (_("En visio"), Modality.VIDEO))
    options = [
        Option(label, link(sent, modalite=WORDS[way]), is_current=False, count=found.by_modality.get(way, 0))
        for label, way in ways
    ]
    return [option for option in options if option.count and option.count > found.total]


def namesakes(communes: Iterable[Commune], sent: Mapping[str, str]) -> list[tuple[Commune, str]]:
    """Communes to choose among, each with the address that means it and no other."""
    return [(commune, link(sent, lieu=commune.code)) for commune in communes]


def ways_out(asked: Asked, query: Query, sent: Mapping[str, str], now: datetime) -> list[Option]:
    """Where somebody is found when nobody is: each is tried, those that find nobody are left out."""
    tried = []
    for label, other, url in _others(asked, query, sent):
        total = finding.find(replace(other, page=1, per_page=1), now).total
        if total:
            tried.append(Option(label, url, is_current=False, count=total))
    return tried


def _others(asked: Asked, query: Query, sent: Mapping[str, str]) -> Iterable[tuple[str, Query, str]]:
    wider = next((km for km in RADII if km > asked.radius), None)
    if asked.place and wider and asked.modality not in (Modality.PHONE, Modality.VIDEO):
        yield (
            _("Chercher à %(km)s km") % {"km": RADII[-1]},
            replace(query, radius_km=RADII[-1]),
            link(sent, rayon=RADII[-1]),
        )
    if asked.modality != Modality.VIDEO:
        yield _("En visio, partout en France"), replace(query, modality="video"), link(sent, modalite="visio")
    if asked.modality != Modality.PHONE:
        yield _("Par téléphone, partout en France"), replace(query, modality="phone"), link(sent, modalite="telephone")
    if asked.delay:
        yield _("À d’autres dates"), replace(query, until=None), link(sent, delai=None)
    if asked.specialty:
        yield _("Dans toutes les spécialités"), replace(query, specialty_id=None), link(sent, specialite=None)
    if asked.language:
        yield _("Dans toutes les langues"), replace(query, language=None), link(sent, langue=None)
    if asked.step_free:
        yield _("Dans tous les lieux"), replace(query, step_free=False), link(sent, acces=None)
    fresh = Query(lat=query.lat, lon=query.lon, radius_km=query.radius_km)
    narrowed = asked.delay, asked.specialty, asked.language, asked.modality, asked.step_free
    if sum(map(bool, narrowed)) > 1:
        yield _("Sans aucun filtre"), fresh, link({"lieu": sent.get("lieu", "")})
