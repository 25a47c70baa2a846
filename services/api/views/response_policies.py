"""Response policy view: the same members as a body and as an answer."""

from datetime import date, time, timedelta
from typing import Annotated, Final

from pydantic import Field, PlainSerializer, WithJsonSchema

from events.ids import EscalationPolicyId, ResponderId
from events.incident.checklist.items import Section
from events.response_policy.calendar import BusinessCalendar
from events.response_policy.policy import (
    DEFAULT,
    Authority,
    MandatoryRole,
    MatrixCell,
    OwnItem,
    ResponsePolicy,
    SeverityResponse,
    When,
    Who,
)
from events.values.severity import MATRIX, Impact, Scope, Severity
from services.api.http.formats import Choice, Line, Name, Strict

DAY: Final = 24 * 3_600
MONTH: Final = 30 * DAY  # seconds

WALL_TIME: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"

type Seconds = Annotated[int, Field(ge=1, le=MONTH)]
type Patience = Annotated[int, Field(ge=1, le=7_200)]
type Several[Item] = Annotated[tuple[Item, ...], Field(strict=False, max_length=100)]
type WallTime = Annotated[
    time,
    Field(strict=False),
    PlainSerializer(time.isoformat, return_type=str),
    # Not the format "time": RFC 3339 asks that for an offset, and a wall clock has none.
    WithJsonSchema({"type": "string", "pattern": WALL_TIME, "examples": ["09:00:00"]}),
]


class MandatoryRoleBody(Strict):
    """A role that must be filled within this time of the declaration."""

    role: Name
    within_seconds: Seconds


class SeverityResponseBody(Strict):
    """What one severity asks for."""

    severity: Choice[Severity]
    when: Choice[When]
    who: Choice[Who] = Who.ON_CALL
    acknowledge_within_seconds: Annotated[
        Patience | None,
        Field(description="Else the next level is paged. Null: as the escalation policy says."),
    ] = None
    acknowledgement_lasts_seconds: Annotated[
        Seconds | None,
        Field(description="Without a sign of life; then it is paged afresh. Null: for ever."),
    ] = None
    update_every_seconds: Annotated[
        Seconds | None, Field(description="The cadence of status updates. Null: none is promised.")
    ] = None
    mandatory_roles: Several[MandatoryRoleBody] = ()
    work_item_within_seconds: Annotated[
        Seconds | None,
        Field(description="When the work item of a severity that pages nobody is due."),
    ] = None


class OwnItemBody(Strict):
    """A checklist item of the service's own."""

    section: Choice[Section]
    text: Line
    mandatory: bool = False


class MatrixCellBody(Strict):
    """The severity of one impact in one scope."""

    impact: Choice[Impact]
    scope: Choice[Scope]
    severity: Choice[Severity]


class MatrixBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "cells": [
                    {"impact": impact, "scope": scope, "severity": severity}
                    for (impact, scope), severity in MATRIX.items()
                ]
            }
        ]
    },
):
    """How a severity is found: one cell for each impact in each scope."""

    cells: Several[MatrixCellBody]


class CalendarBody(Strict):
    """Business hours: wall clock in a zone."""

    zone: Annotated[str, Field(max_length=64, description="IANA name: Europe/Berlin.")]
    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...],
        Field(strict=False, max_length=7, description="1 is Monday, 7 is Sunday."),
    ]
    opens: WallTime
    closes: Annotated[
        WallTime,
        Field(description="Before `opens`: they end on the next day. The same: they last all day."),
    ]
    holidays: Several[Annotated[date, Field(strict=False)]] = ()


class ResponsePolicyBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "responses": [
                    {
                        "severity": "SEV1",
                        "when": "immediate",
                        "who": "all_hands",
                        "update_every_seconds": 1800,
                    },
                    {"severity": "SEV2", "when": "immediate"},
                    {"severity": "SEV3", "when": "business_hours"},
                    {"severity": "SEV4", "when": "never", "work_item_within_seconds": 604800},
                ],
                "calendar": {
                    "zone": "Europe/Berlin",
                    "weekdays": [1, 2, 3, 4, 5],
                    "opens": "09:00",
                    "closes": "17:00",
                },
            }
        ]
    },
):
    """A response policy as it shall be; incidents under way keep theirs."""

    responses: Several[SeverityResponseBody]
    matrix: Several[MatrixCellBody] = ()
    calendar: CalendarBody
    authority: Choice[Authority] = Authority.STRICT
    commander_on_call: Annotated[
        Name | None, Field(description="The escalation policy that finds the commander on call.")
    ] = None
    everybody: Annotated[
        Several[Name], Field(description="Responders and channels that all hands means, too.")
    ] = ()
    work_item_owner: Name | None = None
    checklist: Annotated[
        Several[OwnItemBody],
        Field(description="Items that each incident has after those of the practice."),
    ] = ()


