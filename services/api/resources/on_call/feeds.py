"""Calendar feeds: who is on call, in the calendar of whoever has the address."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

from fastapi import Path, Query, Response
from pydantic import Field

from events.configuration.feed import (
    AGGREGATE,
    FeedId,
    FeedIssued,
    FeedNotFound,
    IssueFeed,
    RevokeFeed,
    feed_decider,
)
from events.ids import ResponderId, ScheduleId
from events.on_call.final import shifts
from events.on_call.rota import Rota
from events.schedule.state import people_in
from projections.engine.defined import every
from projections.on_call import feeds
from projections.on_call.feeds import FeedRow
from projections.on_call.rotas import every_schedule, rotas_around
from projections.on_call.schedules import ScheduleRow
from services.access.feeds import GONE, good_feed
from services.access.permissions import Permission
from services.access.secret_keys import new_key_for
from services.api.calendars.feed_file import AHEAD, BEHIND, Turn, feed_file, turns_of
from services.api.http.dependencies import Deps
from services.api.http.formats import Name, Strict, View
from services.api.http.guard import api_router, public, requires
from services.api.reading.reads import ReadQuery, TheReads
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.issued_keys import IssuedKey, issued
from services.api.writing.receipts import Receipt

router = api_router("on call")

FEEDS: Final = "/v1/feeds"
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.ON_CALL_WRITE)]
_OPEN: Final = public("the secret in the address says which calendar may be read")


class FeedBody(
    Strict,
    json_schema_extra={
        "examples": [{"schedule_id": "payments"}, {"responder_id": "ada"}, {"meetings": True}]
    },
):
    """Calendar feed to issue: of one schedule, of one person in every schedule, or of meetings."""

    schedule_id: Name | None = None
    responder_id: Name | None = None
    meetings: Annotated[
        bool,
        Field(
            description=(
                "Of meetings about postmortems instead: all that who issues it may know of, or"
                " those of `responder_id`."
            )
        ),
    ] = False


class FeedIssuedAnswer(IssuedKey):
    """The feed, and its address for the one time it is shown."""

    feed_id: str
    schedule_id: str | None
    responder_id: str | None
    meetings: bool
    path: Annotated[
        str | None,
        Field(description="Of the calendar, below the address of the API. Whoever has it reads."),
    ]


@shows(FeedRow)
class FeedView(View):
    """Calendar feed; its address is shown nowhere again."""


class FeedList(View):
    """Every calendar feed, also the revoked ones."""

    feeds: list[FeedView]


@router.get(FEEDS, dependencies=READ)
async def list_feeds(reads: TheReads, query: Annotated[ReadQuery, Query()]) -> FeedList:
    """List the calendar feeds, the revoked ones too, by id."""
    async with reads.of(query, feeds.NAME) as connection:
        rows = await every(feeds.FEED, connection)
    return FeedList(feeds=[FeedView.model_validate(row) for row in rows])


@router.post(FEEDS, dependencies=WRITE, status_code=201, response_model=FeedIssuedAnswer)
async def issue_feed(body: FeedBody, change: TheConfigurationChange) -> Response:
    """Issue a calendar feed. Its address is in this answer and nowhere else, ever again.

    It ends when it is revoked, and with the API key that it is issued with.
    """
    key = new_key_for("feed", change.identity.command_id)
    command = IssueFeed(
        feed_id=FeedId(key.key_id),
        schedule_id=ScheduleId(body.schedule_id) if body.schedule_id else None,
        responder_id=ResponderId(body.responder_id) if body.responder_id else None,
        meetings=body.meetings,
        secret_hash=key.secret_hash,
        issued_with=change.actor.principal,
        actor=change.actor,
        at=change.at,
    )
    handled = await change.make(feed_decider, AGGREGATE.stream(command.feed_id), command)
    what = "meetings" if command.meetings else "on-call"
    answer = FeedIssuedAnswer(
        feed_id=command.feed_id,
        schedule_id=command.schedule_id,
        responder_id=command.responder_id,
        meetings=command.meetings,
        key=None if handled.duplicate else key.text,
        path=None if handled.duplicate else f"{FEEDS}/{what}/{key.text}.ics",
        position=handled.result.last_position,
    )
    return issued(answer, handled, FEEDS)


@router.delete(f"{FEEDS}/{{feed_id}}", dependencies=WRITE, response_model=Receipt)
async def revoke_feed(feed_id: Name, change: TheConfigurationChange) -> Response:
    """Make a calendar's address lead nowhere, at once and for good.

    Whoever issued it may, the person it shows, and an admin.
    """
    command = RevokeFeed(actor=change.actor, at=change.at)
    return await change.receipt(feed_decider, AGGREGATE.stream(feed_id), command)


@router.get(
    f"{FEEDS}/on-call/{{token}}.ics",
    dependencies=[_OPEN],
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def read_feed(
    dependencies: Deps, token: Annotated[str, Path(description="The secret of the address.")]
) -> Response:
    """Read a calendar of who is on call (RFC 5545), a month back and half a year ahead."""
    feed = await good_feed(dependencies, token)
    if feed.meetings:
        raise FeedNotFound(GONE)
    now = dependencies.clock()
    async with dependencies.database.connection() as connection:
        known = {row.schedule_id: row for row in await every_schedule(connection)}
        rotas = await rotas_around(connection, now - BEHIND, now + AHEAD, feed.schedule_id)
    content = await asyncio.to_thread(calendar_of, feed, rotas, known, now)
    return Response(content, media_type="text/calendar; charset=utf-8")


def calendar_of(
    feed: FeedIssued, rotas: Mapping[str, Rota], known: Mapping[str, ScheduleRow], now: datetime
) -> bytes:
    """Return a feed's calendar as a file."""
    begin, end = now - BEHIND, now + AHEAD
    turns: list[Turn] = []
    for schedule_id, rota in rotas.items():
        if schedule_id not in known or not shows_anybody(rota, feed.responder_id):
            continue
        name = known[schedule_id].name
        turns += turns_of(
            ScheduleId(schedule_id),
            shifts(rota, begin, end),
            begin,
            (f"{{}} is on call: {name}", f"{{}} learns on call: {name}"),
            feed.responder_id,
        )
    about = known.get(feed.schedule_id or "")
    title = about.name if about is not None else feed.responder_id or feed.schedule_id
    return feed_file(f"On call: {title}", turns, now)


def shows_anybody(rota: Rota, responder_id: ResponderId | None) -> bool:
    """Return whether a rota has anything for a feed: expanding it costs more than looking."""
    return responder_id is None or responder_id in people_in(rota.editions, rota.overrides)
