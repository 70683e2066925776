"""Typed readers of the environment: each fails by the variable's name, in one sentence."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "oui", "on"}, {"0", "false", "no", "non", "off", ""}

# libpq's, in seconds but the last: a machine or a network that went silent is found out, not awaited (Linux waits
# two hours by itself). Over a Unix socket only the first means something.
PATIENCE = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}  # fmt: skip
# A replica is waited for less: another database has the same answer. Two seconds are the least that libpq knows.
REPLICA_CONNECT_SECONDS = 2
REPLICA_SECONDS = 2


def text(name: str, default: str | None = None) -> str:
    """Value of `name`, or of the file named by `name`_FILE; ImproperlyConfigured without a default."""
    if name in os.environ:
        return os.environ[name]
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise ImproperlyConfigured(f"La variable d’environnement {name} (ou {name}_FILE) est nécessaire.")
    return default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} vaut « {value} » : écrire 1 ou 0.")


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} vaut « {value} » : écrire un nombre entier.") from error


def words(name: str, default: str | None = "") -> list[str]:
    """Comma-separated list, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(name: str = "DATABASE_URL", conn_max_age: int = 600, seconds: int = 0) -> Mapping[str, Any]:
    """Django DATABASES entry from `postgresql://user:password@host:port/name?host=/socket/folder&sslmode=...`.

    `seconds`: how long a statement may take, and a transaction stay idle; 0 for as long as it takes.
    Raises ImproperlyConfigured for another scheme or a missing database name.
    """
    return _entry(name, text(name), conn_max_age, PATIENCE, _bounded(seconds), seconds)


def replicas(name: str = "DATABASE_REPLICA_URL", conn_max_age: int = 600) -> Mapping[str, Mapping[str, Any]]:
    """DATABASES entries of the streaming replicas, « replica1 » and so on; none by default.

    Read only, and given up soon: the primary answers in their place. In tests they are the primary's own test database.
    """
    seconds, patience = REPLICA_SECONDS, PATIENCE | {"connect_timeout": REPLICA_CONNECT_SECONDS}
    bounded = {"options": f"{_bounded(seconds)['options']} -c default_transaction_read_only=on"}
    return {
        f"replica{number}": {
            **_entry(name, url, conn_max_age, patience, bounded, seconds), "TEST": {"MIRROR": "default"},
        }
        for number, url in enumerate(words(name), 1)
    }  # fmt: skip


def _entry(
    name: str, address: str, conn_max_age: int, patience: Mapping[str, Any], bounded: Mapping[str, Any], seconds: int
) -> Mapping[str, Any]:
    url = urlsplit(address)
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise ImproperlyConfigured(f"{name} doit avoir la forme postgresql://utilisateur@hôte/base : PostgreSQL seul.")
    options = dict(parse_qsl(url.query))
    host = options.pop("host", None) or unquote(url.hostname or "")
    port = options.pop("port", None) or str(url.port or "")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": conn_max_age,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**patience, **bounded, **options},
        # The server has the first word: it tells what it gave up.
        "ANSWER_SECONDS": seconds * 1.5 or None,
    }


def _bounded(seconds: int) -> Mapping[str, Any]:
    """Server-side: a lock or a slow disk. A transaction that went idle lost its client, and holds others' locks."""
    limits = ("statement_timeout", "idle_in_transaction_session_timeout")
    return {"options": " ".join(f"-c {limit}={seconds}s" for limit in limits)} if seconds else {}
