"""`manage.py lint_questionnaires` says what is wrong, or that nothing is."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from allomediateur.cases.questionnaire import shelf


def test_those_of_the_site_are_in_order() -> None:
    said = StringIO()
    call_command("lint_questionnaires", stdout=said)
    assert said.getvalue() == f"{len(shelf.versions())} questionnaire(s) sans faute.\n"


def test_a_fault_is_told_and_the_command_fails(tmp_path: Path) -> None:
    (tmp_path / "saisine-3.yaml").write_text("version: 3", encoding="utf-8")
    with pytest.raises(CommandError, match=r"saisine-3\.yaml: questionnaire\.said"):
        call_command("lint_questionnaires", folder=str(tmp_path))


def test_landing_says_what_is_frozen(tmp_path: Path) -> None:
    (tmp_path / "saisine-1.yaml").write_bytes(shelf.path_of(1).read_bytes())
    said = StringIO()
    call_command("lint_questionnaires", folder=str(tmp_path), land=True, stdout=said)
    assert said.getvalue() == "La version 1 est figée.\n1 questionnaire(s) sans faute.\n"
    assert shelf.landed(tmp_path) == {1: shelf.digest(1)}
