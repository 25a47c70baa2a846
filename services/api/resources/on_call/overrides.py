"""Overrides: who is on call for whom, and taking the pager."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import Query, Response
from pydantic import ConfigDict, Field

from activities.on_call.rota_now import rota_now
from events.ids import OverrideId, ResponderId, ScheduleId
from events.schedule.commands import ChangeOverride, MakeOverride, TakePager, WithdrawOverride
from events.schedule.refusals import ScheduleNotFound
from projections.engine.defined import one
from projections.on_call import schedules
from projections.on_call.rotas import overrides_in
from projections.on_call.schedules import OverrideRow
from services.access.permissions import Permission
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Line, Name, Strict
from services.api.http.guard import api_router, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.reading.time_windows import window_of
from services.api.resources.on_call.override_warnings import warnings_of_overrides
from services.api.views.on_call.schedules import Day, OverrideList, OverrideView
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, done
from services.api.writing.schedule_changes import changed
from services.request_refusals import Invalid, RequestInvalid

router = api_router("on call")

OVERRIDES = "/v1/schedules/{schedule_id}/overrides"
OVERRIDE = "/v1/schedules/{schedule_id}/overrides/{override_id}"
READ = [requires(Permission.CONFIGURATION_READ)]
WRITE = [requires(Permission.OVERRIDE_WRITE)]


class OverrideBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "starts_at": "2026-12-01T10:00:00Z",
                "ends_at": "2026-12-01T11:00:00Z",
                "off": "grace",
                "on": "ben",
                "reason": "Dentist",
            }
        ]
    },
):
    """Override to make; it holds from now on at the earliest."""

    starts_at: Instant
    ends_at: Annotated[Instant, Field(description="Not included.")]
    off: Annotated[Name | None, Field(description="Who is not on call then.")] = None
    on: Annotated[
        Name | None, Field(description="Who is; with `off`, only as far as that one would be.")
    ] = None
    reason: Line | None = None


class OverrideChangeBody(Strict, json_schema_extra={"examples": [{"starts_on": "2026-12-02"}]}):
    """Override to change; what is left out stays as it is."""

    starts_at: Instant | None = None
    starts_on: Annotated[
        Day | None, Field(description="Another day: the time of day and the end stay.")
    ] = None
    ends_at: Instant | None = None
    ends_on: Annotated[
        Day | None, Field(description="Another day: the time of day and the start stay.")
    ] = None
    on: Name | None = None
    reason: Line | None = None


class TakingBody(Strict, json_schema_extra={"examples": [{"until": "2026-12-01T17:00:00Z"}]}):
    """Who takes the pager, and until when."""

    responder_id: Annotated[Name | None, Field(description="Left out: whoever asks.")] = None
    until: Annotated[Instant | None, Field(description="Left out: until the next hand-off.")] = None
    reason: Line | None = None


class OverrideReceipt(Receipt):
    """The override is made."""

    override_id: UUID


class TakenReceipt(Receipt):
    """The pager is taken."""

    override_ids: Annotated[
        list[UUID], Field(description="None: nobody else would have been on call.")
    ]
    until: Instant | None


class OverrideQuery(ReadQuery):
    """Which overrides: those that hold in this time."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=False)

    begin: Annotated[Instant | None, Field(alias="from", description="Left out: now.")] = None
    until: Annotated[Instant | None, Field(description="Left out: 90 days later.")] = None
    withdrawn: Annotated[bool, Field(strict=False, description="Also those.")] = False


@router.get(OVERRIDES, dependencies=READ)
async def list_overrides(
    dependencies: Deps,
    reads: TheReads,
    schedule_id: Name,
    query: Annotated[OverrideQuery, Query()],
) -> OverrideList:
    """List a schedule's overrides, by when they begin."""
    window = window_of(query.begin, query.until, dependencies.clock(), days=90)
    async with reads.of(query, schedules.NAME) as connection:
        row = await one(schedules.SCHEDULE, connection, schedule_id)
        if row is None:
            raise ScheduleNotFound(f"No such schedule: {schedule_id}.")
        found = await overrides_in(
            connection, schedule_id, window.begin, window.end, withdrawn=query.withdrawn
        )
    return OverrideList(
        schedule_id=schedule_id, zone=row.zone, overrides=[shown(override) for override in found]
    )


