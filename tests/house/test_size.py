"""Nothing grows past what a reader takes in at once (docs/decisions/0008)."""

import ast
from collections import Counter

from tests.house.tree import ROOMS, ROOT, name_of, parsed, python_files

FILE_CEILING = 400  # lines
FUNCTION_CEILING = 40  # lines of its body, docstring aside
PACKAGE_CEILING = 15  # modules; the sixteenth wants a package with a name from the domain

WRITTEN_BY_PEOPLE = python_files(*ROOMS, "tests", "benchmarks")
SQL_FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.sql"))


def test_a_file_stays_under_the_ceiling() -> None:
    sizes = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in [*WRITTEN_BY_PEOPLE, *SQL_FILES]
    }
    assert not {name: lines for name, lines in sizes.items() if lines >= FILE_CEILING}


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of code in the body; what the docstring explains is no length."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_a_function_stays_under_the_ceiling() -> None:
    sizes = {
        f"{name_of(path)}: {node.name}": length(node)
        for path in python_files(*ROOMS, "benchmarks")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in sizes.items() if lines > FUNCTION_CEILING}


def test_a_package_holds_no_more_than_a_reader_keeps_apart() -> None:
    modules = Counter(
        name_of(path.parent)
        for path in python_files(*ROOMS, "benchmarks")
        if path.name != "__init__.py"
    )
    assert not {name: number for name, number in modules.items() if number > PACKAGE_CEILING}
