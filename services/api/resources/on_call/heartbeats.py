"""Heartbeats: pings that jobs and monitors owe us, and when each was last heard."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from events.configuration.heartbeat import (
    AGGREGATE,
    DefineHeartbeat,
    EndHeartbeat,
    HeartbeatId,
    HeartbeatNotFound,
    heartbeat_decider,
)
from events.configuration.integration import integration_decider
from events.heartbeat.silence import Expected, Pulse, judge
from events.ids import IntegrationId, TeamId, integration_stream
from events.loading import load
from events.log.intake.heartbeats import Heard, heard
from events.log.store import Log
from events.values.severity import Severity
from projections.configuration import heartbeats
from projections.configuration.heartbeats import HeartbeatRow
from projections.engine.defined import every, one
from services.access.permissions import Permission
from services.api.http.formats import Choice, Line, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt
from services.request_refusals import Invalid, RequestInvalid

router = api_router("configuration")

HEARTBEAT = "/v1/heartbeats/{heartbeat_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.TEAM_WRITE)]
LONGEST = 400 * 24 * 3_600  # a job that runs once a year, late


class HeartbeatBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "name": "Nightly backup",
                "integration_id": "cron",
                "interval_seconds": 86_400,
                "grace_seconds": 3_600,
                "severity": "SEV2",
            }
        ]
    },
):
    """Heartbeat to expect."""

    name: Line
    integration_id: Annotated[
        Name, Field(description="Its key pings; its service is the one that breaks.")
    ]
    interval_seconds: Annotated[int, Field(ge=10, le=LONGEST, description="Between two pings.")]
    grace_seconds: Annotated[
        int,
        Field(
            ge=0,
            le=LONGEST,
            description="That a ping may be late, and that a run may take once it has begun.",
        ),
    ] = 0
    severity: Annotated[
        Choice[Severity] | None, Field(description="Null: triage has to say it.")
    ] = None
    message: Annotated[
        Line | None, Field(description="The alert's title; null: that the heartbeat is silent.")
    ] = None
    team_id: Name | None = None


@shows(HeartbeatRow)
class ExpectedView(View):
    """What is expected of a heartbeat."""

    expected_since: datetime


class HeartbeatView(ExpectedView):
    """Heartbeat: what is expected, and how it stands at this moment."""

    pulse: Annotated[
        Pulse | None, Field(description="Null: it has ended, and nobody listens to it.")
    ] = None
    pulse_at: Annotated[
        datetime | None,
        Field(description="What is wrong began then; else silence begins then, without a ping."),
    ] = None
    succeeded_at: Annotated[datetime | None, Field(description="The last ping.")] = None
    started_at: Annotated[
        datetime | None, Field(description="The job last said that it began.")
    ] = None
    failed_at: Annotated[
        datetime | None, Field(description="The job last said that it failed.")
    ] = None


class HeartbeatList(View):
    """Every heartbeat, by id."""

    heartbeats: list[HeartbeatView]


@router.get("/v1/heartbeats", dependencies=READ)
async def list_heartbeats(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> HeartbeatList:
    """List the heartbeats, the ended ones too, by id."""
    async with reads.of(query, heartbeats.NAME) as connection:
        rows = await every(heartbeats.HEARTBEAT, connection)
        last = await heard(connection, [row.heartbeat_id for row in rows])
    return HeartbeatList(heartbeats=[view_of(row, last[row.heartbeat_id]) for row in rows])


@router.get(HEARTBEAT, dependencies=READ)
async def show_heartbeat(
    response: Response, reads: TheReads, heartbeat_id: Name, query: Annotated[ReadQuery, Query()]
) -> HeartbeatView:
    """Show a heartbeat and when it was last heard; its ETag is what If-Match takes."""
    stream = AGGREGATE.stream(heartbeat_id)
    async with reads.of(query, heartbeats.NAME, stream=stream) as connection:
        row = await one(heartbeats.HEARTBEAT, connection, heartbeat_id)
        last = await heard(connection, [heartbeat_id])
    if row is None:
        raise HeartbeatNotFound(f"No such heartbeat: {heartbeat_id}.")
    response.headers["ETag"] = f'"{row.version}"'
    return view_of(row, last[heartbeat_id])


@router.put(HEARTBEAT, dependencies=WRITE, response_model=Receipt)
async def define_heartbeat(
    heartbeat_id: Name, body: HeartbeatBody, change: TheConfigurationChange
) -> Response:
    """Expect a ping from now on, or change what is expected; an ended heartbeat begins again."""
    await require_in_use(change.dependencies.log, IntegrationId(body.integration_id))
    command = DefineHeartbeat(
        heartbeat_id=HeartbeatId(heartbeat_id),
        name=body.name,
        integration_id=IntegrationId(body.integration_id),
        interval_seconds=body.interval_seconds,
        grace_seconds=body.grace_seconds,
        severity=body.severity,
        message=body.message,
        team_id=TeamId(body.team_id) if body.team_id else None,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(heartbeat_decider, AGGREGATE.stream(heartbeat_id), command)


@router.delete(HEARTBEAT, dependencies=WRITE, response_model=Receipt)
async def end_heartbeat(heartbeat_id: Name, change: TheConfigurationChange) -> Response:
    """Expect no ping any more."""
    command = EndHeartbeat(actor=change.actor, at=change.at)
    return await change.receipt(heartbeat_decider, AGGREGATE.stream(heartbeat_id), command)


async def require_in_use(log: Log, integration_id: IntegrationId) -> None:
    """Refuse an integration that no ping can come from, and whose service is not known.

    Raises: RequestInvalid, LogUnavailable.
    """
    integration, _ = await load(log, integration_decider, integration_stream(integration_id))
    if integration.in_use is None:
        reason = f"there is no integration {integration_id}, or its key was revoked"
        raise RequestInvalid(Invalid(field="body.integration_id", reason=reason))


def view_of(row: HeartbeatRow, last: Heard) -> HeartbeatView:
    """Return a heartbeat with how it stands; pings of a life that has ended are not its own."""
    view = HeartbeatView.model_validate(row)
    if row.ended_at is not None:
        return view
    pings = last.pings.after(view.expected_since)
    expected = Expected(
        since=view.expected_since,
        interval=timedelta(seconds=row.interval_seconds),
        grace=timedelta(seconds=row.grace_seconds),
    )
    judged = judge(expected, pings, last.now)
    return view.model_copy(
        update={
            "pulse": judged.pulse,
            "pulse_at": judged.at,
            "succeeded_at": pings.succeeded_at,
            "started_at": pings.started_at,
            "failed_at": pings.failed_at,
        }
    )
