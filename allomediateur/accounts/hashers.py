"""argon2id, a few at a time: a hash takes 100 MiB, and a burst of sign-ins would take all there is."""

from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

_turns = BoundedSemaphore(settings.HASHES_AT_ONCE)


class CappedArgon2(Argon2PasswordHasher):
    """Whoever comes while all turns are taken waits for one; limits of sign-in keep the queue short."""

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return bool(super().verify(password, encoded))
