"""Escalation views: levels and targets, the same members as a body and as an answer."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from events.configuration.escalation_policy import MOST_TARGETS
from events.escalation.condition import Condition, Hours
from events.escalation.level import Acknowledge, Assign, Level
from events.escalation.target import Target, Turn
from events.ids import ResponderId, ScheduleId, ServiceId, TeamId
from events.values.severity import Severity
from services.api.http.formats import Choice, Name, Strict
from services.api.views.response_policies import CalendarBody, calendar_in, calendar_of

LONGEST: int = 7_200  # seconds


class TargetBody(
    Strict,
    json_schema_extra={
        "examples": [
            {"responder_id": "ada"},
            {"schedule_id": "primary", "turn": "next"},
            {"team_id": "payments"},
        ]
    },
):
    """Target: one responder, whoever is on call in a schedule, or the members of a team."""

    responder_id: Name | None = None
    schedule_id: Name | None = None
    turn: Annotated[
        Choice[Turn], Field(description="Of a schedule: who is on call, or who is after them.")
    ] = Turn.CURRENT
    team_id: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if not self.target().is_one:
            raise ValueError("name one of responder_id, schedule_id (with its turn) and team_id")
        return self

    def target(self) -> Target:
        """Return what the body names."""
        return Target(
            responder_id=ResponderId(self.responder_id) if self.responder_id else None,
            schedule_id=ScheduleId(self.schedule_id) if self.schedule_id else None,
            turn=self.turn,
            team_id=TeamId(self.team_id) if self.team_id else None,
        )


def target_of(target: Target) -> TargetBody:
    """Return the target as a body that names the same."""
    return TargetBody(
        responder_id=target.responder_id,
        schedule_id=target.schedule_id,
        turn=target.turn,
        team_id=target.team_id,
    )


def _each_once(targets: tuple[TargetBody, ...]) -> tuple[TargetBody, ...]:
    if len(set(targets)) != len(targets):
        raise ValueError("name each target once")
    return targets


type Targets = Annotated[
    tuple[TargetBody, ...], Field(strict=False, max_length=MOST_TARGETS), AfterValidator(_each_once)
]


class ConditionBody(Strict):
    """Condition of a level: what is left out always holds."""

    severities: Annotated[
        tuple[Choice[Severity], ...],
        Field(
            strict=False,
            max_length=len(Severity),
            description="While the severity is not known yet, it may be any of them.",
        ),
    ] = ()
    hours: Annotated[
        Choice[Hours] | None, Field(description="Inside or outside of the calendar's hours.")
    ] = None
    calendar: CalendarBody | None = None
    service_ids: Annotated[tuple[Name, ...], Field(strict=False, max_length=100)] = ()

    @model_validator(mode="after")
    def _decidable(self) -> Self:
        if (self.hours is None) != (self.calendar is None):
            raise ValueError("give hours and calendar together")
        return self

    def condition(self) -> Condition | None:
        """Return what must hold; None where that is nothing."""
        condition = Condition(
            severities=tuple(dict.fromkeys(self.severities)),
            hours=self.hours,
            calendar=calendar_in(self.calendar) if self.calendar else None,
            service_ids=tuple(ServiceId(one) for one in dict.fromkeys(self.service_ids)),
        )
        return None if condition == Condition() else condition


def condition_of(condition: Condition) -> ConditionBody:
    """Return the condition as a body that says the same."""
    return ConditionBody(
        severities=condition.severities,
        hours=condition.hours,
        calendar=calendar_of(condition.calendar) if condition.calendar else None,
        service_ids=tuple(condition.service_ids),
    )


class LevelBody(
    Strict,
    json_schema_extra={
        "examples": [{"targets": [{"schedule_id": "primary"}], "escalation_timeout_seconds": 300}]
    },
):
    """Escalation level: who is paged together, and how long until the next level is."""

    targets: Annotated[Targets, Field(min_length=1)]
    escalation_timeout_seconds: Annotated[int, Field(ge=1, le=LONGEST)]
    assign: Annotated[
        Choice[Assign],
        Field(description="Everybody, or one target of them: the next one each time."),
    ] = Assign.EVERYBODY
    acknowledge: Annotated[
        Choice[Acknowledge],
        Field(description="Whose answer is enough: after `one`, with `all` the others are asked."),
    ] = Acknowledge.ONE
    when: Annotated[
        ConditionBody | None, Field(description="Else the level is left out. Null: always.")
    ] = None

    def level(self) -> Level:
        """Return what the body says."""
        return Level(
            targets=tuple(one.target() for one in self.targets),
            escalation_timeout=timedelta(seconds=self.escalation_timeout_seconds),
            assign=self.assign,
            acknowledge=self.acknowledge,
            when=self.when.condition() if self.when else None,
        )


def level_of(level: Level) -> LevelBody:
    """Return the level as a body that says the same."""
    return LevelBody(
        targets=tuple(map(target_of, level.targets)),
        escalation_timeout_seconds=int(level.escalation_timeout.total_seconds()),
        assign=level.assign,
        acknowledge=level.acknowledge,
        when=condition_of(level.when) if level.when else None,
    )
