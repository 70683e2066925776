"""What is read from a replica, and what never is; tests/faults/test_replica.py has a real one."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import router

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, Availability
from allomediateur.directory.models import Mediator
from config import env
from config.postgresql import replicas

NAME = "DATABASE_REPLICA_URL"


def test_replicas_are_read_only_and_soon_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "postgresql://reads@one/town, postgresql://reads@two:5433/town?connect_timeout=3")
    found = env.replicas()
    assert [(alias, one["HOST"], one["PORT"]) for alias, one in found.items()] == [
        ("replica1", "one", ""), ("replica2", "two", "5433"),
    ]  # fmt: skip
    assert [one["OPTIONS"]["connect_timeout"] for one in found.values()] == [2, "3"]
    for one in found.values():
        assert "default_transaction_read_only=on" in one["OPTIONS"]["options"]
        assert "statement_timeout=2s" in one["OPTIONS"]["options"]
        assert one["ANSWER_SECONDS"] == 3.0
        assert one["TEST"] == {"MIRROR": "default"}


def test_a_replica_that_is_no_postgresql_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "mysql://reads@one/town")
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.replicas()


def test_tests_have_no_replica() -> None:
    assert list(settings.DATABASES) == ["default"]
    assert replicas.replicas() == []
    assert replicas.choose(0.0) is None


def test_only_what_is_public_is_read_elsewhere_and_only_inside() -> None:
    models = (Mediator, Availability, Appointment, User, Session)
    with replicas.reading("replica1"):
        inside = [router.db_for_read(model) for model in models]
        written = [router.db_for_write(model) for model in models]
    assert inside == ["replica1", "replica1", "replica1", "default", "default"]
    assert written == ["default"] * 5
    here = Mediator()
    here._state.db = "replica1"
    assert [router.db_for_read(model, instance=here) for model in models] == ["default"] * 5


def test_no_table_is_made_on_a_replica() -> None:
    assert router.allow_migrate("default", "agenda")
    assert not router.allow_migrate("replica1", "agenda")
