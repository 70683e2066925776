"""Work for the administration of the demo: applicants, a renewal, an end that comes near, a second word to give."""

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from PIL import Image, ImageDraw, ImageFont

from allomediateur.accounts.models import User
from allomediateur.agenda import applying, availability, verifying
from allomediateur.agenda.models import Service
from allomediateur.directory import papers
from allomediateur.directory.models import Commune, Credential, Decision, Mediator, Office, Specialty
from allomediateur.directory.papers import Paper
from allomediateur.worker.country import names, people, portraits

Kind = Credential.Kind
YEAR = timedelta(days=365)
A4 = (1240, 1754)
PORTRAITS = 60
ASKED = "Sur le document de votre assurance, la date de fin ne se lit pas. Pouvez-vous l’envoyer en entier\u00a0?"
REASON = "Trois personnes nous ont écrit qu’elles attendaient sans nouvelles, après un entretien réglé d’avance."


@dataclass(frozen=True)
class Applicant:
    """`woman` chooses a portrait; `kinds` is what is claimed so far."""

    name: str
    woman: bool
    town: str
    kinds: tuple[Kind, ...]


WHOLE = (Kind.CERTIFICATE, Kind.MEMBERSHIP, Kind.INSURANCE)
DRAFT = Applicant("Perrine Coatmeur", True, "29232", (Kind.CERTIFICATE,))
SENT = Applicant("Driss Castagnol", False, "31555", (*WHOLE, Kind.TRAINING))
ASKED_MORE = Applicant("Solène Marquisot", True, "69383", WHOLE)


def add(chance: Random, idle: list[Mediator], staff: User, now: datetime) -> None:
    """Three applications, a renewal, a membership with twenty days left, a suspension proposed: by a second person
    of staff, so that the one of the demo may confirm it. `idle`: three of the list, whom nobody has booked."""
    renewing, ending, proposed = idle[:3]
    apply(chance, DRAFT, now - timedelta(days=6))
    sent = apply(chance, SENT, now - timedelta(days=2))
    applying.submit(sent, now - timedelta(days=2))
    asked = apply(chance, ASKED_MORE, now - timedelta(days=9))
    application = applying.submit(asked, now - timedelta(days=9))
    verifying.ask_more(application, text=ASKED, by=staff, now=now - timedelta(days=3))
    _proven(renewing, Kind.INSURANCE, now + timedelta(days=41), staff, now)
    _claim(renewing, Kind.INSURANCE, (now + YEAR).date(), now)
    _proven(ending, Kind.MEMBERSHIP, now + timedelta(days=20), staff, now)
    verifying.propose(proposed, Decision.Kind.SUSPENDED, reason=REASON, by=_second(now), now=now - timedelta(days=1))
    availability.rebuild_many([one.pk for one in idle[:3]], now)


def give_portraits(chance: Random, mediators: list[Mediator], now: datetime) -> None:
    """To some of them: many will have none."""
    for one in chance.sample(mediators, min(PORTRAITS, len(mediators))):
        woman = one.name.split()[0] in names.WOMEN
        papers.keep_photo(one, portraits.draw(chance, woman=woman), now)


def apply(chance: Random, who: Applicant, now: datetime) -> Mediator:
    """The draft of an account of their own; what is not claimed yet keeps it from being sent."""
    email = f"{applying.free_slug(who.name)}@example.org"
    phone = names.landline(chance.randrange(9_000, 9_900))
    user = User.objects.create_user(email, name=who.name, phone=phone, joined_at=now)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    mediator = applying.start(user, now)
    for kind in who.kinds:
        _claim(mediator, kind, (now + YEAR).date(), now)
    papers.keep_photo(mediator, portraits.draw(chance, woman=who.woman), now)
    mediator.specialties.set(chance.sample(list(Specialty.objects.all()), 3))
    if who.kinds != DRAFT.kinds:
        _complete(chance, mediator, who, now)
    return mediator


def _complete(chance: Random, mediator: Mediator, who: Applicant, now: datetime) -> None:
    commune = Commune.objects.get(code=who.town)
    person = people.Person(who.name, who.woman, mediator.user.email, commune)
    Office.objects.bulk_create([people.office(chance, mediator, person.commune, is_main=True)])
    Service.objects.create(
        mediator=mediator, name_fr="Premier contact", name_en="First contact", **applying.FIRST_CONTACT
    )
    applying.sign(mediator, "2023", now)
    mediator.presentation_fr = "Je reçois d’abord chacun seul, puis ensemble, au rythme que vous choisissez."
    mediator.save(update_fields=["presentation_fr"])


def _proven(mediator: Mediator, kind: Kind, until: datetime, staff: User, now: datetime) -> None:
    """Accepted eleven months ago."""
    then = now - timedelta(days=330)
    verifying.judge(_claim(mediator, kind, until.date(), then), accepted=True, by=staff, now=then)


def _claim(mediator: Mediator, kind: Kind, until: date, now: datetime) -> Credential:
    issuers = {Kind.INSURANCE: "Mutuelle des Trois-Rivières", Kind.TRAINING: "Accords difficiles, École du Vieux-Puits"}
    return applying.claim(
        mediator, kind, number=f"{kind[0].upper()}-{mediator.pk:05d}", issuer=issuers.get(kind, ""),
        year=2019 if kind == Kind.CERTIFICATE else None, valid_until=None if kind == Kind.CERTIFICATE else until,
        paper=_paper(mediator.name, kind), now=now,
    )  # fmt: skip


def _paper(name: str, kind: Kind) -> Paper:
    """A page that says it is invented, as PDF."""
    page = Image.new("RGB", A4, "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(44)
    pen.rectangle((60, 60, A4[0] - 60, A4[1] - 60), outline="#27525a", width=6)
    for line, text in enumerate((str(kind.label), name, "Document inventé pour la démonstration")):
        pen.text((A4[0] / 2, 500 + 140 * line), text, fill="#1c2a2e", font=font, anchor="mm")
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    return papers.check(f"{kind.value}.pdf", out.getvalue())


def _second(now: datetime) -> User:
    """Another person of the administration, whom nobody enters as."""
    return User.objects.create_user(
        "equipe@example.org", name="Dominique Aubrac", role=User.Role.STAFF, joined_at=now
    )  # fmt: skip
