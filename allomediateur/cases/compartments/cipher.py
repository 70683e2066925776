"""What seals a compartment: AES-256-GCM-SIV (RFC 8452) by its own data key, bound to its place, padded.

Nothing outside this folder may import this module (the contract « content » of import-linter): what is sealed here is
read through Compartment.open. The data key is wrapped by the ring of master keys (vault.sealing).
"""

import hmac
import json
import os
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from allomediateur.vault import sealing

BUCKETS = (256, 1024, 4096, 16_384, 65_536, 262_144)
"""Bytes, before sealing: a ciphertext tells which of these its text fits in, and nothing finer."""
_LENGTH, _NONCE, _TAG = 4, 12, 16
SEALED_SIZES = tuple(size + _NONCE + _TAG for size in BUCKETS)


class NotAuthentic(Exception):
    """Not what was sealed there: another row, another column, another compartment's key, or changed on the way."""


@dataclass(frozen=True)
class Place:
    """Where a ciphertext belongs; it opens nowhere else."""

    table: str
    column: str
    row: str
    compartment: str

    def bound(self) -> bytes:
        return json.dumps([self.table, self.column, self.row, self.compartment]).encode()


def new_key() -> bytes:
    return os.urandom(sealing.KEY_BYTES)


def wrap(key: bytes, compartment: str) -> bytes:
    """A data key as the database keeps it: sealed by the first master key, for that compartment (its reference)."""
    return sealing.seal_bytes(key, _wrapping(compartment))


def unwrap(wrapped: bytes, compartment: str) -> bytes:
    """Raises NotAuthentic: no master key of the ring opens it, or it is another compartment's."""
    try:
        return sealing.unseal_bytes(wrapped, _wrapping(compartment))
    except sealing.Unreadable as error:
        raise NotAuthentic(compartment) from error


def seal(key: bytes, plain: bytes, place: Place) -> bytes:
    """A nonce, then the padded bytes sealed. Raises ValueError beyond the largest bucket."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCMSIV(key).encrypt(nonce, _padded(plain), place.bound())


def unseal(key: bytes, sealed: bytes, place: Place) -> bytes:
    """Raises NotAuthentic."""
    try:
        padded = AESGCMSIV(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.bound())
    except (InvalidTag, ValueError) as error:
        raise NotAuthentic(f"{place.table} {place.compartment}") from error
    return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH], "big")]


def slot(key: bytes, name: str) -> str:
    """What the database calls a content instead of its name, which says much: 32 hex digits, each compartment's own."""
    own = HKDF(SHA256(), sealing.KEY_BYTES, None, b"cases.slot").derive(key)
    return hmac.new(own, name.encode(), sha256).hexdigest()[:32]


def _padded(plain: bytes) -> bytes:
    told = len(plain).to_bytes(_LENGTH, "big") + plain
    size = next((size for size in BUCKETS if size >= len(told)), None)
    if size is None:
        raise ValueError(f"{len(plain)} bytes do not fit in the largest bucket")
    return told.ljust(size, b"\0")


def _wrapping(compartment: str) -> str:
    return f"cases_compartmentkey:wrapped:{compartment}"
