"""Versions of the privacy notice: which one somebody was shown is kept with their account.

A changed text is a new version: its digest is checked by a test, which says what to write here.
"""

from datetime import date

VERSIONS: dict[str, str] = {
    "2026-11-23": "ba0cfbd4251f0e0b88a88a08cab2adc2313f144b1641689b49f4c38a7952625b",
    "2026-11-24": "864bd385ea7ae931b9e31d810258ac095a90a7586fd1183e094aca8038b34bd2",
    "2026-11-28": "9a95cc0c4d35f4c94e94d5e932443bd6097660fa12d60430ae8297058343fa6b",
    "2026-11-29": "aca9bec26ebc8bff2f320eafbb49dec8694fb7e657d5e946c5e1f135783f2c2f",
}
"""Day of each version, oldest first, and the SHA-256 of its template."""

CURRENT = list(VERSIONS)[-1]


def day() -> date:
    """Of the current version."""
    return date.fromisoformat(CURRENT)
