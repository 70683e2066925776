"""The whole run's database and environment, ready before any test module is imported.

One PostgreSQL of our own serves the run: the pytest that the person started (not xdist's workers, which inherit
its address) starts it and ends it. DATABASE_URL names another one, where the user may create databases.
"""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator

import django
import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

from launch import postgres

# No verdict hangs on how busy the machine is: neither a deadline an example, nor a time to invent them.
hypothesis.settings.register_profile(
    "house", hypothesis.settings(), deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")

_stack = contextlib.ExitStack()


def _prepare_run() -> None:
    """Environment of the run, inherited by xdist's workers. At import, since folders' conftests import models."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        if settings.configured:
            raise pytest.UsageError("Les réglages de Django sont lus trop tôt : sans DJANGO_SETTINGS_MODULE ni --ds.")
        _start_run()
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()


def _start_run() -> None:
    atexit.register(_stack.close)
    # A terminated run (CI's time limit) must end like an interrupted one, with its database.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    data_dir = _stack.enter_context(tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True))
    os.environ |= {"DATA_DIR": data_dir, "DEMO": "1", "DEBUG": "0"}
    os.environ |= {"SECRET_KEY": "tests-only", "MASTER_KEYS": "A" * 43}
    for name in ("SITE_URL", "ALLOWED_HOSTS", "PORT", "EMAIL_HOST"):
        os.environ.pop(name, None)
    os.environ["DATABASE_REPLICA_URL"] = ""  # of another database
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = _stack.enter_context(postgres.throwaway())


_prepare_run()


def pytest_unconfigure() -> None:
    _stack.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Between transactional tests every table is emptied: the trail lets that be done here only."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET allomediateur.may_truncate = 'on'")
        cursor.execute("SET allomediateur.may_truncate = 'on'")


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    """A request to /en/ leaves its language active in the thread: each test begins in the site's own."""
    with translation.override("fr"):
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for journeys: missing, they skip loudly; under ALLOMEDIATEUR_REQUIRE_BROWSER=1 they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sentence = "Chromium manque : « apt install chromium ». Les parcours ne sont pas prouvés."
        if os.environ.get("ALLOMEDIATEUR_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found
