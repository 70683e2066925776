"""What must not be in production: `manage.py check --deploy` refuses it, each with what to set instead."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name
from django.db import DatabaseError, connection

from allomediateur.vault import sealing
from config.postgresql import replicas

SECRET_LENGTH = 50
SECRET_LENGTH_OF_HOOKS = 32
LOCAL = {"localhost", "127.0.0.1", "[::1]", "*"}
TAG = "allomediateur"


@register(TAG, deploy=True)
def settings_of_production(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    return [*_settings(), *_channels()]


@register(TAG, deploy=True)
def database_of_production(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    try:
        return [*database_faults(), *replica_faults()]
    except DatabaseError as error:
        return [Error(f"La base de DATABASE_URL ne répond pas : {error}", id="allomediateur.E010")]


def database_faults() -> Iterator[CheckMessage]:
    """An acknowledged booking is on the disk, or it is not acknowledged. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('server_version_num')::int")
        synchronous, version = cursor.fetchone()
    if synchronous == "off":
        yield _refused(
            "PostgreSQL a « synchronous_commit = off » : des rendez-vous confirmés seraient perdus à une coupure.",
            "Remettez « on » dans sa configuration.", 11,
        )  # fmt: skip
    if version < 150000:
        yield _refused(f"PostgreSQL {version // 10000} est trop ancien.", "Il faut PostgreSQL 15 ou plus récent.", 12)


def replica_faults() -> Iterator[CheckMessage]:
    """One that is away is no fault of the settings. Raises DatabaseError: the primary's."""
    for number, one in enumerate(replicas.replicas(), 1):
        try:
            replicas.measure(one.alias)
        except replicas.Lost:
            yield Warning(
                f"La réplique n° {number} de DATABASE_REPLICA_URL ne répond pas : la base principale fait son travail.",
                hint="Relancez-la, ou retirez-la de DATABASE_REPLICA_URL.", id="allomediateur.W017",
            )  # fmt: skip
        except replicas.Foreign:
            yield _refused(
                f"La réplique n° {number} de DATABASE_REPLICA_URL n’est pas une réplique de la base de DATABASE_URL.",
                "Donnez l’adresse d’un serveur fait par pg_basebackup, en attente (standby), et la même base.", 18,
            )  # fmt: skip


def _is_key(text: str) -> bool:
    try:
        return bool(sealing.read_key(text)) and len(set(text)) >= 12
    except ValueError:
        return False


def _settings() -> Iterator[CheckMessage]:
    if settings.DEMO:
        yield _refused("DEMO=1 ouvre les comptes de démonstration et les lettres à tous.", "Retirez DEMO.", 1)
    if settings.DEBUG:
        yield _refused("DEBUG=1 montre le code et les réglages.", "Retirez DEBUG.", 2)
    if len(settings.SECRET_KEY) < SECRET_LENGTH or len(set(settings.SECRET_KEY)) < 20:
        yield _refused(
            "SECRET_KEY est trop courte, ou trop peu variée.",
            'Faites-en une : python3 -c "import secrets; print(secrets.token_urlsafe(64))".', 3,
        )  # fmt: skip
    if not settings.MASTER_KEYS or any(not _is_key(one) for one in settings.MASTER_KEYS):
        yield _refused(
            "MASTER_KEYS manque ou n’est pas faite de clés : les secrets en base ne peuvent être scellés.",
            'Faites-en une : python3 -c "import secrets; print(secrets.token_urlsafe(32))".', 13,
        )  # fmt: skip
    if not settings.SITE_URL.startswith("https://"):
        yield _refused(f"SITE_URL vaut {settings.SITE_URL} : sans https, rien n’est secret.", "Donnez https://…", 4)
    if not settings.ALLOWED_HOSTS or LOCAL & set(settings.ALLOWED_HOSTS):
        yield _refused("ALLOWED_HOSTS contient un nom local, « * » ou rien.", "Donnez le seul nom du site.", 5)
    if settings.CONTACT_EMAIL.endswith("@example.org"):
        yield _refused("CONTACT_EMAIL est une adresse d’exemple.", "Donnez la vôtre : elle est montrée partout.", 6)
    if not settings.EMAIL_HOST:
        yield _refused("Sans EMAIL_HOST les lettres attendent, sans partir.", "Donnez EMAIL_HOST.", 7)
    if not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        yield Warning(
            "TRUSTED_PROXIES vaut 0 : derrière un mandataire, tous auraient la même adresse et les mêmes limites.",
            hint="Donnez le nombre de mandataires devant le site.", id="allomediateur.W008",
        )  # fmt: skip


def _channels() -> Iterator[CheckMessage]:
    """SMS, and letters that come back."""
    if settings.BOUNCE_SECRET and len(settings.BOUNCE_SECRET) < SECRET_LENGTH_OF_HOOKS:
        yield _refused(
            "BOUNCE_SECRET est trop court : qui le devine ferait croire que des lettres reviennent.",
            'Faites-en un : python3 -c "import secrets; print(secrets.token_urlsafe(32))".', 14,
        )  # fmt: skip
    if settings.SMS_ENGINE not in ("", "brevo"):
        yield _refused(
            f"SMS_ENGINE vaut « {settings.SMS_ENGINE} » : aucun SMS ne partirait vraiment.",
            "Donnez « brevo », ou rien.", 15,
        )  # fmt: skip
    if settings.SMS_ENGINE == "brevo" and not (
        settings.SMS_URL.startswith("https://") and settings.SMS_KEY and settings.SMS_SENDER
    ):
        yield _refused(
            "SMS_ENGINE vaut « brevo » sans adresse en https, sans clé ou sans expéditeur.",
            "Donnez SMS_URL, SMS_KEY et SMS_SENDER.", 16,
        )  # fmt: skip


def _refused(what: str, instead: str, number: int) -> Error:
    return Error(what, hint=instead, id=f"allomediateur.E{number:03}")
