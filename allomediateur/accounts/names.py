"""Names as they are looked for: by the beginnings of their words, accents and case aside, in any script."""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchVectorExact, SearchVectorField
from django.db.models import Func, Q

_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"}
_ACCENTS = re.compile("[\u0300-\u036f]")
_MARKS = "'’‘`´\"«»-‐‑–.,;:!?/\\|&+=#~@<>()[]{}*^_$"
_NO_MARKS = str.maketrans(dict.fromkeys(_MARKS, " "))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _template() -> str:
    """The same as `plain`, in SQL: only immutable functions, so that an index may hold it."""
    text = "%(expressions)s"
    for one, two in _LIGATURES.items():
        text = f"replace({text}, '{one}', '{two}')"
    bare = f"lower(regexp_replace(normalize({text}, NFD), '[\u0300-\u036f]', '', 'g'))"
    return f"to_tsvector('simple'::regconfig, translate({bare}, {_quoted(_MARKS)}, {_quoted(' ' * len(_MARKS))}))"


class Words(Func):
    """The words of a name, for an index; `named` asks by it."""

    template = _template()
    output_field = SearchVectorField()
    arity = 1


def plain(text: str) -> list[str]:
    """« Élise d’Œuvre » is elise, d, oeuvre."""
    for one, two in _LIGATURES.items():
        text = text.replace(one, two)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower().replace("\x00", "")
    return bare.translate(_NO_MARKS).split()


def named(text: str) -> Q:
    """Over rows that have a `name`: every word of the text begins a word of it. Nobody, when there is no word."""
    words = plain(text)
    if not words:
        return Q(pk__in=[])
    wanted = SearchQuery(" & ".join(f"'{word}':*" for word in words), config="simple", search_type="raw")
    return Q(SearchVectorExact(Words("name"), wanted))
