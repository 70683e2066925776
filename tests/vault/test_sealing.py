"""Secrets at rest: opened by the ring, for their purpose, unchanged."""

import base64
import secrets

import pytest
from pytest_django import Settings

from allomediateur.vault import sealing
from allomediateur.vault.sealing import Unreadable, seal, unseal

TEXT = "où l’on se retrouve"


def test_what_is_sealed_opens_and_never_looks_twice_the_same() -> None:
    one, other = seal(TEXT, "test"), seal(TEXT, "test")
    assert unseal(one, "test") == unseal(other, "test") == TEXT
    assert one != other


def test_another_purpose_another_key_or_a_flipped_bit_is_refused(settings: Settings) -> None:
    sealed = seal(TEXT, "test")
    with pytest.raises(Unreadable):
        unseal(sealed, "other")
    raw = bytearray(base64.urlsafe_b64decode(sealed))
    for place in (0, 5, len(raw) - 1):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            unseal(base64.urlsafe_b64encode(changed).decode(), "test")
    for broken in ("", "x", sealed[:-8], "é"):
        with pytest.raises(Unreadable):
            unseal(broken, "test")
    settings.MASTER_KEYS = [secrets.token_urlsafe(32)]
    with pytest.raises(Unreadable):
        unseal(sealed, "test")


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Settings) -> None:
    sealed = seal(TEXT, "test")
    old, new = settings.MASTER_KEYS[0], secrets.token_urlsafe(32)
    settings.MASTER_KEYS = [new, old]
    assert unseal(sealed, "test") == TEXT
    settings.MASTER_KEYS = [new]
    with pytest.raises(Unreadable):
        unseal(sealed, "test")


@pytest.mark.parametrize("text", ["", "court", "A" * 42, "A" * 44])
def test_a_key_is_32_bytes(text: str) -> None:
    with pytest.raises(ValueError):
        sealing.read_key(text)
