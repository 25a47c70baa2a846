"""Cover requests: asking others to take a shift, and taking one."""

from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field

from events.actor import Actor
from events.ids import ResponderId, ScheduleId, schedule_stream
from events.schedule.cover.commands import AcceptCover, AskCover, DeclineCover, WithdrawCover
from events.schedule.cover.events import ScheduleCoverAsked, Span
from events.schedule.cover.state import CoverStatus
from events.schedule.decide import schedule_decider
from projections.on_call import cover_requests
from projections.on_call.cover_requests import CoverRequestRow, requests_of, status_of
from services.access.permissions import Permission
from services.access.schedule_people import schedule_people
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Line, Name, Strict, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, ReadQuery, TheReads
from services.api.reading.schedule_reads import schedule_read
from services.api.resources.incidents.commands import NoBody
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt, done, receipt_of
from services.request_refusals import PersonMissing

router = api_router("on call")

REQUESTS: Final = "/v1/schedules/{schedule_id}/cover-requests"
REQUEST: Final = f"{REQUESTS}/{{number}}"
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.ON_CALL_WRITE)]

type RequestNumber = Annotated[int, Field(ge=1, le=1_000_000)]


class SpanBody(Strict):
    """Time from one instant to another."""

    starts_at: Instant
    ends_at: Annotated[Instant, Field(description="Not included.")]


class CoverBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "starts_at": "2026-12-24T17:00:00Z",
                "ends_at": "2026-12-25T08:00:00Z",
                "asked_ids": ["ben", "cem"],
                "reason": "Christmas eve with the family",
            }
        ]
    },
):
    """Shift, or part of one, that others are asked to take."""

    starts_at: Instant
    ends_at: Annotated[Instant, Field(description="Not included.")]
    responder_id: Annotated[
        Name | None, Field(description="Whose shift it is; left out: that of whoever asks.")
    ] = None
    asked_ids: Annotated[
        tuple[Name, ...],
        Field(max_length=50, strict=False, description="Nobody: everybody of the team."),
    ] = ()
    in_return: Annotated[
        SpanBody | None,
        Field(description="A swap: the time of the other's shift that is taken in return."),
    ] = None
    reason: Annotated[Line | None, Field(description="For whoever is asked.")] = None


class AcceptanceBody(
    Strict, json_schema_extra={"examples": [{"starts_at": "2026-12-24T20:00:00Z"}, {}]}
):
    """Part that somebody takes; without times, all that is open."""

    starts_at: Instant | None = None
    ends_at: Annotated[Instant | None, Field(description="Not included.")] = None


class CoverReceipt(Receipt):
    """The request was stored, under this number."""

    number: int


class TakenView(View):
    """Part of the shift that somebody took."""

    responder_id: str
    starts_at: Instant
    ends_at: Instant


class SpanView(View):
    """Time from one instant to another."""

    starts_at: Instant
    ends_at: Instant


class CoverRequestView(View):
    """Cover request: who asked whom for which shift, and who took which part of it."""

    schedule_id: str
    number: int
    status: CoverStatus
    responder_id: str
    starts_at: Instant
    ends_at: Instant
    asked_ids: Annotated[list[str], Field(description="Empty: everybody of the team.")]
    in_return: SpanView | None
    reason: str | None
    taken: list[TakenView]
    declined_ids: list[str]
    asked_by: str
    asked_at: Instant


class CoverRequestList(View):
    """Cover requests of a schedule, the newest first."""

    cover_requests: list[CoverRequestView]


class CoverQuery(ReadQuery):
    """Which requests."""

    status: CoverStatus | None = None
    limit: Limit = 50


@router.get(REQUESTS, dependencies=READ)
async def list_cover_requests(
    dependencies: Deps, reads: TheReads, schedule_id: Name, query: Annotated[CoverQuery, Query()]
) -> CoverRequestList:
    """List the cover requests of a schedule, the newest first, as they stand now."""
    async with schedule_read(reads, query, schedule_id, cover_requests.NAME) as connection:
        rows = await requests_of(connection, schedule_id, 1_000)
    now = dependencies.clock()
    views = [view_of(row, status_of(row, now)) for row in rows]
    return CoverRequestList(
        cover_requests=[one for one in views if query.status in {None, one.status}][: query.limit]
    )


