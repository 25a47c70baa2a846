"""Postmortem reads: the document at a moment, the same for everybody who may read it."""

from collections.abc import Collection
from dataclasses import replace

from events.ids import IncidentId, ResponderId
from events.loading import folded
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.document.factors import unanswered
from events.postmortem.state import Postmortem
from events.wording.hints import ends_at_person
from projections.configuration.tables import RESPONDER
from projections.engine.rows import Reader
from projections.incidents import detail, timeline
from projections.metrics import facts
from projections.metrics.facts import FACTS
from projections.practice import action_items
from projections.practice.postmortem_document import PostmortemDocument, postmortem_document
from services.access.incident_reads import read_incident
from services.access.reads import Reads
from services.access.visibility import Visibility, hidden_incidents, redaction_for
from services.api.http.dependencies import HttpDependencies
from services.api.reading.reads import ReadQuery
from services.api.reading.suspected_changes import MOST_SUSPECTED, suspected_changes_of

STRANGER = Visibility()


async def document_of(
    dependencies: HttpDependencies, reads: Reads, query: ReadQuery, incident_id: IncidentId
) -> PostmortemDocument:
    """Return the postmortem of an incident that the caller may know of.

    What it tells of other incidents is what a stranger may know: two readers must not get two
    documents, and what the log says is kept for all of them.
    Raises: IncidentNotFound, and what `Reads.find` raises.
    """
    suspected = await suspected_changes_of(reads, query, incident_id, limit=MOST_SUSPECTED)
    known, version = await known_at(dependencies, incident_id, await reads.position_of(query))
    hidden = await hidden_incidents(dependencies, STRANGER) - {incident_id}
    untold = await redaction_for(dependencies, hidden)

    async def look(at: Reader) -> PostmortemDocument | None:
        found = await postmortem_document(at, incident_id, known, suspected, untold)
        if found is None:
            return None
        row = (await FACTS.load(at, [incident_id])).get(incident_id)
        return replace(found, version=version, calendar=row.calendar if row else None)

    names = (detail.NAME, timeline.NAME, action_items.NAME, facts.NAME)
    document = await read_incident(reads, query, incident_id, look, *names)
    document = replace(document, unfinished=await _unfinished(dependencies, document))
    return await _with_names(reads, query, document)


async def _unfinished(
    dependencies: HttpDependencies, document: PostmortemDocument
) -> frozenset[int]:
    """Return the factors at which a branch of whys ends, and ends at a person."""
    ends = list(unanswered(document.known.factors))
    if not ends:
        return frozenset()
    people = await names_of(dependencies, workers(document))
    return frozenset(one.number for one in ends if ends_at_person(one.text, people))


def workers(document: PostmortemDocument) -> frozenset[ResponderId]:
    """Return who worked on the incident."""
    row, board = document.detail.row, document.detail.board
    return frozenset({*(one.responder_id for one in row.responders), *board.roles.values()})


async def names_of(
    dependencies: HttpDependencies, people: Collection[ResponderId]
) -> tuple[str, ...]:
    """Return people's ids, and the names they are known by."""
    async with dependencies.database.connection() as connection:
        rows = await RESPONDER.load(connection, sorted(people))
    return (*sorted(people), *(row.name for row in rows.values()))


async def known_at(
    dependencies: HttpDependencies, incident_id: IncidentId, until: int | None = None
) -> tuple[Postmortem, int]:
    """Return what people wrote, until a position of the log, and its version.

    Raises: LogUnavailable.
    """
    stored = await dependencies.log.read_stream(AGGREGATE.stream(incident_id))
    if until is not None:
        stored = [event for event in stored if event.position <= until]
    return await folded(dependencies.log, postmortem_decider, stored)


async def _with_names(
    reads: Reads, query: ReadQuery, document: PostmortemDocument
) -> PostmortemDocument:
    """Return it with integrations and API keys by the names people know."""
    texts = [
        *(line.text for line in document.timeline),
        *(one.text for one in document.sections.values() if one.computed),
        *document.computed.values(),
    ]
    names = await reads.names_in(query, texts)
    return replace(
        document,
        timeline=tuple(
            line if line.position is None else replace(line, text=names.in_text(line.text))
            for line in document.timeline
        ),
        sections={
            section: replace(one, text=names.in_text(one.text)) if one.computed else one
            for section, one in document.sections.items()
        },
    )
