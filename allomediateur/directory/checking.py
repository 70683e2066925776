"""Each line of a roster against what is known: what would be written, or a sentence that says how to mend it.

Whatever the number of lines, the database is asked the same few questions.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber
from phonenumbers import NumberParseException, is_possible_number

from allomediateur.accounts.models import User
from allomediateur.directory import moved, places
from allomediateur.directory.models import Commune, Credential, Mediator, Redirect, Specialty
from allomediateur.directory.places import normalise
from allomediateur.directory.rights import day_of
from allomediateur.directory.rosters import Raw

DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST = {"nom": 120, "email": 254, "certificat": 60, "adresse": 160, "presentation": 2000}
_SEVERAL = re.compile(r"[|,;/]")
_POSTAL_CODE = re.compile(r"\d{5}")


@dataclass(frozen=True)
class Person:
    """What a line says, checked. Dates are ISO 8601, `commune` an INSEE code, `former` a path (directory.moved)."""

    name: str
    email: str
    phone: str = ""
    number: str = ""
    year: int | None = None
    member_until: str = ""
    insured_until: str = ""
    specialties: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    address: str = ""
    postal_code: str = ""
    commune: str = ""
    presentation: str = ""
    former: str = ""


@dataclass(frozen=True)
class Line:
    """`person` to be taken over; or `known`: already there; or `problem`: a sentence."""

    number: int
    name: str
    email: str
    person: Person | None = None
    problem: str = ""
    known: bool = False

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Line":
        """From `plain`."""
        person = Person(**told["person"]) if told["person"] else None
        return cls(**{**told, "person": person})


class Wrong(Exception):
    """A cell; `sentence` says how to mend it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Known:
    """What the database has of these lines. `profiles`, `accounts`: addresses, in lower case."""

    profiles: set[str]
    accounts: set[str]
    numbers: dict[str, str]
    paths: dict[str, str]
    communes: dict[str, list[Commune]]
    specialties: dict[str, str]
    today: date


def check(rows: list[Raw], now: datetime) -> list[Line]:
    """Every row, in order; the second of two that say the same of two people is the one to mend."""
    known, seen, lines = _known(rows, now), Seen(), []
    for row in rows:
        try:
            lines.append(_line(row, known, seen))
        except Wrong as wrong:
            name, email = (_short(row.cells.get(one, "")) for one in ("nom", "email"))
            lines.append(Line(row.number, name, email, problem=wrong.sentence))
    return lines


