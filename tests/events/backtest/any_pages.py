"""Any pages: made by the rules that page, so that a backtest has something true to compare with."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from hypothesis import strategies as st

from events.backtest.on_call_then import OnCallThen
from events.backtest.past import PastIncident, PastPage, PastPlan, PastStep, SeveritySince
from events.configuration.escalation_policy import EscalationPolicyDefined
from events.configuration.responder import ResponderKind
from events.escalation.condition import Condition
from events.escalation.level import Assign, Level
from events.escalation.round_robin import next_turn
from events.escalation.target import Target, Turn
from events.ids import EscalationPolicyId, ResponderId, ScheduleId
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import Edition, Rota
from events.page.plan import PageTarget, Part, Step, first_step, step_after
from events.page.planning import plan_for
from events.page.resolving import About, Directory, Reach, resolved, whose_turn
from events.values.severity import Severity

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
POLICY = EscalationPolicyId("payments")
PRIMARY = ScheduleId("primary")
NAMES = [ResponderId(name) for name in ("ana", "ben", "cem", "dee")]
GONE = ResponderId("eve")  # cannot be paged
REACH = {name: Reach(kind=ResponderKind.PERSON, ways=("email",)) for name in NAMES}


def schedule(*turns: ResponderId) -> Rota:
    """Return a rota in which each has a day, from 10:00 in Berlin."""
    rotation = Rotation(
        slots=tuple((one,) for one in turns),
        first_hand_off=BEGIN.date(),
        hand_off_at=time(10),
        frequency=Frequency.DAILY,
    )
    layer = Layer(layer_id="daily", name="Daily", rotation=rotation)
    edition = Edition(holds_from=BEGIN, zone="Europe/Berlin", layers=(layer,))
    return Rota(editions=(edition,))


ROTAS = {PRIMARY: schedule(*NAMES[:3])}


def policy(*levels: Level, repeats: int = 0) -> EscalationPolicyDefined:
    """Return a policy."""
    return EscalationPolicyDefined(
        escalation_policy_id=POLICY,
        name="Payments",
        levels=levels,
        repeats=repeats,
        defined_by="ada",
        defined_at=BEGIN,
    )


def level(*targets: Target, minutes: int = 5, assign: Assign = Assign.EVERYBODY) -> Level:
    """Return a level."""
    timeout = timedelta(minutes=minutes)
    return Level(targets=targets, escalation_timeout=timeout, assign=assign)


one_target = st.one_of(
    st.sampled_from([Target(responder_id=name) for name in (*NAMES, GONE)]),
    st.sampled_from([Target(schedule_id=PRIMARY, turn=turn) for turn in Turn]),
)
levels = st.builds(
    Level,
    targets=st.lists(one_target, min_size=1, max_size=3, unique=True).map(tuple),
    escalation_timeout=st.integers(1, 60).map(lambda minutes: timedelta(minutes=minutes)),
    assign=st.sampled_from(Assign),
    when=st.sampled_from([None, Condition(severities=(Severity.SEV1,))]),
)
policies = st.lists(levels, min_size=1, max_size=4).flatmap(
    lambda made: st.builds(lambda times: policy(*made, repeats=times), st.integers(0, 2))
)


class Pager:
    """Pages by a policy as it is paged, late by as much as each level is told to be."""

    def __init__(self, by: EscalationPolicyDefined) -> None:
        self._policy = by
        self._turns: dict[int, Target] = {}

    def page(
        self, number: int, at: datetime, answered_after: timedelta, late: Sequence[timedelta]
    ) -> PastIncident:
        """Return the incident as it would be remembered."""
        target = PageTarget(escalation_policy_id=POLICY)
        plan = plan_for(target, (self._policy,))
        steps: list[PastStep] = []
        step: Step | None = first_step(plan)
        now, end = at, at + answered_after
        while step is not None and now < end:
            planned = plan.levels[step.level - 1]
            directory = Directory(
                on_call={(PRIMARY, turn): whose_turn(ROTAS[PRIMARY], turn, now) for turn in Turn}
            )
            found = resolved(
                planned,
                but=(),
                about=About(severity=Severity.SEV2, service_id=None, at=now),
                directory=directory,
                reach=REACH,
                turn=self._turn,
            )
            steps.append(
                PastStep(
                    round=step.round,
                    level=step.level,
                    reached_at=now,
                    people=found.people,
                    skipped=found.skipped,
                    empty=found.empty,
                )
            )
            if found.people:
                now += planned.escalation_timeout + late[len(steps) % len(late)]
            step = step_after(step, plan)
        exhausted = now if step is None and now < end else None
        past = PastPlan(plan=plan, begins_at=at, steps=tuple(steps), exhausted_at=exhausted)
        page = PastPage(
            page_id=UUID(int=number),
            target=target,
            plans=(past,),
            ended_at=end,
            acknowledged_by="ana",
        )
        return PastIncident(
            incident_id=UUID(int=number),
            reference=f"INC-{number}",
            service_id=None,
            severities=(SeveritySince(since=at, severity=Severity.SEV2),),
            pages=(page,),
        )

    def _turn(self, part: Part, reachable: tuple[Target, ...]) -> Target | None:
        chosen = next_turn(self._turns.get(part.level), part.targets, reachable)
        if chosen is not None:
            self._turns[part.level] = chosen
        return chosen


def on_call_then(rotas: dict[ScheduleId, Rota] | None = None) -> OnCallThen:
    """Return who was on call in the period."""
    return OnCallThen(rotas or ROTAS, BEGIN, END)
