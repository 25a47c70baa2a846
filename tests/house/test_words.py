"""Every module and every refusal says what it is for; no work is left lying in the tree."""

import ast
import inspect
from pathlib import Path

import pytest

from events import errors, registry
from events.errors import KINDS, LogFault
from tests.house.tree import ROOMS, name_of, parsed, python_files

REFUSALS_AND_FAULTS: list[type[Exception]] = [
    *registry.REFUSALS,
    *KINDS,
    *(one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, LogFault)),
]
RIDDLES = ("What", "Whom", "Whose", "Whether", "How", "Where", "Why", "Who", "Which", "When")
LEFT_OVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "@pytest.mark.skip", "xfail", "NotImplemented")


def test_every_module_begins_with_a_line_that_names_what_it_is_for() -> None:
    """A standard term, so that a search finds it; no question that only the file answers."""
    first_lines = {
        name_of(path): (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
        for path in python_files(*ROOMS, "benchmarks")
    }
    assert not [name for name, line in first_lines.items() if not line.endswith((".", "?", ":"))]
    assert not [name for name, line in first_lines.items() if line.split(" ")[0] in RIDDLES]


@pytest.mark.parametrize("named", REFUSALS_AND_FAULTS, ids=lambda named: named.__name__)
def test_a_refusal_has_a_title_for_people(named: type) -> None:
    """The docstring is the title of the problem, so it is one sentence."""
    title = named.__doc__ or ""
    assert title.endswith(".")
    assert "\n" not in title


def test_no_two_refusals_have_the_same_title() -> None:
    titles = [named.__doc__ for named in REFUSALS_AND_FAULTS]
    assert len(titles) == len(set(titles))


def test_a_refusal_is_a_fact_and_not_an_error() -> None:
    assert not [named for named in REFUSALS_AND_FAULTS if named.__name__.endswith("Error")]


def test_no_work_is_left_lying_in_the_tree() -> None:
    """Quoted, it is the postmortem template's word for an action item that nobody has begun."""
    quoted = f'"{LEFT_OVERS[0]}"'
    texts = {
        name_of(path): path.read_text(encoding="utf-8").replace(quoted, "")
        for path in python_files(*ROOMS, "tests", "benchmarks")
        if path != Path(__file__)
    }
    assert not [name for name, text in texts.items() if any(word in text for word in LEFT_OVERS)]


def test_nothing_is_named_told_for_want_of_its_noun() -> None:
    told = [
        f"{name_of(path)}:{getattr(node, 'lineno', '')}"
        for path in python_files(*ROOMS)
        for node in ast.walk(parsed(path))
        if "told" in (getattr(node, "id", ""), getattr(node, "arg", ""), getattr(node, "name", ""))
    ]
    assert not told