@router.post(OVERRIDES, dependencies=WRITE, status_code=201, response_model=OverrideReceipt)
async def make_override(
    schedule_id: Name, body: OverrideBody, change: TheConfigurationChange
) -> Response:
    """Have somebody on call for somebody else, in addition, or nobody for somebody."""
    override_id = OverrideId(uuid5(change.identity.command_id, "override"))
    command = MakeOverride(
        schedule_id=ScheduleId(schedule_id),
        override_id=override_id,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        off=ResponderId(body.off) if body.off else None,
        on=ResponderId(body.on) if body.on else None,
        reason=body.reason,
        actor=change.actor,
        at=change.at,
    )
    what = await changed(change, command)
    warnings = await warnings_of_overrides(change, what.schedule, [override_id])
    additions = {"warnings": warnings, "override_id": override_id}
    made = OverrideReceipt.model_validate(dict(what.receipt) | additions)
    answer = done(made, replayed=what.replayed)
    answer.status_code = 201
    answer.headers["Location"] = OVERRIDE.format(schedule_id=schedule_id, override_id=override_id)
    return answer


@router.patch(OVERRIDE, dependencies=WRITE, response_model=Receipt)
async def change_override(
    schedule_id: Name,
    override_id: UUID,
    body: OverrideChangeBody,
    change: TheConfigurationChange,
) -> Response:
    """Change part of an override from now on; what is left out stays as it is."""
    one_of(body.starts_at, body.starts_on, "starts_on")
    one_of(body.ends_at, body.ends_on, "ends_on")
    command = ChangeOverride(
        schedule_id=ScheduleId(schedule_id),
        override_id=OverrideId(override_id),
        starts_at=body.starts_at,
        starts_on=body.starts_on,
        ends_at=body.ends_at,
        ends_on=body.ends_on,
        on=ResponderId(body.on) if body.on else None,
        reason=body.reason,
        actor=change.actor,
        at=change.at,
    )
    what = await changed(change, command)
    warnings = await warnings_of_overrides(change, what.schedule, [command.override_id])
    return done(what.receipt.model_copy(update={"warnings": warnings}), replayed=what.replayed)


@router.delete(OVERRIDE, dependencies=WRITE, response_model=Receipt)
async def withdraw_override(
    schedule_id: Name, override_id: UUID, change: TheConfigurationChange
) -> Response:
    """Let an override hold no more; where it held until now, it did."""
    command = WithdrawOverride(
        schedule_id=ScheduleId(schedule_id),
        override_id=OverrideId(override_id),
        actor=change.actor,
        at=change.at,
    )
    what = await changed(change, command)
    return done(what.receipt, replayed=what.replayed)


@router.post("/v1/schedules/{schedule_id}/take", dependencies=WRITE, response_model=TakenReceipt)
async def take_pager(
    schedule_id: Name, body: TakingBody, change: TheConfigurationChange
) -> Response:
    """Be on call from now on in the place of whoever is, until the next hand-off or a time."""
    responder_id = body.responder_id or change.actor.responder_id
    if responder_id is None:
        raise RequestInvalid(
            Invalid(
                field="body.responder_id", reason="Say who takes the pager: your key is no one's."
            )
        )
    _, rota = await rota_now(change.dependencies.log, ScheduleId(schedule_id))
    command = TakePager(
        schedule_id=ScheduleId(schedule_id),
        responder_id=ResponderId(responder_id),
        until=body.until,
        override_ids=OverrideId(uuid5(change.identity.command_id, "override")),
        gone=rota.gone,
        reason=body.reason,
        actor=change.actor,
        at=change.at,
    )
    what = await changed(change, command)
    override_ids = [event.override_id for event in what.made]
    taken = TakenReceipt.model_validate(
        dict(what.receipt)
        | {
            "warnings": await warnings_of_overrides(change, what.schedule, override_ids),
            "override_ids": override_ids,
            "until": max((event.ends_at for event in what.made), default=None),
        }
    )
    return done(taken, replayed=what.replayed)


def one_of(instant: datetime | None, day: date | None, name: str) -> None:
    """Refuse a change that says a moment in two ways.

    Raises: RequestInvalid.
    """
    if instant is not None and day is not None:
        raise RequestInvalid(
            Invalid(field=f"body.{name}", reason="Give the time, or only its day, not both.")
        )


def shown(row: OverrideRow) -> OverrideView:
    """Return an override as the answer has it."""
    return OverrideView(
        override_id=str(row.override_id),
        schedule_id=row.schedule_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        off=row.off_responder_id,
        on=row.on_responder_id,
        reason=row.reason,
        made_by=row.made_by,
        made_at=row.made_at,
        withdrawn_by=row.withdrawn_by,
        withdrawn_at=row.withdrawn_at,
    )
