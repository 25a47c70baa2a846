"""Hand-over notes: what the person who goes off call leaves to those who come on."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import Query, Response
from pydantic import Field

from events.ids import ResponderId, ScheduleId, schedule_stream
from events.schedule.decide import schedule_decider
from events.schedule.hand_over import NoteHandOver
from projections.on_call import cover_requests
from projections.on_call.cover_requests import HandOverNoteRow, notes_on
from services.access.permissions import Permission
from services.access.schedule_people import schedule_people
from services.api.http.dependencies import Deps
from services.api.http.formats import Instant, Name, Strict, Text, View
from services.api.http.guard import api_router, requires
from services.api.reading.reads import Limit, ReadQuery, TheReads
from services.api.reading.schedule_reads import schedule_read
from services.api.reading.time_windows import within_reach
from services.api.resources.on_call.cover_requests import person_of
from services.api.views.rows import shows
from services.api.writing.commands import TheConfigurationChange
from services.api.writing.receipts import Receipt

router = api_router("on call")

NOTES: Final = "/v1/schedules/{schedule_id}/hand-over-notes"
READ: Final = [requires(Permission.CONFIGURATION_READ)]
WRITE: Final = [requires(Permission.ON_CALL_WRITE)]
BACK: Final = timedelta(days=31)


class HandOverBody(
    Strict,
    json_schema_extra={
        "examples": [{"text": "The certificate of checkout ends on Friday; renew it by hand."}]
    },
):
    """What whoever is on call next should know."""

    text: Text
    responder_id: Annotated[
        Name | None, Field(description="Whose shift it was; left out: that of whoever writes.")
    ] = None
    shift_at: Annotated[
        Instant | None,
        Field(description="Any time of the shift; left out: the one they are or were last on."),
    ] = None


@shows(HandOverNoteRow, "id")
class HandOverNoteView(View):
    """Hand-over note, on the shift it is about."""


class HandOverNoteList(View):
    """Hand-over notes on shifts in a period, in the order they were written."""

    hand_over_notes: list[HandOverNoteView]


class NotesQuery(ReadQuery):
    """On which shifts."""

    shift_at: Annotated[
        Instant | None, Field(description="On the shift at this time; left out: the last month.")
    ] = None
    limit: Limit = 50


@router.get(NOTES, dependencies=READ)
async def list_hand_over_notes(
    dependencies: Deps, reads: TheReads, schedule_id: Name, query: Annotated[NotesQuery, Query()]
) -> HandOverNoteList:
    """List the notes that were left on the shifts of a schedule, in the order they were written."""
    now = dependencies.clock()
    begin, end = now - BACK, now + BACK
    if query.shift_at is not None:
        begin = end = within_reach("query.shift_at", query.shift_at)
    async with schedule_read(reads, query, schedule_id, cover_requests.NAME) as connection:
        rows = await notes_on(
            connection, schedule_id, begin, end + timedelta(microseconds=1), query.limit
        )
    return HandOverNoteList(hand_over_notes=[HandOverNoteView.model_validate(row) for row in rows])


@router.post(NOTES, dependencies=WRITE, response_model=Receipt)
async def leave_hand_over_note(
    schedule_id: Name, body: HandOverBody, change: TheConfigurationChange
) -> Response:
    """Leave a note on your shift for whoever is on call after you."""
    wanted = ScheduleId(schedule_id)
    people = await schedule_people(change.dependencies.log, wanted, change.actor)
    command = NoteHandOver(
        schedule_id=wanted,
        responder_id=ResponderId(body.responder_id or person_of(change.actor)),
        text=body.text,
        shift_at=body.shift_at,
        manages=people.manages,
        gone=people.gone,
        actor=change.actor,
        at=change.at,
    )
    return await change.receipt(schedule_decider, schedule_stream(wanted), command)
