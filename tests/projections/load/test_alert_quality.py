"""Rules that interrupt people for nothing stand first, with what tuning them would spare."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.load.alert_quality import AlertCalls, AlertRule, Calling, alert_quality
from projections.metrics.interruptions import Interruption
from projections.practice.loudest import AlertOutcome

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DISK, QUEUE, LATENCY = (AlertRule("prometheus", name) for name in ("Disk", "Queue", "Latency"))


def calling(number: int, rule: AlertRule, *, flaps: bool = False) -> Calling:
    return Calling(UUID(int=number), rule, 1, flaps)


def interruption(minute: int, *incidents: int) -> Interruption:
    return Interruption(
        responder_id="ana",
        began_at=NOON + timedelta(minutes=minute),
        messages=1,
        channels=("push",),
        incidents=tuple(UUID(int=one) for one in incidents),
    )


def test_a_rule_that_interrupts_for_nothing_stands_first() -> None:
    calls = AlertCalls(
        callings=[calling(1, LATENCY), calling(2, DISK, flaps=True), calling(3, DISK)],
        outcomes={
            UUID(int=1): AlertOutcome.WORKED,
            UUID(int=2): AlertOutcome.ACKNOWLEDGED,
            UUID(int=3): AlertOutcome.UNTOUCHED,
        },
        interruptions=[interruption(0, 1), interruption(20, 2), interruption(40, 3)],
    )
    found = alert_quality(calls)
    disk, latency = found.rules
    assert (disk.rule, disk.incidents, disk.in_vain, disk.wasted) == (DISK, 2, 2, 2)
    assert (disk.actionable, disk.flapping) == (0, 1)
    assert (latency.rule, latency.actionable, latency.wasted) == (LATENCY, 1, 0)
    assert (found.tuned, found.spared, found.interruptions) == ((DISK,), 2, 3)


def test_an_interruption_for_something_real_as_well_is_neither_wasted_nor_spared() -> None:
    calls = AlertCalls(
        callings=[calling(1, LATENCY), calling(2, DISK), calling(3, DISK), calling(3, QUEUE)],
        outcomes={
            UUID(int=1): AlertOutcome.WORKED,
            UUID(int=2): AlertOutcome.DECLINED,
            UUID(int=3): AlertOutcome.OPEN,
        },
        interruptions=[interruption(0, 1, 2), interruption(20, 3)],
    )
    found = alert_quality(calls)
    assert (found.spared, found.tuned) == (0, ())
    assert {one.rule: one.actionable for one in found.rules} == {LATENCY: 1, DISK: 0, QUEUE: None}


OUTCOMES = st.sampled_from(list(AlertOutcome))
RULES = st.sampled_from([DISK, QUEUE, LATENCY, AlertRule("zabbix", "Disk")])


@given(
    st.lists(OUTCOMES, min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(0, 5), RULES), max_size=12),
    st.lists(st.sets(st.integers(0, 5), min_size=1, max_size=3), max_size=12),
)
def test_no_tuning_spares_more_than_was_wasted(
    outcomes: list[AlertOutcome], called: list[tuple[int, AlertRule]], woken: list[set[int]]
) -> None:
    calls = AlertCalls(
        callings=[calling(number, rule) for number, rule in dict.fromkeys(called)],
        outcomes={UUID(int=number): one for number, one in enumerate(outcomes)},
        interruptions=[interruption(20 * n, *sorted(each)) for n, each in enumerate(woken)],
    )
    found = alert_quality(calls)
    assert found.spared <= sum(one.wasted for one in found.rules)
    assert found.spared <= found.interruptions
    assert all(one.wasted <= one.interruptions for one in found.rules)
    assert [one.wasted for one in found.rules] == sorted(
        (one.wasted for one in found.rules), reverse=True
    )
