"""The ways a mediator may receive, as words of addresses and labels of pages."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from allomediateur.agenda.models import Modality, Opening, Service
from allomediateur.agenda.truth import AGREED, Pair
from allomediateur.directory.models import Mediator, Office
from allomediateur.scheduling.wall import zone_of
from allomediateur.web.mediator.profile import zone_of_agenda
from allomediateur.web.ui.slots import way_word
from allomediateur.web.ui.templatetags.ui import modality_label


@dataclass(frozen=True)
class Way:
    """`pair` as a link of a page; `zone` is the clock its hours are told on."""

    pair: Pair
    word: str
    label: str
    zone: ZoneInfo
    office: Office | None = None

    @property
    def modality(self) -> str:
        return self.pair[0]


def ways_of(mediator: Mediator) -> list[Way]:
    """Phone, video with a room, each office, where clients wish when a service travels; and what is open already."""
    open_ = {(one, other) for one, other in Opening.objects.filter(mediator=mediator).values_list("modality", "office")}
    here = zone_of(zone_of_agenda(mediator))
    remote: list[Pair] = [(Modality.PHONE.value, None), (Modality.VIDEO.value, None)]
    shown = [pair for pair in remote if pair[0] == Modality.PHONE or mediator.video_room or pair in open_]
    ways = [Way(one, way_word(one), modality_label(one[0]), here) for one in shown]
    for office in mediator.offices.all():
        pair: Pair = (Modality.IN_PERSON.value, office.pk)
        ways.append(Way(pair, way_word(pair), str(office), zone_of(office.zone), office))
    if AGREED in open_ or Service.objects.filter(mediator=mediator, travel_km__isnull=False).exists():
        ways.append(Way(AGREED, way_word(AGREED), _("Au lieu convenu"), here))
    return ways


def way_asked(ways: list[Way], word: str) -> Way:
    """That one, else the first."""
    return next((one for one in ways if one.word == word), ways[0])
