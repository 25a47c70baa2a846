"""What single incidents come to, each worked out by hand (minutes after noon on a Monday)."""

from datetime import timedelta
from typing import Any

import pytest

from events.incident.modes import Mode
from events.incident.phases import Phase
from events.incident.timestamps.names import Timestamp
from events.page.purpose import Purpose
from events.values.severity import Severity
from projections.metrics.definitions import SPANS, Answer, Measure, answer_to, span_of
from projections.metrics.facts import FactsRow, Teller
from tests.projections.metrics.histories import CHECKOUT, GREATER, Life, facts_of, service
from tests.projections.stories import at

X = Life()
SEV1, SEV3, SEV4 = Severity.SEV1, Severity.SEV3, Severity.SEV4
NO = None
HANDLED = (X.acknowledged(3), X.mitigated(20), X.resolved(45))


def minutes(row: FactsRow, measure: Measure) -> float | None:
    """Return what the row has for a measure."""
    if measure is Measure.TTA and answer_to(row, at(100_000)) is not Answer.ANSWERED:
        return None
    span = span_of(row, SPANS[measure])
    return None if span is None else span / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("events", "ttd", "tta", "ttm", "ttr", "ttr_first"),
    [
        pytest.param((X.declared(),), NO, NO, NO, NO, NO, id="just declared"),
        pytest.param((X.declared(began=-5),), 5, NO, NO, NO, NO, id="just declared, begun before"),
        pytest.param((X.declared(), *HANDLED), NO, 3, 20, 45, 45, id="nobody knows since when"),
        pytest.param((X.declared(began=-10), *HANDLED), 10, 3, 20, 45, 45, id="begun before"),
        pytest.param(
            (X.declared(began=-10, detected=-4), *HANDLED), 6, 3, 24, 49, 49, id="seen before"
        ),
        pytest.param((X.declared(began=0), *HANDLED), 0, 3, 20, 45, 45, id="seen at once is 0"),
        pytest.param(
            (X.declared(), X.mitigated(20), X.resolved(45)), NO, NO, 20, 45, 45, id="not taken"
        ),
        pytest.param((X.declared(), X.resolved(9)), NO, NO, NO, 9, 9, id="never mitigated"),
        pytest.param(
            (X.declared(), X.resolved(9), X.acknowledged(12)), NO, 12, NO, 9, 9, id="taken late"
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.acknowledged(50)), NO, 3, 20, 45, 45, id="taken twice"
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.reopened(60), X.mitigated(70), X.resolved(80)),
            *(NO, 3, 70, 80, 45),
            id="reopened for the response",
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.reopened(60, Phase.RESOLUTION), X.resolved(80)),
            *(NO, 3, 20, 80, 45),
            id="reopened for the resolution only",
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.reopened(60)), NO, 3, NO, NO, 45, id="reopened and open"
        ),
        pytest.param(
            (X.declared(), X.mitigated(9), X.reopened(10), X.mitigated(20), X.resolved(30)),
            *(NO, NO, 20, 30, 30),
            id="a step back at work",
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.corrected(Timestamp.RESOLVED, 40)),
            *(NO, 3, 20, 40, 40),
            id="its end was corrected",
        ),
        pytest.param(
            (
                *(X.declared(), *HANDLED, X.reopened(60), X.mitigated(70), X.resolved(80)),
                X.corrected(Timestamp.RESOLVED, 90),
            ),
            *(NO, 3, 70, 90, 45),
            id="the last end was corrected",
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.corrected(Timestamp.BEGAN, -7)),
            *(7, 3, 20, 45, 45),
            id="its beginning became known",
        ),
        pytest.param(
            (X.declared(), *HANDLED, X.corrected(Timestamp.DECLARED, -5)),
            *(NO, 8, 25, 50, 50),
            id="declared before it was entered",
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60), X.acknowledged(63), X.resolved(90)),
            *(NO, 3, NO, 90, 90),
            id="waited for business hours",
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60), X.sent_now(10), X.acknowledged(15)),
            *(NO, 5, NO, NO, NO),
            id="released before its time",
        ),
        pytest.param(
            (X.declared(severity=SEV4), X.acknowledged(15), X.resolved(90)),
            *(NO, NO, NO, 90, 90),
            id="a work item",
        ),
        pytest.param(
            (X.declared(mode=Mode.BACKFILLED, began=-9), *HANDLED),
            *(9, NO, 20, 45, 45),
            id="entered after the fact",
        ),
        pytest.param(
            (X.declared(), X.corrected(Timestamp.DETECTED, 10), X.resolved(5)),
            *(NO, NO, NO, NO, NO),
            id="an order that cannot be",
        ),
    ],
)
async def test_each_measure_of_a_single_history(
    events: tuple[Any, ...],
    ttd: float | None,
    tta: float | None,
    ttm: float | None,
    ttr: float | None,
    ttr_first: float | None,
) -> None:
    (row,) = await facts_of(*events)
    expected = {
        Measure.TTD: ttd,
        Measure.TTA: tta,
        Measure.TTM: ttm,
        Measure.TTR: ttr,
        Measure.TTR_FIRST: ttr_first,
    }
    assert {measure: minutes(row, measure) for measure in SPANS} == expected


