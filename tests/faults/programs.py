"""Whose PostgreSQL a trial runs on."""

from pathlib import Path

import pytest

from launch import binaries

OLDEST = Path("/usr/lib/postgresql/15/bin")


def programs(version: str) -> Path:
    """Of the PostgreSQL we install (« found »), or of the oldest one we accept."""
    if version == "found":
        return binaries.find()
    if not (OLDEST / "postgres").exists():
        pytest.skip(f"PostgreSQL 15 n’est pas dans {OLDEST} (« apt install postgresql-15 ») : il n’est pas prouvé.")
    return OLDEST
