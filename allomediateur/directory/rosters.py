"""Files of mediators (CSV) as other programs write them: read whole or refused with a sentence, nothing written."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from allomediateur.directory.places import normalise

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
COLUMNS = (
    "nom", "email", "telephone", "certificat", "annee", "adhesion", "assurance", "specialites", "langues", "adresse",
    "code_postal", "commune", "presentation", "ancienne_adresse",
)  # fmt: skip
NEEDED = ("nom", "email")
ALSO = {
    "name": "nom", "nom complet": "nom", "mail": "email", "e mail": "email", "courriel": "email",
    "adresse e mail": "email",
    "phone": "telephone", "tel": "telephone", "certificate": "certificat", "certificate number": "certificat",
    "numero de certificat": "certificat", "year": "annee", "annee du certificat": "annee", "member until": "adhesion",
    "adhesion jusqu au": "adhesion", "insurance until": "assurance", "insured until": "assurance",
    "assurance jusqu au": "assurance", "specialties": "specialites", "languages": "langues", "address": "adresse",
    "rue": "adresse", "postal code": "code_postal", "cp": "code_postal", "ville": "commune", "town": "commune",
    "city": "commune", "former url": "ancienne_adresse", "ancienne url": "ancienne_adresse",
}  # fmt: skip
"""Other names for the same, without accents or marks."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULAS = ("=", "+", "-", "@")


class FileRefused(Exception):
    """The file as a whole; `sentence` says how to mend it, in the active language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Raw:
    """A line as it is told: `cells` by column, `number` as an editor counts, `too_many` cells for its columns."""

    number: int
    cells: dict[str, str]
    too_many: bool


@dataclass(frozen=True)
class Table:
    """`ignored`: columns that nothing is done with."""

    rows: list[Raw]
    ignored: list[str]


def read(data: bytes) -> Table:
    """The rows under the names of the first line, whatever its order. Raises FileRefused."""
    text = _decoded(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[Raw] = []
    try:
        titles = next((one for one in lines if any(cell.strip() for cell in one)), [])
        columns = _columns(titles)
        before = lines.line_num
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append(_raw(before + 1, columns, cells))
            before = lines.line_num
            if len(rows) > MOST_ROWS:
                raise FileRefused(
                    _("Ce fichier a plus de %(most)s lignes : coupez-le en plusieurs.") % {"most": MOST_ROWS}
                )
    except csv.Error as wrong:
        raise FileRefused(
            _("La ligne %(line)s ne se lit pas : vérifiez ses guillemets. Un texte qui en contient les double.")
            % {"line": lines.line_num}
        ) from wrong
    if not rows:
        raise FileRefused(_("Ce fichier n’a que des titres : ajoutez une ligne par médiateur."))
    return Table(rows, [one.strip()[:60] for one in titles if one.strip() and _column(one) is None])


def _decoded(data: bytes) -> str:
    """UTF-8, with a mark or without; else Windows-1252, which older spreadsheets write."""
    if not data.strip():
        raise FileRefused(_("Ce fichier est vide. Choisissez-en un autre."))
    if len(data) > MOST_BYTES:
        raise FileRefused(too_heavy())
    if data.startswith(_WORKBOOKS):
        raise FileRefused(_("Ce fichier est un classeur. Enregistrez-le en CSV (UTF-8), puis envoyez le CSV."))
    if data.startswith(_UTF16) or b"\x00" in data:
        raise FileRefused(_("Ce fichier n’est pas un texte qui se lit ici. Enregistrez-le en CSV (UTF-8)."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(_("Ses lettres accentuées ne se lisent pas. Enregistrez le fichier en CSV (UTF-8)."))


def too_heavy() -> str:
    return _("Ce fichier dépasse 1 Mo : coupez-le en plusieurs.")


def _separator(text: str) -> str:
    """The one its first line has more of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if first.count(";") >= first.count(",") else ","


def _column(title: str) -> str | None:
    plain = normalise(title)
    known = plain.replace(" ", "_")
    return known if known in COLUMNS else ALSO.get(plain)


def _columns(titles: list[str]) -> list[str | None]:
    columns = [_column(one) for one in titles]
    if missing := [one for one in NEEDED if one not in columns]:
        raise FileRefused(
            _("La première ligne nomme les colonnes : il y manque « %(names)s ». Partez du modèle.")
            % {"names": "\u00a0», «\u00a0".join(missing)}
        )
    if twice := [str(one) for one, count in Counter(columns).items() if one and count > 1]:
        raise FileRefused(_("La colonne « %(name)s » est là deux fois : gardez-en une.") % {"name": twice[0]})
    return columns


def _raw(number: int, columns: list[str | None], cells: list[str]) -> Raw:
    told = {name: _cell(cell) for name, cell in zip(columns, cells, strict=False) if name}
    return Raw(number, told, any(cell.strip() for cell in cells[len(columns) :]))


def _cell(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula: our own files have it."""
    told = cell.strip()
    return told[1:] if told.startswith("'") and told[1:].startswith(_FORMULAS) else told