def policy_in(body: ResponsePolicyBody) -> ResponsePolicy:
    """Return what the body says; a matrix that is left out is the usual one."""
    commander = body.commander_on_call
    owner = body.work_item_owner
    return ResponsePolicy(
        responses=tuple(_response_in(one) for one in body.responses),
        matrix=matrix_in(body.matrix) if body.matrix else DEFAULT.matrix,
        calendar=calendar_in(body.calendar),
        authority=body.authority,
        commander_on_call=EscalationPolicyId(commander) if commander else None,
        everybody=tuple(ResponderId(one) for one in dict.fromkeys(body.everybody)),
        work_item_owner=ResponderId(owner) if owner else None,
        checklist=tuple(
            OwnItem(section=one.section.value, text=one.text, mandatory=one.mandatory)
            for one in body.checklist
        ),
    )


def calendar_in(body: CalendarBody) -> BusinessCalendar:
    """Return the business hours the body says."""
    return BusinessCalendar(
        zone=body.zone,
        weekdays=tuple(sorted(set(body.weekdays))),
        opens=body.opens.replace(tzinfo=None),
        closes=body.closes.replace(tzinfo=None),
        holidays=tuple(sorted(set(body.holidays))),
    )


def calendar_of(calendar: BusinessCalendar) -> CalendarBody:
    """Return business hours as a body that says the same."""
    return CalendarBody(
        zone=calendar.zone,
        weekdays=calendar.weekdays,
        opens=calendar.opens,
        closes=calendar.closes,
        holidays=calendar.holidays,
    )


def matrix_in(cells: tuple[MatrixCellBody, ...]) -> tuple[MatrixCell, ...]:
    """Return the cells the body gives."""
    return tuple(
        MatrixCell(impact=cell.impact, scope=cell.scope, severity=cell.severity) for cell in cells
    )


def body_of(policy: ResponsePolicy) -> ResponsePolicyBody:
    """Return the policy as a body that defines the same."""
    return ResponsePolicyBody(
        responses=tuple(_body_of(one) for one in policy.responses),
        matrix=matrix_of(policy).cells,
        calendar=calendar_of(policy.calendar),
        authority=policy.authority,
        commander_on_call=policy.commander_on_call,
        everybody=policy.everybody,
        work_item_owner=policy.work_item_owner,
        checklist=tuple(
            OwnItemBody(section=Section(one.section), text=one.text, mandatory=one.mandatory)
            for one in policy.checklist
        ),
    )


def matrix_of(policy: ResponsePolicy) -> MatrixBody:
    """Return the policy's matrix as a body that defines the same."""
    return MatrixBody(
        cells=tuple(
            MatrixCellBody(impact=cell.impact, scope=cell.scope, severity=cell.severity)
            for cell in policy.matrix
        )
    )


def _response_in(body: SeverityResponseBody) -> SeverityResponse:
    return SeverityResponse(
        severity=body.severity,
        when=body.when,
        who=body.who,
        acknowledge_within=_duration(body.acknowledge_within_seconds),
        acknowledgement_lasts=_duration(body.acknowledgement_lasts_seconds),
        update_every=_duration(body.update_every_seconds),
        mandatory_roles=tuple(
            MandatoryRole(role=one.role, within=timedelta(seconds=one.within_seconds))
            for one in body.mandatory_roles
        ),
        work_item_within=_duration(body.work_item_within_seconds),
    )


def _body_of(response: SeverityResponse) -> SeverityResponseBody:
    return SeverityResponseBody(
        severity=response.severity,
        when=response.when,
        who=response.who,
        acknowledge_within_seconds=_seconds(response.acknowledge_within),
        acknowledgement_lasts_seconds=_seconds(response.acknowledgement_lasts),
        update_every_seconds=_seconds(response.update_every),
        mandatory_roles=tuple(
            MandatoryRoleBody(role=one.role, within_seconds=int(one.within.total_seconds()))
            for one in response.mandatory_roles
        ),
        work_item_within_seconds=_seconds(response.work_item_within),
    )


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())
