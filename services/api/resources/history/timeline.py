"""Timeline: every event one sentence, filtered, with the spans between."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import Field, StringConstraints

from events.incident.phases import Phase
from projections.communication import notes
from projections.communication.notes import NOTE, notes_saying
from projections.incidents import timeline
from projections.incidents.timeline import TimelineFilter, read_timeline
from services.access.incident_reads import board_of
from services.access.permissions import Permission
from services.api.http.authentication import TheCaller
from services.api.http.formats import Line
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import Limit, Number, ReadQuery, TheReads
from services.api.views.timeline import TimelineView, entry_views, timestamps_of

router = api_router("timeline")

TIMELINE: Final = "/v1/incidents/{incident_id}/timeline"

type Kind = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}(\.[a-z_]{1,64})?$")]


class TimelineQuery(ReadQuery):
    """Which part of the timeline; every filter narrows it."""

    type: Annotated[
        tuple[Kind, ...],
        Field(max_length=20, description="Types, or their nouns: page, incident.resolved."),
    ] = ()
    by: Annotated[Line | None, Field(description="Who: a responder's id, or ana's principal.")] = (
        None
    )
    via: Annotated[Line | None, Field(description="How: api, cli, workflow, link.")] = None
    phase: Annotated[Phase | None, Field(description="In which phase it happened.")] = None
    q: Annotated[Line | None, Field(description="A part of the sentence, or of a note.")] = None
    newest: Annotated[
        bool, Field(description="The newest entries, where there are more than `limit`.")
    ] = False
    after: Number = 0
    limit: Limit = 200


@router.get(TIMELINE, dependencies=[requires(Permission.INCIDENT_READ)])
async def show_timeline(
    caller: TheCaller,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[TimelineQuery, Query()],
) -> TimelineView:
    """Show what happened, in sentences, oldest first."""
    names = (timeline.NAME, notes.NAME)
    row = await board_of(reads, query, incident_id, *names)
    redaction = await reads.redaction(query, caller.visibility)
    async with reads.of(query, *names, incident_id=incident_id) as connection:
        saying = [] if query.q is None else await notes_saying(connection, incident_id, query.q)
        chosen = TimelineFilter(
            types=query.type,
            by=query.by,
            via=query.via,
            phase=query.phase,
            text=query.q,
            note_ids=saying,
            unsearched=redaction.unsearched,
            newest=query.newest,
        )
        entries = await read_timeline(connection, incident_id, query.after, query.limit + 1, chosen)
        shown = entries[-query.limit :] if query.newest else entries[: query.limit]
        about = await NOTE.load(connection, {one.note_id for one in shown if one.note_id})
    more = len(entries) > query.limit and not query.newest
    redacted = redaction.entries(shown)
    called = await reads.names_in(
        query, (text for one in redacted for text in (one.sentence, one.principal))
    )
    return TimelineView(
        timestamps=timestamps_of(row),
        entries=await entry_views(called.of_entries(redacted), row, about),
        names=dict(called.by_principal),
        next_after=str(shown[-1].position) if more else None,
    )
