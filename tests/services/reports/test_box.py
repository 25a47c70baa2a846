"""The box is the practice's drawing, line by line, whatever the numbers are."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from services.reports.box import MINUTE, WIDTH, Box, Mean, in_minutes, lines_of, percent

DRAWING = """\
┌─────────────────────────────────────────────────────┐
│           Incident Metrics - Q4 2024                │
├─────────────────────────────────────────────────────┤
│                                                      │
│  Total Incidents: 23                                │
│  SEV1: 2  SEV2: 8  SEV3: 13                        │
│                                                      │
│  MTTD: 4.2 min  (target: <5 min)  ✅               │
│  MTTA: 6.8 min  (target: <15 min) ✅               │
│  MTTR: 38 min   (target: <60 min) ✅               │
│                                                      │
│  Top Causes:                                         │
│  1. Deploy issues (35%)                             │
│  2. Dependency failures (26%)                       │
│  3. Resource exhaustion (22%)                       │
│                                                      │
└─────────────────────────────────────────────────────┘
"""


def minutes(number: float | str) -> Fraction:
    return Fraction(str(number)) * MINUTE


DRAWN = Box(
    title="Q4 2024",
    incidents=23,
    severities=[("SEV1", 2), ("SEV2", 8), ("SEV3", 13)],
    means=[
        Mean(name="MTTD", value=minutes("4.2"), target=5),
        Mean(name="MTTA", value=minutes("6.8"), target=15),
        Mean(name="MTTR", value=minutes("38"), target=60),
    ],
    causes=[
        ("Deploy issues", 8),
        ("Dependency failures", 6),
        ("Resource exhaustion", 5),
        ("Network failures", 4),
    ],
)


def test_the_box_for_the_drawings_numbers_is_the_drawing_but_for_its_crooked_border() -> None:
    drawn = [line.rstrip("│").rstrip() for line in DRAWING.splitlines()]
    assert [line.rstrip("│").rstrip() for line in lines_of(DRAWN)] == drawn


def test_its_border_is_straight() -> None:
    assert {cell_len(line) for line in lines_of(DRAWN)} == {WIDTH + 2} == {55}


@pytest.mark.parametrize(
    ("value", "target", "written"),
    [
        ("4.25", 5, "4.3 min"),  # half up
        ("9.94", 15, "9.9 min"),
        ("9.96", 15, "10 min"),
        ("10.5", 15, "11 min"),
        ("59.6", 60, "59.6 min"),  # rounded it would be the target that it stays below
        ("59.97", 60, "59.97 min"),
        ("4.96", 5, "4.96 min"),
        ("60.4", 60, "60 min"),
        ("60", 60, "60 min"),
        ("0", 5, "0.0 min"),
        ("14400", None, "14400 min"),
    ],
)
def test_minutes_are_half_up_and_never_contradict_the_mark(
    value: str, target: int | None, written: str
) -> None:
    assert in_minutes(minutes(value), target) == written


def test_the_mark_is_of_the_unrounded_value_and_no_value_has_none() -> None:
    assert Mean(name="MTTR", value=minutes("59.999"), target=60).met is True
    assert Mean(name="MTTR", value=minutes("60"), target=60).met is False
    assert Mean(name="MTTR", value=None, target=60).met is None
    late = [
        Mean(name="MTTD", value=None, target=5),
        Mean(name="MTTR", value=minutes(61), target=60),
    ]
    lines = lines_of(replace(DRAWN, means=late))
    assert lines[7].rstrip("│ ") == "│  MTTD: \u2013        (target: <5 min)"
    assert lines[8].rstrip("│ ") == "│  MTTR: 61 min   (target: <60 min) ❌"


def test_what_is_rare_stands_there_only_when_it_is_there() -> None:
    more = [*DRAWN.severities, ("SEV4", 1), ("Not judged", 2)]
    text = "\n".join(lines_of(replace(DRAWN, severities=more, no_cause=3)))
    assert "SEV3: 13  SEV4: 1  Not judged: 2" in text
    assert "│  No cause recorded: 3 " in text
    assert "No cause" not in "\n".join(lines_of(DRAWN))


def test_percent_is_of_all_incidents_half_up() -> None:
    assert [percent(number, 23) for number in (8, 6, 5)] == [35, 26, 22]
    assert percent(1, 8) == 13
    assert percent(0, 0) == 0


@given(
    incidents=st.integers(0, 10**7),
    severities=st.lists(st.tuples(st.sampled_from(["SEV1", "Not judged"]), st.integers(0, 10**7))),
    value=st.none() | st.fractions(0, 10**13),
    target=st.none() | st.integers(1, 50_000),
    label=st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=80),
)
def test_no_number_and_no_label_breaks_the_border(
    incidents: int,
    severities: list[tuple[str, int]],
    value: Fraction | None,
    target: int | None,
    label: str,
) -> None:
    box = Box(
        title="Q1 2026",
        incidents=incidents,
        severities=severities,
        means=[Mean(name="MTTR", value=value, target=target)],
        causes=[(label, 1)],
    )
    assert {cell_len(line) for line in lines_of(box)} == {WIDTH + 2}
