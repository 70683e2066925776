"""The demo's data: an invented country, a mediator, a client and a member of staff to enter as."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from allomediateur.accounts import notices
from allomediateur.accounts.demo import CLIENT, MEDIATOR, SECRETARY, STAFF
from allomediateur.accounts.models import User
from allomediateur.agenda import availability, catalogue, direct, openings, planning, truth
from allomediateur.agenda.models import Agenda, Appointment, Modality, Opening, Service, State, Transition
from allomediateur.agenda.refusals import Wish
from allomediateur.configuration import texting
from allomediateur.directory import communes, practising
from allomediateur.directory.models import Commune, Mediator, Office, Secretary, Specialty
from allomediateur.scheduling.periods import Period
from allomediateur.worker.country import (
    bookings,
    company,
    exchanges,
    history,
    making,
    names,
    standings,
    tellings,
    waits,
)

COUNTRY = 320
SMS_A_MONTH = 500
SEED = 1
MORNING, AFTERNOON = (9 * 60, 12 * 60 + 30), (14 * 60, 18 * 60 + 30)
PRESENTATION_FR = (
    "Je suis médiateur à Paris et à Montreuil. Quinze ans de direction d’équipes m’ont appris qu’un désaccord "
    "bien mené vaut mieux qu’un silence.\n\n"
    "Je reçois d’abord chacun seul, le temps de dire les choses comme elles viennent. La réunion n’arrive "
    "qu’ensuite, quand chacun sait ce qu’il veut défendre et ce qu’il peut lâcher. Je ne donne raison à "
    "personne et je ne décide rien\u00a0: mon travail est de rendre votre décision possible.\n\n"
    "Le premier contact est gratuit. Il sert à voir si la médiation convient\u00a0; si ce n’est pas le cas, je vous "
    "le dis."
)
PRESENTATION_EN = (
    "I am a mediator in Paris and Montreuil. Fifteen years of leading teams taught me that a disagreement well "
    "handled is better than silence.\n\n"
    "I first meet each person alone, long enough to say things as they come. The meeting only comes "
    "afterwards, when everyone knows what they stand for and what they can let go. I take nobody’s side and "
    "decide nothing: my work is to make your own decision possible.\n\n"
    "The first contact is free of charge. It shows whether mediation suits you; if it does not, I will say so."
)


def loaded() -> bool:
    return User.objects.filter(email=MEDIATOR).exists()


def load(now: datetime, number: int = COUNTRY) -> int:
    """Everything, in one transaction; the communes first when they are missing. Returns how many profiles there are,
    `number`, the one to enter as and three applicants.

    Does nothing when the demo is there already: what visitors did in it stays.
    """
    if not loaded():
        if not communes.loaded():
            communes.load()
        with transaction.atomic():
            chance = Random(SEED)  # noqa: S311 (invented data, the same every time)
            country = making.generate(number, SEED, now).mediators
            _standings(country, now)
            alice = _account(CLIENT, "Alice Fontaine", User.Role.CLIENT, now)
            staff = _account(STAFF, "Camille Roussel", User.Role.STAFF, now)
            mediator = _mediator(_account(MEDIATOR, "Bastien Lacroix", User.Role.MEDIATOR, now), now)
            _entrust(mediator, now)
            _share_a_practice(mediator, country, now)
            _fill(chance, mediator, alice, now)
            _book_elsewhere(chance, alice, country, now)
            history.add(chance, now)
            texting.decide(SMS_A_MONTH, texting.KINDS, now)
            _on_the_phone(mediator, now)
            company.invite(alice, now)
            company.book_for_another(mediator, alice, now)
            standings.give_portraits(chance, [mediator, *country[-100:]], now)
            standings.add(chance, [*_idle(country)[:-8], *country][:3], staff, now)
            exchanges.add(alice, staff, country[0], now)
            waits.add(chance, _by_phone([*_idle(country)[:-8], *country][3:]), alice, now)
            tellings.add(mediator, alice, now)
            planning.sweep(now, timedelta(days=90))
    return Mediator.objects.count()


def _account(email: str, name: str, role: str, now: datetime) -> User:
    phone = names.landline(1) if role == User.Role.CLIENT else ""
    user = User.objects.create_user(email, name=name, role=role, phone=phone, joined_at=now, notice=notices.CURRENT)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _share_a_practice(mediator: Mediator, country: list[Mediator], now: datetime) -> None:
    practice = practising.found(mediator, "Cabinet des Relieurs", now - timedelta(days=300))
    near = Mediator.objects.bookable(now).filter(offices__commune__department="75", pk__in=[one.pk for one in country])
    for colleague in near.order_by("pk").distinct()[:2]:
        practising.join(colleague, practice.code, now - timedelta(days=90))


def _entrust(mediator: Mediator, now: datetime) -> None:
    """An agenda kept by somebody else too."""
    user = _account(SECRETARY, "Solène Maréchal", User.Role.SECRETARY, now)
    Secretary.objects.create(
        mediator=mediator, user=user, name=user.name, email=user.email, invited_at=now - timedelta(days=41),
        accepted_at=now - timedelta(days=40),
    )  # fmt: skip


def _standings(country: list[Mediator], now: datetime) -> None:
    """Six certified who are not members, one not verified, one suspended: among those nobody has booked."""
    idle = [one.pk for one in _idle(country)[-8:]]
    Mediator.objects.filter(pk__in=idle[:6]).update(cpmn_member=False)
    Mediator.objects.filter(pk__in=idle[6:7]).update(capm_verified=False, cpmn_member=False)
    Mediator.objects.filter(pk__in=idle[7:]).update(suspended_at=now - timedelta(days=20))
    availability.rebuild_many(idle, now)


def _by_phone(mediators: list[Mediator]) -> Mediator:
    """The first of them whom anybody may book by phone."""
    booked = catalogue.public().filter(modalities__contains=[Modality.PHONE]).values_list("mediator", flat=True)
    return next(one for one in mediators if one.pk in set(booked))


def _idle(country: list[Mediator]) -> list[Mediator]:
    booked = set(Appointment.objects.values_list("mediator_id", flat=True))
    return [one for one in country if one.pk not in booked]


def _mediator(user: User, now: datetime) -> Mediator:
    """The mediator of the demo: two offices, three services, all modalities."""
    mediator = Mediator.objects.create(
        user=user, slug=slugify(user.name), name=user.name, presentation_fr=PRESENTATION_FR,
        presentation_en=PRESENTATION_EN, languages=["fr", "en", "es"], phone=names.landline(9_999),
        video_room="https://visio.example.org/relieurs", payment="Carte bancaire sur place, virement à distance.",
        capm_verified=True, capm_year=2014, cpmn_member=True, ethics_version="2023", ethics_signed_on=now.date(),
    )  # fmt: skip
    chosen = ("famille", "voisinage", "travail-et-entreprise", "projet-relationnel")
    mediator.specialties.set(Specialty.objects.filter(slug__in=chosen))
    Agenda.objects.create(mediator=mediator)
    paris = _office(mediator, "75111", "Cabinet de la rue des Relieurs", "14 passage des Relieurs", is_main=True)
    montreuil = _office(mediator, "93048", "Le Tiers-lieu", "3 rue du Moulin-Neuf", is_main=False)
    _services(mediator)
    _week(mediator, {0: paris, 1: paris, 2: montreuil, 3: paris, 4: montreuil})
    availability.rebuild(mediator.pk, now)
    return mediator


def _office(mediator: Mediator, code: str, name: str, address: str, *, is_main: bool) -> Office:
    commune = Commune.objects.get(code=code)
    return Office.objects.create(
        mediator=mediator, name=name, address=address, postal_code=commune.postal_codes[0], commune=commune,
        lat=commune.lat, lon=commune.lon, zone=commune.zone, is_main=is_main,
        step_free=is_main, floor="rez-de-chaussée" if is_main else "1er étage, sans ascenseur",
        access="Salle d’attente pour que chacun arrive à son heure.",
        transport="métro ligne 2, à 5 minutes" if is_main else "métro ligne 9, à 8 minutes",
        parking="parking public à 200 m" if is_main else "",
    )  # fmt: skip


def _services(mediator: Mediator) -> None:
    phone, video, in_person = Modality.PHONE, Modality.VIDEO, Modality.IN_PERSON
    Service.objects.create(
        mediator=mediator, rank=0, name_fr="Premier contact", name_en="First contact", minutes=30, after_minutes=10,
        step_minutes=30, notice_minutes=60, price_cents=0, modalities=[phone, video],
        prepare_fr="Rien à préparer\u00a0: venez avec votre question.",
        prepare_en="Nothing to prepare: bring your question.",
    )  # fmt: skip
    Service.objects.create(
        mediator=mediator, rank=1, name_fr="Entretien individuel", name_en="Individual interview", minutes=60,
        step_minutes=30, after_minutes=15, notice_minutes=240, price_cents=80_00, modalities=[phone, video, in_person],
        prepare_fr="Quelques lignes sur la situation suffisent, si vous avez envie de les écrire.",
        prepare_en="A few lines about the situation are enough, if you feel like writing them.",
    )  # fmt: skip
    Service.objects.create(
        mediator=mediator, rank=2, name_fr="Réunion de médiation", name_en="Mediation meeting", minutes=120,
        step_minutes=30, after_minutes=30, notice_minutes=1440, price_cents=200_00, modalities=[video, in_person],
        change_until_hours=24, prepare_fr="Les dates importantes et, s’il y en a, les courriers échangés.",
        prepare_en="The dates that matter and the letters exchanged, if there are any.", per_day=2, per_week=5,
        travel_km=25, travel_minutes=45, paid_before=True,
    )  # fmt: skip
    Service.objects.create(
        mediator=mediator, rank=3, name_fr="Point de suivi", name_en="Follow-up", minutes=30, after_minutes=10,
        notice_minutes=60, price_cents=40_00, modalities=[phone, video], booked_by=Service.BookedBy.MEDIATOR,
    )  # fmt: skip


def _week(mediator: Mediator, where: dict[int, Office]) -> None:
    pairs = [(modality, None, day) for modality in (Modality.PHONE, Modality.VIDEO) for day in where]
    Opening.objects.bulk_create(
        Opening(mediator=mediator, modality=modality, office=office, weekday=day, start_minute=start, end_minute=end)
        for modality, office, day in [*pairs, *((Modality.IN_PERSON, office, day) for day, office in where.items())]
        for start, end in (MORNING, AFTERNOON)
    )
    # Out and about every other Wednesday; and the phone on Saturday mornings, one week in two.
    Opening.objects.create(
        mediator=mediator, modality=Modality.IN_PERSON, weekday=2, start_minute=14 * 60, end_minute=18 * 60,
        weeks=Opening.Weeks.B,
    )  # fmt: skip
    Opening.objects.create(
        mediator=mediator, modality=Modality.PHONE, weekday=5, start_minute=9 * 60, end_minute=12 * 60,
        weeks=Opening.Weeks.A,
    )  # fmt: skip


def _fill(chance: Random, mediator: Mediator, alice: User, now: datetime) -> None:
    """A fortnight of every kind: held, missed, called off, to come, to be confirmed; some with Alice."""
    window = Period(now - timedelta(days=9), now + timedelta(days=13))
    hours = truth.read_hours([mediator.pk], window, now)[mediator.pk]
    places = bookings.starts(list(Service.objects.filter(mediator=mediator)), hours, window)
    drawn = list(bookings.draw(chance, places, 0.09))
    past = [place for place in drawn if place.start + timedelta(hours=3) < now]
    ahead = [place for place in drawn if now + timedelta(hours=1) < place.start]
    made = []
    for index, place in enumerate([*past, *ahead]):
        is_past = index < len(past)
        state = _past_state(index) if is_past else _coming_state(index - len(past))
        own = state in (State.ATTENDED, State.CONFIRMED) and (index == 0 or index == len(past) + 3)
        who = _alice(alice) if own else bookings.client(chance)
        made.append((bookings.appointment(mediator, place, state, now), who))
    bookings.write(chance, made)
    availability.rebuild(mediator.pk, now)


def _past_state(index: int) -> State:
    return {4: State.NO_SHOW, 7: State.CANCELLED, 11: State.NO_SHOW}.get(index, State.ATTENDED)


def _coming_state(index: int) -> State:
    kinds = {1: State.UNCONFIRMED, 5: State.UNCONFIRMED, 8: State.CANCELLED, 10: State.UNCONFIRMED}
    return kinds.get(index, State.CONFIRMED)


def _alice(alice: User) -> bookings.Client:
    return bookings.Client(alice.name, alice.email, str(alice.phone), alice)


def _book_elsewhere(chance: Random, alice: User, country: list[Mediator], now: datetime) -> None:
    """Two meetings to come and one called off, with others, on times that are free."""
    wanted = (
        (Modality.IN_PERSON, State.CONFIRMED, 5),
        (Modality.VIDEO, State.CONFIRMED, 12),
        (Modality.PHONE, State.CANCELLED, 3),
    )
    mediators = iter(
        Mediator.objects.bookable(now).filter(pk__in=[one.pk for one in country[-60:]]).select_related("user")
    )
    for modality, state, days in wanted:
        mediator, place = _free(mediators, modality, now + timedelta(days=days), now)
        bookings.write(chance, [(bookings.appointment(mediator, place, state, now), _alice(alice))])
        availability.rebuild(mediator.pk, now)


def _on_the_phone(mediator: Mediator, now: datetime) -> None:
    """Booked by staff for somebody without e-mail, whose letter is to be printed."""
    service = Service.objects.get(mediator=mediator, rank=0)
    since = now + timedelta(days=4)
    (slot, *_later) = openings.slots(
        mediator, service, modality=Modality.PHONE, since=since, until=since + timedelta(days=20), now=now
    )
    odette = direct.Somebody(
        "Odette Marchand", phone=names.landline(2), postal_address="8 rue des Tanneurs\n59800 Lille"
    )
    wish = Wish(mediator, service, Modality.PHONE, None, slot.start)
    direct.book_for(wish, [slot.start], odette, None, "demo", now, Transition.By.STAFF)


def _free(
    mediators: Iterator[Mediator], modality: str, since: datetime, now: datetime
) -> tuple[Mediator, bookings.Place]:
    """The first of them that has a free individual interview that way, and when. LookupError when nobody has."""
    for mediator in mediators:
        service = Service.objects.filter(mediator=mediator, rank=1, modalities__contains=[modality]).first()
        if service is None:
            continue
        until = since + timedelta(days=20)
        for slot in openings.slots(mediator, service, modality=modality, since=since, until=until, now=now):
            return mediator, bookings.Place(service, slot.modality, slot.office_id, slot.start)
    raise LookupError(modality)
