"""`manage.py check --deploy` refuses what must not be in production."""

import secrets
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from pytest_django import Settings

pytestmark = pytest.mark.django_db
GOOD = {
    "DEMO": False, "DEBUG": False, "SITE_URL": "https://mediation.test", "ALLOWED_HOSTS": ["mediation.test"],
    "SECRET_KEY": secrets.token_urlsafe(64), "MASTER_KEYS": [secrets.token_urlsafe(32)],
    "CONTACT_EMAIL": "contact@mediation.test",
    "EMAIL_HOST": "smtp.mediation.test", "SMS_ENGINE": "", "BOUNCE_SECRET": "", "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
}  # fmt: skip


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    for name, value in GOOD.items():
        setattr(settings, name, value)


def found() -> list[str]:
    return sorted(str(one.id) for one in run_checks(tags=["allomediateur"], include_deployment_checks=True))


def test_a_right_set_up_is_accepted() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("DEMO", True, "E001"),
        ("DEBUG", True, "E002"),
        ("SECRET_KEY", "court", "E003"),
        ("SECRET_KEY", "a" * 80, "E003"),
        ("MASTER_KEYS", [], "E013"),
        ("MASTER_KEYS", ["A" * 42], "E013"),
        ("MASTER_KEYS", ["A" * 43], "E013"),
        ("SITE_URL", "http://mediation.test", "E004"),
        ("ALLOWED_HOSTS", ["*"], "E005"),
        ("ALLOWED_HOSTS", ["mediation.test", "localhost"], "E005"),
        ("ALLOWED_HOSTS", [], "E005"),
        ("CONTACT_EMAIL", "contact@example.org", "E006"),
        ("EMAIL_HOST", "", "E007"),
        ("ALLAUTH_TRUSTED_PROXY_COUNT", 0, "W008"),
        ("BOUNCE_SECRET", "court", "E014"),
        ("SMS_ENGINE", "console", "E015"),
        ("SMS_ENGINE", "brevo", "E016"),
    ],
)
def test_each_wrong_setting_is_named(settings: Settings, name: str, value: Any, number: str) -> None:
    setattr(settings, name, value)
    assert found() == [f"allomediateur.{number}"]


def test_a_database_that_may_lose_bookings_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert found() == ["allomediateur.E011"]


def test_the_command_fails_and_says_what_to_do(settings: Settings) -> None:
    settings.DEMO = True
    with pytest.raises(SystemCheckError, match="Retirez DEMO"):
        call_command("check", deploy=True, tags=["allomediateur"])


def test_development_is_not_bothered(settings: Settings) -> None:
    settings.DEMO = True
    assert run_checks(tags=["allomediateur"]) == []
