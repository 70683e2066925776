"""A throwaway PostgreSQL with the project's tables, for the workloads that want one: started once a run."""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
from functools import cache

import django
from django.core.management import call_command

from launch import postgres

_stack = contextlib.ExitStack()


@cache
def ready() -> None:
    """Settings read, database migrated and empty; DATABASE_URL is not looked at. Ends with the process."""
    atexit.register(_stack.close)
    data_dir = _stack.enter_context(tempfile.TemporaryDirectory(prefix="allomediateur-", ignore_cleanup_errors=True))
    url = _stack.enter_context(postgres.throwaway())
    os.environ |= {"DATABASE_URL": url, "DATABASE_REPLICA_URL": "", "DATA_DIR": data_dir, "DEMO": "1"}
    os.environ |= {"SECRET_KEY": "benchmarks-only", "MASTER_KEYS": "A" * 43}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
