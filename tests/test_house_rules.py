"""Rules of the house that no linter knows."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("events", "projections", "activities", "workflows", "services")
FOLDERS = (*ROOMS, "tests", "benchmarks")
CEILING = 400  # lines
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

SOURCES = sorted(
    file for folder in FOLDERS for kind in ("*.py", "*.sql") for file in (ROOT / folder).rglob(kind)
)


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in SOURCES}
    assert {file: lines for file, lines in lengths.items() if lines > CEILING} == {}


def test_no_installed_package_takes_the_name_of_a_room() -> None:
    assert not set(ROOMS) & packages_distributions().keys()


@pytest.mark.parametrize("room", ROOMS)
def test_every_folder_of_a_room_is_a_package(room: str) -> None:
    folders = {file.parent for file in (ROOT / room).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_files_are_named_from_the_domain() -> None:
    assert [file for file in SOURCES if file.stem in VAGUE_NAMES] == []
