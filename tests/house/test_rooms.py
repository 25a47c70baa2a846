"""Five rooms with plain names, each of them ours, each file named after what it is about."""

import tomllib
from importlib.metadata import packages_distributions

from tests.house.tree import ROOMS, ROOT, name_of, python_files

EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}


def test_the_rooms_are_there_and_there_are_five() -> None:
    with_code = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert with_code - {"benchmarks"} == set(ROOMS)


def test_every_folder_with_code_is_a_package_so_that_no_installed_one_takes_its_place() -> None:
    folders = {path.parent for path in python_files(*ROOMS)}
    assert not [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()]


def test_no_installed_package_takes_the_name_of_a_room() -> None:
    assert not set(ROOMS) & packages_distributions().keys()


def test_a_file_is_named_after_its_subject() -> None:
    files = [path.relative_to(ROOT) for path in python_files(*ROOMS, "tests", "benchmarks")]
    words = {path: set("_".join(path.with_suffix("").parts).split("_")) for path in files}
    assert not [path.as_posix() for path in files if words[path] & EMPTY_WORDS]


def test_the_rules_of_every_aggregate_are_held_to_the_contract_of_pure_python() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [
        contract
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["name"] == "The rules are pure Python"
    ]
    assert contract["source_modules"] == ["events"]
    assert contract["ignore_imports"] == ["events.log.** -> *"]