@router.post(REQUESTS, dependencies=WRITE, status_code=200, response_model=CoverReceipt)
async def ask_for_cover(
    schedule_id: Name, body: CoverBody, change: TheConfigurationChange
) -> Response:
    """Ask others to take a shift of yours, or part of it; with something in return, it is a swap.

    A manager of the schedule's team asks for others, too.
    """
    wanted = ScheduleId(schedule_id)
    people = await schedule_people(change.dependencies.log, wanted, change.actor)
    command = AskCover(
        schedule_id=wanted,
        responder_id=ResponderId(body.responder_id or person_of(change.actor)),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        asked_ids=tuple(map(ResponderId, body.asked_ids)),
        in_return=Span(starts_at=body.in_return.starts_at, ends_at=body.in_return.ends_at)
        if body.in_return
        else None,
        reason=body.reason,
        team=people.team,
        manages=people.manages,
        gone=people.gone,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(schedule_decider, schedule_stream(wanted), command)
    outcome = change.done(handled)
    [asked] = [one.event for one in handled.events if isinstance(one.event, ScheduleCoverAsked)]
    receipt = CoverReceipt(**dict(receipt_of(outcome)), number=asked.number)
    return done(receipt, replayed=outcome.replayed)


@router.post(f"{REQUEST}/acceptance", dependencies=WRITE, response_model=Receipt)
async def accept_cover(
    schedule_id: Name,
    number: RequestNumber,
    body: AcceptanceBody,
    change: TheConfigurationChange,
) -> Response:
    """Take the shift that cover is asked for, or part of it. You are on call for it from then on.

    The overrides that say so are made with the answer; what nobody takes stays open.
    """
    wanted = ScheduleId(schedule_id)
    people = await schedule_people(change.dependencies.log, wanted, change.actor)
    command = AcceptCover(
        schedule_id=wanted,
        number=number,
        responder_id=person_of(change.actor),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        team=people.team,
        gone=people.gone,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(schedule_decider, schedule_stream(wanted), command)


@router.post(f"{REQUEST}/refusal", dependencies=WRITE, response_model=Receipt)
async def decline_cover(
    schedule_id: Name, number: RequestNumber, change: TheConfigurationChange, _: NoBody = None
) -> Response:
    """Say that you do not take the shift; you may still change your mind."""
    wanted = ScheduleId(schedule_id)
    people = await schedule_people(change.dependencies.log, wanted, change.actor)
    command = DeclineCover(
        schedule_id=wanted,
        number=number,
        responder_id=person_of(change.actor),
        team=people.team,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(schedule_decider, schedule_stream(wanted), command)


@router.delete(REQUEST, dependencies=WRITE, response_model=Receipt)
async def withdraw_cover(
    schedule_id: Name, number: RequestNumber, change: TheConfigurationChange, _: NoBody = None
) -> Response:
    """Ask for cover no more; what was taken stays taken."""
    wanted = ScheduleId(schedule_id)
    people = await schedule_people(change.dependencies.log, wanted, change.actor)
    command = WithdrawCover(
        schedule_id=wanted,
        number=number,
        manages=people.manages,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(schedule_decider, schedule_stream(wanted), command)


def person_of(actor: Actor) -> ResponderId:
    """Return whose answer it is.

    Raises: PersonMissing.
    """
    if actor.responder_id is None:
        raise PersonMissing(
            "Say who you are: use your own API key, or name a responder in Tocsin-Responder."
        )
    return actor.responder_id


def view_of(row: CoverRequestRow, status: CoverStatus) -> CoverRequestView:
    """Return a request as the API shows it."""
    return CoverRequestView(
        schedule_id=row.schedule_id,
        number=row.number,
        status=status,
        responder_id=row.responder_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        asked_ids=[*row.asked_ids],
        in_return=SpanView.model_validate(row.in_return) if row.in_return else None,
        reason=row.reason,
        taken=[TakenView.model_validate(one) for one in row.taken],
        declined_ids=[*row.declined_ids],
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )
