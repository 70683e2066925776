"""Small secrets at rest (second factors): AES-256-GCM-SIV (RFC 8452), by master keys kept outside the database.

settings.MASTER_KEYS is a ring: the first key seals, all of them open. A new one is put first; an
old one stays as long as something is sealed with it.
"""

import base64
import binascii
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32
_NAME, _NONCE = 4, 12


class Unreadable(Exception):
    """No key of the ring opens it for that purpose: another key, another purpose, or changed on the way."""


def seal(text: str, purpose: str) -> str:
    """`purpose` is bound to the text: what was sealed for one does not open for another. URL-safe."""
    return base64.urlsafe_b64encode(seal_bytes(text.encode(), purpose)).decode()


def unseal(sealed: str, purpose: str) -> str:
    """Raises Unreadable."""
    try:
        return unseal_bytes(base64.urlsafe_b64decode(sealed), purpose).decode()
    except (ValueError, binascii.Error) as error:
        raise Unreadable(purpose) from error


def seal_bytes(plain: bytes, purpose: str) -> bytes:
    """The same for a file: the key's name, the nonce, the sealed bytes."""
    key = _keys()[0]
    nonce = os.urandom(_NONCE)
    return _name(key) + nonce + AESGCMSIV(key).encrypt(nonce, plain, purpose.encode())


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """Raises Unreadable."""
    try:
        key = next(key for key in _keys() if _name(key) == sealed[:_NAME])
        nonce, closed = sealed[_NAME : _NAME + _NONCE], sealed[_NAME + _NONCE :]
        return AESGCMSIV(key).decrypt(nonce, closed, purpose.encode())
    except (InvalidTag, StopIteration, ValueError) as error:
        raise Unreadable(purpose) from error


def read_key(text: str) -> bytes:
    """A key as the settings write it: 32 bytes in URL-safe base64. Raises ValueError."""
    key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(key) != KEY_BYTES:
        raise ValueError("a master key is 32 bytes")
    return key


def derived(purpose: str) -> list[bytes]:
    """A key of its own for `purpose` from each of the ring (HKDF, RFC 5869), in the ring's order."""
    return [HKDF(SHA256(), KEY_BYTES, None, purpose.encode()).derive(key) for key in _keys()]


def ring() -> list[str]:
    """The names of the keys, in the ring's order: 8 hex digits each, which tell nothing of the key."""
    return [_name(key).hex() for key in _keys()]


def sealed_with(sealed: bytes) -> str:
    """The name of the key that sealed these bytes, whether the ring still has it or not."""
    return sealed[:_NAME].hex()


def _keys() -> list[bytes]:
    return [read_key(one) for one in settings.MASTER_KEYS]


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name of a master key" + key).digest()[:_NAME]
