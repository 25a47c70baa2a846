"""With the plan that was in force, what if gives back what was; with another, it says how sure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from events.backtest.delays import Delay, Delays, KnownDelays
from events.backtest.past import PastIncident, PastPage, PastPlan
from events.backtest.policies_then import changed_plan
from events.backtest.replay import Replay
from events.backtest.totals import night_of
from events.backtest.what_if import (
    DRAWS,
    AskedAgain,
    Burden,
    Model,
    Verdict,
    WhatIf,
    response_page,
    unanswered,
)
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.escalation.target import Target
from events.ids import ResponderId
from events.page.plan import PagePlan
from tests.events.backtest.any_pages import (
    BEGIN,
    END,
    NAMES,
    REACH,
    Pager,
    level,
    on_call_then,
    policies,
    policy,
)

ANA, BEN, CEM, DEE = (Target(responder_id=name) for name in NAMES)
MINUTE = timedelta(minutes=1)
NOON = BEGIN + timedelta(days=5, hours=12)
NIGHT = BEGIN + timedelta(days=5, hours=2)
NOBODY_KNOWN = KnownDelays({}, {})


def quick(who: ResponderId, *, minutes: float = 1) -> KnownDelays:
    seen = Delays((Delay(after=minutes * MINUTE, answered=True),) * 8)
    return KnownDelays({(who, "day"): seen}, {})


def asked(
    incidents: Sequence[PastIncident],
    changed: EscalationPolicyDefined | None,
    known: KnownDelays = NOBODY_KNOWN,
    seed: int = 0,
) -> WhatIf:
    def as_planned(_page: PastPage, past: PastPlan) -> PagePlan:
        return past.plan

    plan_of = as_planned if changed is None else partial(changed_plan, {}, changed)
    replay = Replay(
        plan_of=plan_of,
        on_call=on_call_then(),
        teams={},
        reach=REACH,
        until=END,
        unanswered=True,
    )
    again = [
        AskedAgain(incident=one, page=page, steps=replay.steps_of(one, unanswered(page)))
        for one in incidents
        if (page := response_page(one)) is not None
    ]

    def night(_who: ResponderId, at: datetime) -> object:
        return night_of(at, "UTC")

    model = Model(
        known=known,
        band_of=lambda _who, _at: "day",
        night_of=night,  # type: ignore[arg-type]
        until=END,
        seed=seed,
    )
    return model.ask(again)


def paged(
    by: EscalationPolicyDefined, at: datetime, after: timedelta, answerer: ResponderId | None
) -> PastIncident:
    """Return an incident that was answered by somebody, or whose page ended by itself."""
    incident = Pager(by).page(1, at, after, [timedelta(0)])
    (page,) = incident.pages
    taken = None if answerer is None else f"responder:{answerer}"
    return replace(incident, pages=(replace(page, acknowledged_by=taken),))


@given(policies, st.integers(0, 80 * 24 * 60), st.integers(1, 300), st.integers())
def test_with_the_plan_that_was_in_force_every_answer_comes_when_it_came(
    by: EscalationPolicyDefined, minute: int, after: int, seed: int
) -> None:
    at = BEGIN + minute * MINUTE
    reached = paged(by, at, after * MINUTE, None)
    page = response_page(reached)
    if page is None:
        return
    people = [one for step in page.steps for one in step.people]
    incident = paged(by, at, after * MINUTE, ResponderId(people[-1].responder_id))
    said = asked([incident], None, quick(NAMES[0]), seed)
    (one,) = said.incidents
    assert one.verdicts[Verdict.SAME] == DRAWS
    assert one.would_take is not None
    assert one.took is not None
    assert one.would_take.p10 == one.would_take.p90 == one.took.total_seconds()


def test_whoever_is_paged_sooner_answers_sooner_by_the_delay_they_really_took() -> None:
    incident = paged(policy(level(ANA), level(BEN)), NOON, 7 * MINUTE, NAMES[1])
    said = asked([incident], policy(level(BEN), level(ANA)))
    assert said.verdicts[Verdict.SOONER].median == 1
    (one,) = said.incidents
    assert one.would_take is not None
    assert one.would_take.median == 120  # two minutes after his page, as he did


def test_of_whom_nothing_is_known_one_cannot_say() -> None:
    incident = paged(policy(level(ANA)), NOON, 7 * MINUTE, NAMES[0])
    said = asked([incident], policy(level(DEE)))
    assert said.verdicts[Verdict.UNKNOWN].median == 1
    said = asked([incident], policy(level(DEE)), quick(NAMES[3]))
    assert said.verdicts[Verdict.SOONER].median == 1


def test_whoever_was_silent_is_so_at_least_as_long() -> None:
    incident = paged(policy(level(ANA), level(BEN)), NOON, 7 * MINUTE, NAMES[1])
    said = asked([incident], policy(level(ANA, minutes=60)), quick(NAMES[0]))
    assert said.verdicts[Verdict.LATER].median == 1, "she never took longer than a minute"
    said = asked([incident], policy(level(ANA, minutes=60)), quick(NAMES[0], minutes=30))
    (one,) = said.incidents
    assert one.would_take is not None
    assert one.would_take.median == 30 * 60


def test_whoever_answered_without_a_page_would_have_seen_it_all_the_same() -> None:
    incident = paged(policy(level(ANA)), NOON, 3 * MINUTE, ResponderId("olga"))
    said = asked([incident], policy(level(DEE)), quick(NAMES[3], minutes=30))
    assert said.verdicts[Verdict.SAME].median == 1


def test_a_page_that_nobody_answered_is_answered_sooner_by_whoever_answers() -> None:
    incident = paged(policy(level(ANA)), NOON, 60 * MINUTE, None)
    said = asked([incident], policy(level(DEE)), quick(NAMES[3]))
    assert said.verdicts[Verdict.SOONER].median == 1
    said = asked([incident], None)
    assert said.verdicts[Verdict.SAME].median == 1


def test_what_a_plan_takes_of_people_is_told_person_by_person() -> None:
    incident = paged(policy(level(ANA), level(BEN)), NIGHT, 7 * MINUTE, NAMES[1])
    said = asked([incident], policy(level(BEN), level(ANA)))
    one = Burden(interruptions=1, broken_nights=1)
    assert said.people == {NAMES[0]: (one, Burden()), NAMES[1]: (one, one)}


@given(st.integers())
def test_the_same_seed_gives_the_same_answer(seed: int) -> None:
    incident = paged(policy(level(ANA), level(BEN)), NOON, 7 * MINUTE, NAMES[1])
    known = KnownDelays(
        {
            (NAMES[3], "day"): Delays(
                tuple(Delay(after=each * MINUTE, answered=True) for each in range(1, 20))
            )
        },
        {},
    )
    changed = policy(level(DEE))
    assert asked([incident], changed, known, seed) == asked([incident], changed, known, seed)
