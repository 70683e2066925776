"""The house (docs/architecture.md): what the linters cannot see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from allomediateur.web.ui.middleware import OPEN, door
from tests.directory.invitations import KEPT
from tests.routes import Route, routes
from tools.messages import KEYWORDS, sources

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "allomediateur"
FLOORS = (
    "scheduling", "law", "vault", "configuration", "trail", "notify", "accounts", "directory", "support", "agenda",
    "cases", "content", "privacy", "web", "worker",
)  # fmt: skip
ENTRANCES = ("web", "worker")
CROSS_ROOM_NAMES = {
    "directory.Mediator.user": "user.mediator is how an account finds its own profile",
}
"""Cross-room ForeignKeys that are read backwards, each with its reason."""

FORBIDDEN_NAMES = {"services", "selectors", "utils", "helpers", "common", "signals", "misc", "managers"}
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
PYTHON = sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((HOUSE / "web").rglob("*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("allomediateur.")]


def foreign_keys() -> Iterator[tuple[str, models.ForeignKey[models.Model, models.Model], str, str]]:
    """(name, field, room that holds it, room it points to); Django's own tables are left out."""
    for model in our_models():
        fields = [*model._meta.get_fields(), *model._meta.many_to_many]
        for field in dict.fromkeys(fields):
            if not isinstance(field, models.ForeignKey | models.ManyToManyField) or field.model is not model:
                continue
            target = field.related_model
            if target.__module__.startswith("allomediateur."):
                rooms = [each.__module__.split(".")[1] for each in (model, target)]
                yield f"{model._meta.label}.{field.name}", field, rooms[0], rooms[1]  # type: ignore[misc]


def test_every_foreign_key_points_downstairs() -> None:
    upwards = [name for name, _, here, there in foreign_keys() if FLOORS.index(there) > FLOORS.index(here)]
    assert upwards == []


def test_cross_room_foreign_keys_are_not_read_backwards_without_a_reason() -> None:
    named = {
        name
        for name, field, here, there in foreign_keys()
        if here != there and not (field.remote_field.related_name or "").endswith("+")
    }
    assert named == set(CROSS_ROOM_NAMES)


@pytest.mark.parametrize("folder", ["allomediateur", "config", "launch", "tests", "tools", "benchmarks"])
def test_files_are_short(folder: str) -> None:
    long = {
        name_of(path): lines
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".css", ".js"}
        and "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) >= 400
    }
    assert long == {}


def test_modules_are_named_after_the_business() -> None:
    assert [name_of(path) for path in HOUSE.rglob("*") if path.stem in FORBIDDEN_NAMES] == []


def test_no_room_reads_the_clock() -> None:
    """`now` comes in by web, worker and the admin's pages, and is passed down."""
    reading = [
        f"{name_of(path)}:{node.lineno}"
        for path in PYTHON
        if room_of(path) not in ENTRANCES and path.name != "admin.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (_last(node.value), node.attr) in CLOCKS
    ]
    assert reading == []


def _last(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr


@pytest.mark.parametrize("room", FLOORS[:6])
def test_public_functions_of_a_room_say_what_their_name_cannot(room: str) -> None:
    """Three statements at most speak for themselves; anything longer has its words."""
    silent = [
        f"{name_of(path)}: {node.name}"
        for path in (HOUSE / room).rglob("*.py")
        if "migrations" not in path.parts and path.name not in {"apps.py", "admin.py", "models.py"}
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not ast.get_docstring(node) and len(node.body) > 3
    ]
    assert silent == []


@pytest.mark.parametrize(
    "room", [path.parent for path in sorted(HOUSE.glob("*/__init__.py"))], ids=lambda one: one.name
)
def test_every_room_has_a_caption(room: Path) -> None:
    assert ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))


FORBIDDEN_IN_TEMPLATES = {
    "inline style": re.compile(r"<style\b|\sstyle\s*="),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE),
    "empty link": re.compile(r"href\s*=\s*[\"'](#|)[\"']"),
    "another host's file": re.compile(r"(src|action)\s*=\s*[\"'](https?:)?//"),
    "unescaped": re.compile(r"\|\s*safe\b|autoescape\s+off"),
    "placeholder text": re.compile(r"lorem|ipsum|TODO|FIXME|XXX|à compléter", re.IGNORECASE),
}


@pytest.mark.parametrize("fault", FORBIDDEN_IN_TEMPLATES)
def test_no_template_of_the_site_has(fault: str) -> None:
    assert [
        f"{name_of(path)}: {found[0]}"
        for path in TEMPLATES
        if (found := FORBIDDEN_IN_TEMPLATES[fault].search(path.read_text(encoding="utf-8")))
    ] == []


def test_the_faults_are_seen() -> None:
    """A net is first shown to catch."""
    planted = {
        "inline style": '<p style="color:red">',
        "inline script": '<a onclick="x()">',
        "empty link": '<a href="#">',
        "another host's file": '<script src="https://cdn.example/x.js">',
        "unescaped": "{{ name|safe }}",
        "placeholder text": "Lorem",
    }
    assert all(FORBIDDEN_IN_TEMPLATES[fault].search(text) for fault, text in planted.items())
    assert not FORBIDDEN_IN_TEMPLATES["inline script"].search('<script type="module" src="/x.js"></script>')


def test_nothing_is_left_to_do() -> None:
    left = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|mark\.skip\b")
    files = [path for folder in ("allomediateur", "config", "launch") for path in (ROOT / folder).rglob("*.py")]
    assert [name_of(path) for path in files if left.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("route", routes(), ids=lambda one: one.pattern)
def test_every_url_outside_the_public_ones_demands_its_role(route: Route) -> None:
    """Deny by default: the doors open to a role by the beginning of the address, else to nobody."""
    if route.begins("compte/donnees/", "devenir-mediateur/etapes/", "devenir-mediateur/commencer/"):
        assert door(route.path) == "signed in"
    elif route.module.startswith("allomediateur.web.public") or route.begins(
        "api/", "compte/", "healthz", "static/", "devenir-mediateur/"
    ):
        assert door(route.path) == OPEN
    else:
        wanted = {"espace": "signed in", "mediateur": "mediator", "administration": "staff"}
        first = route.path.strip("/").split("/")[0]
        entrusted = first == "mediateur" and route.name in KEPT
        assert door(route.path) == ("agenda" if entrusted else wanted[first])


def test_every_name_that_marks_words_is_one_that_the_extraction_knows() -> None:
    """A message under another name would stay French in the English pages."""
    marking = ("gettext", "ngettext", "pgettext", "npgettext")
    unknown = [
        f"{path}: {alias.asname or alias.name}"
        for path, text in sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name.startswith(marking) and (alias.asname or alias.name) not in KEYWORDS
    ]
    assert unknown == []
