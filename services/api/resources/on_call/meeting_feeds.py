"""Meeting feeds: meetings about postmortems, in the calendar of whoever has the address.

It shows what both may know of now: who issued it, and the person it is of. So a private incident's
meeting is in it for members only, and goes from it with their membership.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import Path, Response

from activities.calendars.writing import published
from activities.meeting_invitation.entry import MeetingEntry
from events.actor import actor_named
from events.configuration.feed import FeedIssued, FeedNotFound
from events.ids import IncidentId
from projections.incidents.board import BOARD, BoardRow
from projections.practice.meetings import MeetingRow, meetings_since
from services.access.feeds import GONE, good_feed
from services.access.visibility import who_knows
from services.api.http.dependencies import Deps, HttpDependencies
from services.api.http.guard import api_router, public
from services.api.resources.on_call.feeds import FEEDS

router = api_router("on call")

BEHIND: Final = timedelta(days=31)  # how much of the past is in it
MOST: Final = 1000  # meetings
_OPEN: Final = public("the secret in the address says which calendar may be read")


@router.get(
    f"{FEEDS}/meetings/{{token}}.ics",
    dependencies=[_OPEN],
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
async def read_meeting_feed(
    dependencies: Deps, token: Annotated[str, Path(description="The secret of the address.")]
) -> Response:
    """Read a calendar of meetings about postmortems (RFC 5545), from a month back on.

    Each has one UID for ever: one that was moved is moved, one that was called off is cancelled.
    """
    feed = await good_feed(dependencies, token)
    if not feed.meetings:
        raise FeedNotFound(GONE)
    hidden = await hidden_from_feed(dependencies, feed)
    async with dependencies.database.connection() as connection:
        rows = await meetings_since(connection, dependencies.clock() - BEHIND, MOST)
        rows = tuple(
            row
            for row in rows
            if row.incident_id not in hidden
            and (feed.responder_id is None or row.is_for(feed.responder_id))
        )
        boards = await BOARD.load(connection, [row.incident_id for row in rows])
    site = dependencies.settings.public_url.rstrip("/")
    shown = [
        shown_as(row, board, site)
        for row in rows
        if (board := boards.get(row.incident_id)) is not None
    ]
    whose = "" if feed.responder_id is None else f" of {feed.responder_id}"
    content = await asyncio.to_thread(written, shown, f"Postmortem meetings{whose}")
    return Response(content, media_type="text/calendar; charset=utf-8")


async def hidden_from_feed(dependencies: HttpDependencies, feed: FeedIssued) -> frozenset[UUID]:
    """Return the incidents that who issued a feed, or whom it is of, must not know of.

    Raises: ProjectionBehind, LogUnavailable.
    """
    known = await who_knows(dependencies)
    hidden = known.hidden_from(actor_named(feed.issued_by).responder_id)
    return hidden if feed.responder_id is None else hidden | known.hidden_from(feed.responder_id)


def shown_as(row: MeetingRow, board: BoardRow, site: str) -> MeetingEntry:
    """Return a meeting as a calendar shows it."""
    return MeetingEntry(
        incident_id=IncidentId(row.incident_id),
        reference=board.reference,
        title=board.title,
        url=f"{site}/incidents/{board.reference}/postmortem",
        meeting=row.meeting,
        private=board.private,
    )


def written(shown: Sequence[MeetingEntry], name: str) -> bytes:
    """Return the meetings as a file."""
    return published([one.entry for one in shown], name)
