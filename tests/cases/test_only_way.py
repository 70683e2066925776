"""`Compartment.open` is the only way to plaintext: nothing else in the house reaches what seals, or what is sealed."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.contrib import admin

HOUSE = Path(__file__).resolve().parents[2] / "allomediateur"
INSIDE = ("cases/compartments/", "cases/models/")
HIDDEN = {"cipher", "Sealed", "CompartmentKey", "PartyName"}
"""What seals, and the tables of what is sealed."""
BACKWARDS = {"contents", "parties", "key"}
"""How a compartment reaches them."""
MADE = {"Opened", "enter"}
"""What only the gate makes, and Compartment.open calls."""
PYTHON = [path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts]


def place(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def imported(tree: ast.AST) -> Iterator[str]:
    """The last word of all that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
            yield (node.module or "").rpartition(".")[2]
        elif isinstance(node, ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def attributes(tree: ast.AST) -> set[str]:
    """Of what is called a compartment."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "compartment"
    }


def faults(path: str, text: str) -> set[str]:
    tree = ast.parse(text)
    found = set(imported(tree)) & HIDDEN | attributes(tree) & BACKWARDS
    found |= set(called(tree)) & MADE if "cases" in set(text.replace("/", ".").split(".")) else set()
    return {f"{path}: {one}" for one in found}


def test_nobody_outside_reaches_what_seals_nor_what_is_sealed() -> None:
    outside = [path for path in PYTHON if not place(path).startswith(INSIDE)]
    assert len(outside) > 300
    assert set().union(*(faults(place(path), path.read_text(encoding="utf-8")) for path in outside)) == set()


def test_the_gate_alone_makes_what_reads_and_open_alone_enters_it() -> None:
    made = {
        (place(path), name)
        for path in PYTHON
        if place(path).startswith("cases/")
        for name in called(ast.parse(path.read_text(encoding="utf-8")))
        if name in MADE
    }
    assert made == {("cases/compartments/gate.py", "Opened"), ("cases/models/compartments.py", "enter")}


def test_each_way_round_is_seen() -> None:
    """A net is first shown to catch."""
    planted = (
        "from allomediateur.cases.compartments import cipher",
        "from allomediateur.cases.compartments.cipher import unseal",
        "import allomediateur.cases.compartments.cipher",
        "from allomediateur.cases.models import Compartment, Sealed",
        "def view(compartment): return compartment.contents.all()",
        "def view(intake): return intake.compartment.key.wrapped",
        "from allomediateur.cases.compartments import gate\ngate.enter(x)",
        "from allomediateur.cases.compartments.gate import Opened\nOpened(x)",
    )
    assert [text for text in planted if not faults("x.py", text)] == []
    assert faults("x.py", "from allomediateur.cases.models import Compartment\ncompartment.open(actor)") == set()


def test_no_admin_registers_these_tables_and_no_other_room_points_to_what_is_sealed() -> None:
    hidden = {model for model in apps.get_models() if model.__name__ in HIDDEN and model._meta.app_label == "cases"}
    assert len(hidden) == 3
    assert [model for model in admin.site._registry if model._meta.app_label == "cases"] == []
    pointing = {
        field.model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model in hidden and not field.auto_created
    }
    assert pointing == set()
