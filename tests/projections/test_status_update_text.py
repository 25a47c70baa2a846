"""A status update reads as the practice shows it, word by word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.incident.phases import Phase
from events.values.severity import Severity
from projections.communication.status_update_text import (
    Briefing,
    EarlierUpdate,
    markdown,
    plain,
    status_word,
)

AT = datetime(2026, 11, 23, 14, 35, tzinfo=UTC)
THE_PRACTICES_OWN = """\
## Status Update - 14:35 UTC

**Severity:** SEV1
**Status:** Investigating
**Duration:** 15 minutes since the declaration

**Impact:**
- Payment processing failing for ~30% of users
- Error rate: 28% (normally <1%)

**Current Actions:**
- Investigating correlation with deploy at 14:15
- Preparing rollback as mitigation option

**Next Update:** 14:45 UTC or on significant change
"""


def briefing(
    *,
    status: str = "Investigating",
    lasted: timedelta = timedelta(minutes=15, seconds=40),
    next_update_at: datetime | None = AT + timedelta(minutes=10),
    actions: str = "Investigating correlation with deploy at 14:15\n"
    "Preparing rollback as mitigation option",
) -> Briefing:
    return Briefing(
        severity=Severity.SEV1,
        status=status,
        lasted=lasted,
        impact="- Payment processing failing for ~30% of users\n\n- Error rate: 28% (normally <1%)",
        current_actions=actions,
        next_update_at=next_update_at,
        at=AT,
    )


def test_it_has_the_shape_of_the_practice() -> None:
    assert markdown(briefing()) == THE_PRACTICES_OWN


def test_plain_text_says_the_same_without_marks() -> None:
    text = plain(briefing())
    assert text.startswith("Status Update - 14:35 UTC\n\nSeverity: SEV1\n")
    assert "*" not in text
    assert "#" not in text


@pytest.mark.parametrize(
    ("earlier", "time"),
    [
        (timedelta(minutes=25), "14:10 UTC"),
        (timedelta(days=1), "2026-11-22 14:35 UTC"),
    ],
)
def test_a_correction_says_first_which_update_it_takes_the_place_of(
    earlier: timedelta, time: str
) -> None:
    corrects = EarlierUpdate(number=1, published_at=AT - earlier)
    said = replace(briefing(), corrects=corrects)
    first = f"Correction: this takes the place of update 1 of {time}.\n\nStatus Update - 14:35 UTC"
    assert plain(said).startswith(first)
    assert markdown(said).endswith(THE_PRACTICES_OWN)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (briefing(next_update_at=None), "**Next Update:** on significant change"),
        (briefing(next_update_at=None, status="Resolved"), "**Next Update:** none is planned"),
        (
            briefing(next_update_at=AT + timedelta(days=1)),
            "**Next Update:** 2026-11-24 14:35 UTC or on significant change",
        ),
        (briefing(lasted=timedelta(seconds=42)), "**Duration:** 42 seconds since the declaration"),
        (
            briefing(lasted=timedelta(hours=2, minutes=5)),
            "**Duration:** 2 hours 5 minutes since the declaration",
        ),
        (briefing(actions=" \n"), "**Current Actions:**\n- none"),
    ],
)
def test_it_never_leaves_a_line_open(said: Briefing, line: str) -> None:
    assert line in markdown(said)


def test_one_word_says_where_the_response_stands() -> None:
    assert status_word(Phase.RESPONSE, mitigated=False, resolved=False) == "Investigating"
    assert status_word(Phase.MITIGATION, mitigated=True, resolved=False) == "Monitoring"
    assert status_word(Phase.RESOLUTION, mitigated=True, resolved=True) == "Resolved"
    words = {status_word(phase, mitigated=False, resolved=False) for phase in Phase}
    assert len(words) == len(Phase)
