"""Replay of past pages: whom a changed plan or schedule would have paged, and when.

Nobody knows what other people would have answered. So nobody answers in a replay until the page
was really answered, and then its escalation stops. While it pages the same people as the page did,
with the same patience, it goes on when the page did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from events.backtest.on_call_then import OnCallThen
from events.backtest.past import PastIncident, PastPage, PastPlan, PastStep
from events.configuration.team import TeamDefined
from events.errors import Unprocessable
from events.escalation.level import Assign
from events.escalation.round_robin import next_turn
from events.escalation.target import Target, Turn
from events.ids import EscalationPolicyId, ResponderId, ScheduleId, TeamId
from events.page.plan import PagePlan, Part, PlannedLevel, Step, first_step, step_after
from events.page.resolving import About, Directory, Reach, Resolved, resolved

MOST_ON_LEVELS: Final = 50_000  # levels, targets and people of them: about two seconds

type Plans = Callable[[PastPage, PastPlan], PagePlan]  # by which a page is paged again


class BacktestTooLarge(Unprocessable):
    """The pages of the period would go through too many levels to try them all at once."""


@dataclass(slots=True, kw_only=True)
class Replay:
    """Replay of many pages, in the order in which they began: turns are taken from page to page."""

    plan_of: Plans
    on_call: OnCallThen
    teams: Mapping[TeamId, TeamDefined]
    reach: Mapping[ResponderId, Reach]  # as it is now
    until: datetime  # nothing is paged after it
    unanswered: bool = False  # what the page left unanswered goes on by its timeouts
    _turns: dict[tuple[EscalationPolicyId | None, int], Target] = field(default_factory=dict)
    _counted: int = 0

    def steps_of(self, incident: PastIncident, page: PastPage) -> tuple[PastStep, ...]:
        """Return the levels that would have been reached.

        Raises: BacktestTooLarge.
        """
        steps: list[PastStep] = []
        for step in page.steps:
            self._count(1 + len(step.people))
        ends = [one.begins_at for one in page.plans[1:]]
        for past, end in zip(page.plans, [*ends, page.ended_at or self.until], strict=True):
            steps += self._of_plan(incident, page, past, end)
        return tuple(steps)

    def _of_plan(
        self, incident: PastIncident, page: PastPage, past: PastPlan, end: datetime
    ) -> list[PastStep]:
        plan = self.plan_of(page, past)
        if not plan.levels:
            return []
        made: list[PastStep] = []
        alike = True  # so far it paged as the page did
        step: Step | None = first_step(plan)
        at = past.steps[0].reached_at if past.steps else past.begins_at
        while step is not None and (at < end or not made):
            level = plan.levels[step.level - 1]
            real = past.steps[len(made)] if alike and len(made) < len(past.steps) else None
            turn = self._turn_of(_planned(past, real), real)
            found = self._resolved(incident, page, plan, level, at, turn)
            made.append(_step(step, at, found))
            self._count(1 + len(level.targets) + len(found.people))
            alike = real is not None and _alike(past, real, made[-1], level)
            went_on = _went_on(past, len(made)) if alike else None
            if went_on is not None:
                at = went_on
            elif alike and not self.unanswered:
                break
            elif found.skipped is None and found.empty is None:
                at = _silent_until(page, at, at + level.escalation_timeout)
            step = step_after(step, plan)
        return made

    def _count(self, many: int) -> None:
        self._counted += many
        if self._counted > MOST_ON_LEVELS:
            raise BacktestTooLarge(
                f"These pages have more than {MOST_ON_LEVELS} levels, targets and people:"
                " ask for a shorter period."
            )

    def _resolved(
        self,
        incident: PastIncident,
        page: PastPage,
        plan: PagePlan,
        level: PlannedLevel,
        at: datetime,
        turn: Callable[[Part, tuple[Target, ...]], Target | None],
    ) -> Resolved:
        about = About(severity=incident.severity_at(at), service_id=incident.service_id, at=at)
        paged_then = {
            one.responder_id: Reach(kind=one.kind, ways=("then",))
            for step in page.steps
            for one in step.people
        }
        return resolved(
            level,
            but=plan.but,
            about=about,
            directory=self._directory(level, at),
            reach={**self.reach, **paged_then},
            turn=turn,
        )

    def _directory(self, level: PlannedLevel, at: datetime) -> Directory:
        on_call: dict[tuple[ScheduleId, Turn], tuple[ResponderId, ...]] = {}
        for target in level.targets:
            if target.schedule_id is not None:
                people = self.on_call.people(target.schedule_id, target.turn, at)
                if people is not None:
                    on_call[target.schedule_id, target.turn] = people
        return Directory(on_call=on_call, teams=self.teams)

    def _turn_of(
        self, planned: PlannedLevel | None, real: PastStep | None
    ) -> Callable[[Part, tuple[Target, ...]], Target | None]:
        """Return whose turn it is: theirs who had it, as long as the level is what it was."""
        had = {one.target for one in real.people} if real else set()

        def turn(part: Part, reachable: tuple[Target, ...]) -> Target | None:
            key = (part.escalation_policy_id, part.level)
            same = planned is not None and _takes_turns_in(planned, part)
            chosen = next((one for one in reachable if same and one in had), None)
            if chosen is None:
                chosen = next_turn(self._turns.get(key), part.targets, reachable)
            if chosen is not None:
                self._turns[key] = chosen
            return chosen

        return turn


def _planned(past: PastPlan, real: PastStep | None) -> PlannedLevel | None:
    return past.plan.levels[real.level - 1] if real else None


def _takes_turns_in(level: PlannedLevel, part: Part) -> bool:
    """Return whether a part was on the level, with the same people taking turns."""
    return part.assign is Assign.ROUND_ROBIN and any(
        replace(one, when=part.when, team_id=part.team_id) == part for one in level.parts
    )


def _step(step: Step, at: datetime, found: Resolved) -> PastStep:
    return PastStep(
        round=step.round,
        level=step.level,
        reached_at=at,
        people=found.people,
        skipped=found.skipped,
        empty=found.empty,
    )


def _alike(past: PastPlan, real: PastStep, made: PastStep, level: PlannedLevel) -> bool:
    """Return whether a level pages whom it paged, as patiently."""
    return (
        (real.round, real.level, real.responder_ids) == (made.round, made.level, made.responder_ids)
        and (real.skipped is None, real.empty is None) == (made.skipped is None, made.empty is None)
        and past.plan.levels[real.level - 1].escalation_timeout == level.escalation_timeout
    )


def _went_on(past: PastPlan, steps: int) -> datetime | None:
    """Return when the page left its so-manieth level; None: it never did."""
    return past.steps[steps].reached_at if steps < len(past.steps) else past.exhausted_at


def _silent_until(page: PastPage, at: datetime, timeout: datetime) -> datetime:
    """Return when a level is left: somebody who did not want to wait did so then, too."""
    return min([timeout, *(one for one in page.escalated_at if at < one)])
