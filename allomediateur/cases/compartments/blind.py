"""The blind index: names made alike, then turned into digests by a key outside the database.

Two digests are equal when the names are; without the key nobody can tell of whom, nor try a list of names.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from allomediateur.accounts import names
from allomediateur.vault import sealing

_PURPOSE = "cases.party_name"
_TITLES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "me", "maitre", "dr", "docteur"}


def alike(name: str) -> str:
    """« Mme Élise d’ŒUVRE-Martin » is « d elise martin oeuvre »: no case, accent, hyphen, title nor order of words.

    Empty where there is no word."""
    words = names.plain(name)
    kept = [word for word in words if word not in _TITLES] or words
    return " ".join(sorted(kept))


def digest(form: str) -> str:
    """Of a name made alike, by the first key of the ring."""
    return _digest(form, sealing.derived(_PURPOSE)[0])


def digests(forms: Iterable[str]) -> set[str]:
    """The same by each key of the ring: what was indexed before a rotation is found too."""
    keys = sealing.derived(_PURPOSE)
    return {_digest(form, key) for form in forms if form for key in keys}


def _digest(form: str, key: bytes) -> str:
    return hmac.new(key, form.encode(), sha256).hexdigest()