@pytest.mark.parametrize(
    ("events", "now", "answer"),
    [
        pytest.param((X.declared(),), 1, Answer.UNACKNOWLEDGED, id="nobody answers"),
        pytest.param((X.declared(), X.acknowledged(3)), 9, Answer.ANSWERED, id="taken"),
        pytest.param((X.declared(severity=SEV4),), 9, Answer.NOBODY_CALLED, id="a work item"),
        pytest.param(
            (X.declared(severity=SEV4), X.acknowledged(3)),
            *(9, Answer.NOBODY_CALLED),
            id="a work item taken",
        ),
        pytest.param(
            (X.declared(severity=SEV4), X.page(3, purpose=Purpose.REMINDER)),
            *(9, Answer.NOBODY_CALLED),
            id="a nudge calls nobody",
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60)), 59, Answer.NOBODY_CALLED, id="not yet"
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60)), 60, Answer.UNACKNOWLEDGED, id="by now"
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60), X.called_off(20)),
            *(100, Answer.NOBODY_CALLED),
            id="called off in time",
        ),
        pytest.param(
            (X.declared(severity=SEV3), X.page(0, 60), X.acknowledged(20)),
            *(100, Answer.TAKEN_BEFORE_CALLED),
            id="taken while it waits",
        ),
        pytest.param(
            (
                *(X.declared(severity=SEV3), X.page(0, 60), X.acknowledged(20)),
                X.page(30, number=3),
            ),
            *(100, Answer.TAKEN_BEFORE_CALLED),
            id="given back and called for",
        ),
        pytest.param(
            (X.declared(mode=Mode.BACKFILLED), X.acknowledged(3)),
            *(9, Answer.RETROSPECTIVE),
            id="entered after the fact",
        ),
    ],
)
async def test_whether_a_call_was_answered(
    events: tuple[Any, ...], now: float, answer: Answer
) -> None:
    (row,) = await facts_of(*events)
    assert answer_to(row, at(now)) is answer


async def test_only_what_takes_a_resolution_back_reopens() -> None:
    (row,) = await facts_of(
        *(X.declared(), X.mitigated(5), X.reopened(6), X.mitigated(7), X.resolved(8)),
        *(X.reopened(9), X.reopened(10), X.resolved(11), X.reopened(12, Phase.RESOLUTION)),
    )
    assert row.reopened == 2


async def test_severity_is_the_last_one_and_the_worst_stands_beside_it() -> None:
    (row,) = await facts_of(
        X.declared(severity=None), X.severity(1, SEV3), X.severity(2, SEV1), X.severity(3, SEV4)
    )
    assert (row.severity, row.peak_severity) == (SEV4, SEV1)


async def test_the_team_is_the_one_that_owned_the_service_when_it_was_declared() -> None:
    rows = await facts_of(
        *(service(CHECKOUT, "shop"), X.declared(), service(CHECKOUT, "payments")),
        *(Life(number=2).declared(9), service(CHECKOUT), Life(number=3).declared(10)),
        Life(number=4).declared(10, service_id=None),
    )
    assert [row.team_id for row in rows] == ["shop", "payments", None, None]


async def test_what_an_incident_is_follows_from_its_newest_event() -> None:
    (row,) = await facts_of(X.declared(mode=Mode.DRILL), X.part(1), X.privacy(2), X.merged(3))
    assert (row.mode, row.part_of, row.private, row.merged_into) == (
        *(Mode.DRILL, GREATER, True),
        GREATER,
    )
    (row,) = await facts_of(
        X.declared(), X.part(1), X.apart(2), X.privacy(3), X.privacy(4, private=False)
    )
    assert (row.part_of, row.private, row.private_from) == (None, False, None)


async def test_an_incident_declared_private_is_private_from_its_declaration_on() -> None:
    (row,) = await facts_of(X.declared(), X.privacy(0, so_declared=True))
    assert (row.private, row.declared_position, row.private_from) == (True, 1, 2)


async def test_who_said_when_it_began_is_known() -> None:
    (monitor,) = await facts_of(X.declared(began=-5, by="integration:prometheus"))
    (person,) = await facts_of(
        X.declared(began=-5, by="integration:prometheus"), X.corrected(Timestamp.BEGAN, -8)
    )
    (nobody,) = await facts_of(X.declared())
    assert [one.began_by for one in (monitor, person, nobody)] == [
        *(Teller.MONITOR, Teller.PERSON, None)
    ]


async def test_business_hours_are_those_of_the_captured_policy() -> None:
    """It is declared at noon on a Monday; the office is open from nine to five."""
    (row,) = await facts_of(X.declared(), X.acknowledged(60), X.resolved(24 * 60))
    assert row.calendar is not None
    hour = 3_600_000_000
    open_hours = row.calendar.closes.hour - row.calendar.opens.hour
    assert row.tta_business_us == hour
    assert row.ttr_business_us == open_hours * hour
    (without,) = await facts_of(X.declared(captured=False), X.acknowledged(3), X.resolved(9))
    assert (without.tta_business_us, without.ttr_business_us) == (None, None)


async def test_business_hours_follow_a_correction_and_a_reopening() -> None:
    (row,) = await facts_of(X.declared(), X.resolved(60), X.corrected(Timestamp.RESOLVED, 30))
    assert row.ttr_business_us == 1_800_000_000
    (row,) = await facts_of(X.declared(), X.resolved(60), X.reopened(70))
    assert row.ttr_business_us is None
