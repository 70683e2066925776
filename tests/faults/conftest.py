"""A platform of its own for each trial: copied from one that was seeded once, on free ports, gone at the end."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch import binaries
from tests.faults.figures import ROWS, Figures
from tests.faults.postman import Postman
from tests.faults.site import People, Site, collect, seed

pytest.register_assert_rewrite("tests.faults.facts")  # what was expected and what was found are shown
Mould = Callable[[Path], tuple[Path, People]]
Make = Callable[..., Site]


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """Given the folder of PostgreSQL's programs, a DATA_DIR made by them, and whom it knows."""
    made: dict[Path, tuple[Path, People]] = {}

    def get(folder: Path) -> tuple[Path, People]:
        if folder not in made:
            data_dir = tmp_path_factory.mktemp("mould")
            if made:
                shutil.copytree(next(iter(made.values()))[0] / "static", data_dir / "static")
            else:
                collect(data_dir)
            made[folder] = data_dir, seed(data_dir, folder)
        return made[folder]

    return get


@pytest.fixture
def make_site(mould: Mould, tmp_path: Path) -> Make:
    """A Site that is not started yet: under `data_dir`, by the programs of `folder`, with a Site's other fields."""

    def make(data_dir: Path = tmp_path / "site", folder: Path | None = None, **more: object) -> Site:
        folder = folder or binaries.find()
        source, people = mould(folder)
        shutil.copytree(source, data_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns("sockets", "logs"))
        return Site(data_dir=data_dir, people=people, postman=Postman(), folder=folder, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    found = Figures(request.node.name)
    yield found
    found.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ROWS:
        terminalreporter.section("figures of the fault trials")
    for trial, said in ROWS:
        terminalreporter.write_line(f"| {trial} | {said} |")