class Seen:
    """What earlier lines of the file have taken, and which line has."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}

    def take(self, what: str, value: str, number: int, sentence: str) -> None:
        """Raises Wrong with that sentence, where `%(line)s` is the earlier line."""
        if value and (earlier := self._lines.setdefault((what, value), number)) != number:
            raise Wrong(sentence % {"line": earlier})


def _line(row: Raw, known: Known, seen: Seen) -> Line:
    if row.too_many:
        raise Wrong(
            _(
                "Cette ligne a plus de cases que de colonnes : mettez entre guillemets le texte "
                "qui contient un séparateur."
            )
        )
    name, email = _name(row), _email(row)
    seen.take("email", email, row.number, _("Cette adresse e-mail est déjà celle de la ligne %(line)s."))
    if email in known.profiles:
        return Line(row.number, name, email, known=True)
    if email in known.accounts:
        raise Wrong(
            _("Cette adresse sert déjà à un compte. Proposez à la personne de candidater, ou donnez une autre adresse.")
        )
    number, former = _number(row, known), _former(row, known)
    seen.take("number", number, row.number, _("Ce numéro de certificat est déjà celui de la ligne %(line)s."))
    seen.take("path", former, row.number, _("Cette ancienne adresse est déjà celle de la ligne %(line)s."))
    address, code, commune = _office(row, known)
    person = Person(
        name=name, email=email, phone=_phone(row), number=number, year=_year(row, known.today),
        member_until=_day(row, "adhesion"), insured_until=_day(row, "assurance"), specialties=_specialties(row, known),
        languages=_languages(row), address=address, postal_code=code, commune=commune,
        presentation=_text(row, "presentation"), former=former,
    )  # fmt: skip
    return Line(row.number, name, email, person)


def _known(rows: list[Raw], now: datetime) -> Known:
    """Six queries."""
    emails = {row.cells.get("email", "").lower() for row in rows}
    users = User.objects.annotate(lower=Lower("email")).filter(lower__in=emails)
    profiles = set(users.filter(pk__in=Mediator.objects.values("user")).values_list("lower", flat=True))
    claims = Credential.objects.filter(
        kind=Credential.Kind.CERTIFICATE, number__in={_one_line(row.cells.get("certificat", "")) for row in rows} - {""}
    ).exclude(state=Credential.State.REFUSED)
    redirects = Redirect.objects.filter(path__in={path for row in rows if (path := _path(row))})
    return Known(
        profiles=profiles,
        accounts=set(users.values_list("lower", flat=True)) - profiles,
        numbers=dict(claims.values_list("number", "mediator__name")),
        paths=dict(redirects.values_list("path", "mediator__name")),
        communes=places.by_postal_codes(_code(row) for row in rows if _POSTAL_CODE.fullmatch(_code(row))),
        specialties={
            normalise(word): one.slug
            for one in Specialty.objects.all()
            for word in (one.label_fr, one.label_en, one.slug)
        },
        today=day_of(now),
    )


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _short(text: str) -> str:
    return _one_line(text)[:120]


def _text(row: Raw, column: str) -> str:
    """As written, lines kept; without the controls that no page shows."""
    told = row.cells.get(column, "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in told if one == "\n" or one.isprintable())
    return _fitting(column, kept.strip())


def _words(row: Raw, column: str) -> str:
    return _fitting(column, _one_line(row.cells.get(column, "")))


def _fitting(column: str, told: str) -> str:
    if len(told) > LONGEST[column]:
        raise Wrong(
            _("La colonne « %(column)s » est trop longue : %(most)s caractères au plus.")
            % {"column": column, "most": LONGEST[column]}
        )
    return told


def _name(row: Raw) -> str:
    if name := _words(row, "nom"):
        return name
    raise Wrong(_("Écrivez le nom."))


def _email(row: Raw) -> str:
    told = row.cells.get("email", "").lower()
    try:
        validate_email(told)
    except ValidationError as wrong:
        raise Wrong(_("L’adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org")) from wrong
    if len(told) > LONGEST["email"]:
        raise Wrong(_("L’adresse e-mail n’est pas complète. Exemple : prenom.nom@example.org"))
    return told


def _phone(row: Raw) -> str:
    told = _one_line(row.cells.get("telephone", ""))
    if not told:
        return ""
    try:
        number = PhoneNumber.from_string(told, region="FR")
    except NumberParseException:
        number = None
    if number is None or not is_possible_number(number):
        raise Wrong(_("Le téléphone n’est pas complet. Exemple : 06 39 98 00 00, ou +596 696 00 00 00."))
    return str(number.as_e164)


def _number(row: Raw, known: Known) -> str:
    told = _words(row, "certificat")
    if told in known.numbers:
        raise Wrong(_("Ce numéro de certificat est déjà celui de %(name)s.") % {"name": known.numbers[told]})
    return told


def _year(row: Raw, today: date) -> int | None:
    told = row.cells.get("annee", "")
    if not told:
        return None
    if re.fullmatch(r"[0-9]{4}", told) and FIRST_YEAR <= int(told) <= today.year:
        return int(told)
    raise Wrong(_("L’année du certificat s’écrit avec quatre chiffres, par exemple 2015."))


def _day(row: Raw, column: str) -> str:
    told = row.cells.get(column, "")
    if not told:
        return ""
    for form in DAYS:
        try:
            found = datetime.strptime(told, form).date()  # noqa: DTZ007 - a day of the calendar
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found.isoformat()
    raise Wrong(_("La colonne « %(column)s » est une date : écrivez-la ainsi, 31/12/2027.") % {"column": column})


def _several(row: Raw, column: str, meant: Callable[[str], str | None], sentence: str) -> list[str]:
    """Each once, in order. Raises Wrong with that sentence, where `%(word)s` is the word that is not known."""
    found: dict[str, None] = {}
    for word in filter(None, map(_one_line, _SEVERAL.split(row.cells.get(column, "")))):
        known = meant(word)
        if known is None:
            raise Wrong(sentence % {"word": word[:60]})
        found[known] = None
    return list(found)


def _specialties(row: Raw, known: Known) -> list[str]:
    return _several(
        row, "specialites", lambda word: known.specialties.get(normalise(word)),
        _("« %(word)s » n’est pas une spécialité d’ici. Séparez-les par |, et reprenez les noms de la page."),
    )  # fmt: skip


def _languages(row: Raw) -> list[str]:
    found = _several(
        row, "langues", lambda word: _language_codes().get(normalise(word)),
        _("« %(word)s » n’est pas une langue connue. Écrivez par exemple français | anglais, ou fr | en."),
    )  # fmt: skip
    return found or ["fr"]


@lru_cache(maxsize=1)
def _language_codes() -> dict[str, str]:
    """ISO 639-1 by code and by name in French and English."""
    english, french = (dict(Locale(language).languages.items()) for language in ("en", "fr"))
    names = [(normalise(name), code) for told in (english, french) for code, name in told.items() if len(code) == 2]
    return dict([*names, *((code, code) for code in french if len(code) == 2)])


def _code(row: Raw) -> str:
    """Spreadsheets drop the first 0 of a number."""
    told = "".join(row.cells.get("code_postal", "").split())
    return f"0{told}" if re.fullmatch(r"[0-9]{4}", told) else told


def _office(row: Raw, known: Known) -> tuple[str, str, str]:
    address, code, town = _words(row, "adresse"), _code(row), _one_line(row.cells.get("commune", ""))[:80]
    if not (address or code or town):
        return "", "", ""
    if not (address and code and town):
        raise Wrong(_("L’adresse, le code postal et la commune vont ensemble : complétez-les, ou laissez-les vides."))
    if not _POSTAL_CODE.fullmatch(code):
        raise Wrong(_("Le code postal a cinq chiffres. Un lieu hors de France s’ajoute ensuite sur la fiche."))
    found = places.pick(known.communes[code], town) or (
        None if known.communes[code] else places.around_code(town, code)
    )
    if found is None:
        raise Wrong(_("%(town)s n’a pas le code postal %(code)s : vérifiez les deux.") % {"town": town, "code": code})
    return address, code, found.code


def _path(row: Raw) -> str:
    try:
        return moved.path_of(row.cells.get("ancienne_adresse", ""))
    except ValueError:
        return ""


def _former(row: Raw, known: Known) -> str:
    told = row.cells.get("ancienne_adresse", "")
    path = _path(row)
    if told and not path:
        raise Wrong(
            _("L’ancienne adresse commence par https:// ou par /, et mène à une page : /annuaire/claire-berthier.")
        )
    if path in known.paths:
        raise Wrong(_("Cette ancienne adresse mène déjà à %(name)s.") % {"name": known.paths[path]})
    return path


def summary(lines: Iterable[Line]) -> dict[str, int]:
    """How many are ready, already there, to mend."""
    told = list(lines)
    known, wrong = sum(one.known for one in told), sum(bool(one.problem) for one in told)
    return {"ready": len(told) - known - wrong, "known": known, "wrong": wrong}
