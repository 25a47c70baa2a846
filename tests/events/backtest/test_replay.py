"""A changed policy or schedule says whom it would have paged, and an unchanged one whom it did."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from events.backtest.on_call_then import OnCallThen
from events.backtest.past import PastIncident, PastPage, PastPlan
from events.backtest.policies_then import changed_plan
from events.backtest.replay import Replay
from events.backtest.totals import Share, TriedIncident, TriedPage, night_of, totals_of
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.escalation.level import Assign
from events.escalation.target import Target, Turn
from events.ids import ResponderId
from events.page.plan import PagePlan
from events.page.resolving import whose_turn
from tests.events.backtest.any_pages import (
    BEGIN,
    END,
    GONE,
    NAMES,
    PRIMARY,
    REACH,
    Pager,
    level,
    on_call_then,
    policies,
    policy,
    schedule,
)

ANA, BEN, CEM, DEE = (Target(responder_id=name) for name in NAMES)
ON_CALL = Target(schedule_id=PRIMARY)
MINUTE = timedelta(minutes=1)
NOON = BEGIN + timedelta(days=5, hours=12)
seconds = st.integers(0, 90).map(lambda count: timedelta(seconds=count))


def replayed(
    incidents: list[PastIncident],
    changed: EscalationPolicyDefined | None,
    on_call: OnCallThen | None = None,
) -> list[TriedIncident]:
    def as_planned(_page: PastPage, past: PastPlan) -> PagePlan:
        return past.plan

    plan_of = as_planned if changed is None else partial(changed_plan, {}, changed)
    replay = Replay(
        plan_of=plan_of, on_call=on_call or on_call_then(), teams={}, reach=REACH, until=END
    )
    return [
        TriedIncident(
            incident_id=one.incident_id,
            reference=one.reference,
            service_id=None,
            pages=tuple(
                TriedPage(past=page, before=page.steps, after=replay.steps_of(one, page))
                for page in one.pages
            ),
        )
        for one in incidents
    ]


def after(tested: TriedIncident) -> list[tuple[int, list[str]]]:
    [page] = tested.pages
    began = page.past.begins_at
    return [
        (int((step.reached_at - began) / MINUTE), sorted(step.responder_ids)) for step in page.after
    ]


@given(
    policies,
    st.lists(st.tuples(st.integers(0, 80 * 24 * 60), st.integers(1, 300)), min_size=1, max_size=8),
    st.lists(seconds, min_size=1, max_size=4),
)
def test_an_unchanged_policy_pages_whom_it_paged(
    by: EscalationPolicyDefined, calls: list[tuple[int, int]], late: list[timedelta]
) -> None:
    pager = Pager(by)
    incidents = [
        pager.page(number, BEGIN + begun * MINUTE, answered * MINUTE, late)
        for number, (begun, answered) in enumerate(sorted(calls), 1)
    ]
    for tested in (*replayed(incidents, by), *replayed(incidents, None)):
        assert not tested.differs
        assert [page.after for page in tested.pages] == [page.before for page in tested.pages]


@given(
    st.integers(0, 91 * 24 * 60),
    st.sampled_from(Turn),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
    st.integers(1, 500),
)
def test_who_was_on_call_is_who_would_have_been_paged(
    minutes: int, turn: Turn, turns: list[ResponderId], days: int
) -> None:
    at = BEGIN - timedelta(hours=12) + minutes * MINUTE
    rota = schedule(*turns)
    [edition] = rota.editions
    later = replace(edition, holds_from=END + timedelta(days=days), layers=())
    rota = replace(rota, editions=(edition, later, *schedule(NAMES[3]).editions[: days % 2]))
    assert on_call_then({PRIMARY: rota}).people(PRIMARY, turn, at) == whose_turn(rota, turn, at)


def test_a_new_first_level_is_paged_first_and_the_answer_comes_when_it_came() -> None:
    incident = Pager(policy(level(ANA), level(BEN))).page(1, NOON, 7 * MINUTE, [0 * MINUTE])
    [tested] = replayed([incident], policy(level(CEM, minutes=4), level(ANA), level(BEN)))
    assert after(tested) == [(0, ["cem"]), (4, ["ana"])]
    assert tested.first_page_differs


def test_a_level_with_more_patience_is_left_later() -> None:
    incident = Pager(policy(level(ANA), level(BEN))).page(1, NOON, 7 * MINUTE, [0 * MINUTE])
    [tested] = replayed([incident], policy(level(ANA, minutes=10), level(BEN)))
    assert after(tested) == [(0, ["ana"])]
    assert tested.differs
    assert not tested.first_page_differs


def test_a_level_more_is_reached_where_nobody_had_answered() -> None:
    incident = Pager(policy(level(ANA))).page(1, NOON, 60 * MINUTE, [0 * MINUTE])
    [tested] = replayed([incident], policy(level(ANA), level(BEN)))
    assert after(tested) == [(0, ["ana"]), (5, ["ben"])]


def test_a_level_that_nobody_is_on_is_passed_at_once_and_counted() -> None:
    incident = Pager(policy(level(ANA))).page(1, NOON, 3 * MINUTE, [0 * MINUTE])
    changed = policy(level(Target(responder_id=GONE)), level(ANA))
    tested = replayed([incident], changed)
    assert after(tested[0]) == [(0, []), (0, ["ana"])]
    totals = totals_of(tested, lambda _: "UTC")
    assert (totals.empty_levels_before, totals.empty_levels_after) == (0, 1)
    assert totals.first_pages_that_differ == 0


def test_a_changed_schedule_counts_as_if_it_had_always_held() -> None:
    by = policy(level(ON_CALL))
    pager = Pager(by)
    incidents = [
        pager.page(number, NOON + timedelta(days=number), MINUTE, [0 * MINUTE])
        for number in range(3)
    ]
    tested = replayed(incidents, None, on_call_then({PRIMARY: schedule(NAMES[3])}))
    assert [after(one) for one in tested] == [[(0, ["dee"])]] * 3
    totals = totals_of(tested, lambda _: "UTC")
    assert totals.first_pages_that_differ == 3
    shares = {one.responder_id: (one.before.pages, one.after.pages) for one in totals.people}
    assert shares == {"ana": (1, 0), "ben": (1, 0), "cem": (1, 0), "dee": (0, 3)}


def test_people_who_begin_to_take_turns_are_paged_one_after_the_other() -> None:
    pager = Pager(policy(level(ANA, BEN, CEM)))
    incidents = [
        pager.page(number, NOON + number * timedelta(hours=1), MINUTE, [0 * MINUTE])
        for number in range(4)
    ]
    tested = replayed(incidents, policy(level(ANA, BEN, CEM, assign=Assign.ROUND_ROBIN)))
    assert [after(one)[0][1] for one in tested] == [["ana"], ["ben"], ["cem"], ["ana"]]


def test_two_pages_in_one_night_are_one_night() -> None:
    late = datetime(2026, 9, 10, 21, 30, tzinfo=UTC)  # 23:30 in Berlin
    pager = Pager(policy(level(ANA)))
    incidents = [
        pager.page(number, at, MINUTE, [0 * MINUTE])
        for number, at in enumerate([late, late + timedelta(hours=5), late + timedelta(hours=9)])
    ]
    totals = totals_of(replayed(incidents, policy(level(BEN))), lambda _: "Europe/Berlin")
    found = {str(one.responder_id): (one.before, one.after) for one in totals.people}
    assert found["ana"] == (Share(pages=3, nights=1), Share())
    assert found["ben"] == (Share(), Share(pages=3, nights=1))


def test_a_night_ends_at_six() -> None:
    six = datetime(2026, 9, 10, 6, tzinfo=UTC)
    assert night_of(six, "UTC") is None
    assert night_of(six - MINUTE, "UTC") == datetime(2026, 9, 9).date()  # noqa: DTZ001  a day
    assert night_of(six + timedelta(hours=16), "UTC") == six.date()
