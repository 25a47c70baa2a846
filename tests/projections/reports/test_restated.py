"""What became another figure is said by the events that made it one, and by no other."""

from collections.abc import Iterable
from typing import Any

import pytest

from events.incident.timestamps.names import Timestamp
from events.values.severity import Severity
from projections.metrics.figures import FiguresWanted
from projections.metrics.quarters import MetricWindow
from projections.reports.restated import Because, because
from tests.projections.metrics.histories import Life, facts_of, recorded
from tests.projections.stories import at

ONE = Life()
BEFORE = (ONE.declared(0, Severity.SEV2, began=-5), ONE.acknowledged(3), ONE.resolved(60))
WANTED = FiguresWanted(window=MetricWindow(at(-10), at(10_000)), now=at(10_000))


async def reasons(*events: Any) -> list[tuple[str, set[str]]]:
    found: Iterable[Because] = because(
        (await facts_of(*BEFORE))[0], recorded(events, first=100), WANTED
    )
    return [(one.type.partition(".")[2], set(one.aspects)) for one in found]


ALL = {"counts", "severity", "ttd", "tta", "ttr"}
END = Timestamp.RESOLVED


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], []),
        ([ONE.corrected(END, 70)], [("timestamp_corrected", {"ttr"})]),
        ([ONE.corrected(END, 70), ONE.corrected(END, 60)], []),
        (
            [ONE.corrected(END, 70), ONE.corrected(END, 60), ONE.corrected(END, 80)],
            [("timestamp_corrected", {"ttr"})],
        ),
        ([ONE.reopened(90)], [("reopened", {"ttr"})]),
        ([ONE.severity(70, Severity.SEV1)], [("severity_changed", {"severity"})]),
        ([ONE.declined(70)], [("declined", ALL)]),
        ([ONE.merged(70)], [("merged", ALL)]),
        ([ONE.corrected(Timestamp.DECLARED, -20)], [("timestamp_corrected", ALL)]),
    ],
)
async def test_an_event_is_a_reason_for_what_it_changed_for_good(
    events: list[Any], expected: list[tuple[str, set[str]]]
) -> None:
    assert await reasons(*events) == expected


async def test_one_that_is_declared_later_begins_with_its_declaration() -> None:
    other = Life(number=2)
    events = recorded([other.declared(100, Severity.SEV1), other.resolved(160)], first=100)
    found = because(None, events, WANTED)
    assert [(one.reference, set(one.aspects)) for one in found] == [
        ("INC-2", {"counts", "severity"}),
        ("INC-2", {"ttr"}),
    ]
