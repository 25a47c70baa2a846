"""Curated timeline: entries of the log's are shown, hidden, pinned and annotated, others added."""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Path, Query, Response
from pydantic import Field

from events.ids import IncidentId
from events.postmortem.commands import (
    AddEntry,
    AnnotateEntry,
    ChangeEntry,
    ChoiceCommand,
    HideEntry,
    PinEntry,
    RemoveEntry,
    ShowEntry,
)
from events.postmortem.timeline import EntryChoice
from events.values.links import LONGEST
from projections.incidents.timeline import TIMELINE
from services.access.incident_reads import board_of
from services.access.permissions import Permission
from services.api.dependencies import Deps
from services.api.http.formats import Choice, Instant, Strict, Text, TextIfAny
from services.api.http.guard import api_router, requires
from services.api.http.incident_in_path import TheIncident
from services.api.reading.reads import Number, ReadQuery, TheReads
from services.api.resources.postmortem.change import PostmortemChange, ThePostmortem
from services.api.resources.postmortem.reading import document_of, known_at
from services.api.resources.postmortem.views import (
    AddedEntryReceipt,
    ChosenEntries,
    ChosenEntryView,
    CuratedTimelineView,
    timeline_view,
)
from services.api.writing.receipts import Receipt, done, receipt_of
from services.request_refusals import Invalid, RequestInvalid

router = api_router("postmortem")

TIMELINE_PATH: Final = "/v1/incidents/{incident_id}/postmortem/timeline"
ENTRY: Final = f"{TIMELINE_PATH}/{{position}}"
ADDED: Final = f"{TIMELINE_PATH}/added"
READ: Final = [requires(Permission.INCIDENT_READ)]
WRITE: Final = [requires(Permission.INCIDENT_COMMAND)]
AHEAD: Final = timedelta(minutes=5)  # by which clocks may differ

EntryPosition = Annotated[Number, Path(description="The entry's position in the log.")]


class EntryChoiceBody(Strict, json_schema_extra={"examples": [{"choice": "pinned"}]}):
    """What becomes of an entry; hidden, it stays in the log's timeline."""

    choice: Choice[EntryChoice]


class AnnotationBody(
    Strict, json_schema_extra={"examples": [{"text": "The alert named another service."}]}
):
    """What people say of an entry beyond the log; empty: nothing."""

    text: TextIfAny


class AddedEntryBody(
    Strict,
    json_schema_extra={
        "examples": [
            {
                "happened_at": "2026-11-23T11:42:00Z",
                "text": "The provider opened an incident of its own.",
                "source_url": "https://status.example.com/incidents/7",
            }
        ]
    },
):
    """What happened outside; say where it is known from."""

    happened_at: Instant
    text: Text
    source_url: Annotated[str, Field(min_length=1, max_length=LONGEST)] | None = None


@router.get(TIMELINE_PATH, dependencies=READ)
async def show_curated_timeline(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> CuratedTimelineView:
    """Show the log's timeline with what people chose of it and what they added."""
    return timeline_view(await document_of(dependencies, reads, query, incident_id))


@router.get(f"{TIMELINE_PATH}/choices", dependencies=READ)
async def list_chosen_entries(
    dependencies: Deps,
    reads: TheReads,
    incident_id: TheIncident,
    query: Annotated[ReadQuery, Query()],
) -> ChosenEntries:
    """List the entries that people chose; a choice stands before the postmortem is begun, too."""
    board = await board_of(reads, query, incident_id)
    until = await reads.position_of(query)
    known, version = await known_at(dependencies, IncidentId(board.incident_id), until)
    return ChosenEntries(
        entries=[
            ChosenEntryView(position=position, choice=choice)
            for position, choice in sorted(known.timeline.choices.items())
        ],
        version=version,
    )


@router.put(f"{ENTRY}/choice", dependencies=WRITE, response_model=Receipt)
async def choose_timeline_entry(
    postmortem: ThePostmortem, position: EntryPosition, body: EntryChoiceBody
) -> Response:
    """Show, hide or pin an entry of the log's timeline in the postmortem's."""
    await _require_entry(postmortem, position)
    kinds: dict[EntryChoice, type[ShowEntry | HideEntry | PinEntry]] = {
        EntryChoice.SHOWN: ShowEntry,
        EntryChoice.HIDDEN: HideEntry,
        EntryChoice.PINNED: PinEntry,
    }
    change = postmortem.change
    command: ChoiceCommand = kinds[body.choice](
        incident_id=postmortem.incident_id,
        entry_position=position,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.put(f"{ENTRY}/annotation", dependencies=WRITE, response_model=Receipt)
async def annotate_timeline_entry(
    postmortem: ThePostmortem, position: EntryPosition, body: AnnotationBody
) -> Response:
    """Say more of an entry than the log does."""
    await _require_entry(postmortem, position)
    change = postmortem.change
    return await postmortem.receipt(
        AnnotateEntry(entry_position=position, text=body.text, actor=change.actor, at=change.at)
    )


@router.post(ADDED, dependencies=WRITE, response_model=AddedEntryReceipt)
async def add_timeline_entry(postmortem: ThePostmortem, body: AddedEntryBody) -> Response:
    """Add what happened outside to the postmortem's timeline."""
    _require_past(postmortem, body)
    change = postmortem.change
    entry_id = uuid5(change.identity.command_id, "timeline entry")
    command = AddEntry(
        entry_id=entry_id,
        happened_at=body.happened_at,
        text=body.text,
        source_url=body.source_url,
        actor=change.actor,
        at=change.at,
    )
    handled = await postmortem.make(command)
    receipt = receipt_of(change.done(handled))
    return done(AddedEntryReceipt(**dict(receipt), entry_id=entry_id), replayed=handled.duplicate)


@router.put(f"{ADDED}/{{entry_id}}", dependencies=WRITE, response_model=Receipt)
async def change_timeline_entry(
    postmortem: ThePostmortem, entry_id: UUID, body: AddedEntryBody
) -> Response:
    """Say anew what happened outside."""
    _require_past(postmortem, body)
    change = postmortem.change
    command = ChangeEntry(
        entry_id=entry_id,
        happened_at=body.happened_at,
        text=body.text,
        source_url=body.source_url,
        actor=change.actor,
        at=change.at,
    )
    return await postmortem.receipt(command)


@router.delete(f"{ADDED}/{{entry_id}}", dependencies=WRITE, response_model=Receipt)
async def remove_timeline_entry(postmortem: ThePostmortem, entry_id: UUID) -> Response:
    """Take an added entry out of the postmortem's timeline; the log keeps that it was there."""
    change = postmortem.change
    return await postmortem.receipt(
        RemoveEntry(entry_id=entry_id, actor=change.actor, at=change.at)
    )


def _require_past(postmortem: PostmortemChange, body: AddedEntryBody) -> None:
    if body.happened_at > postmortem.change.at + AHEAD:
        reason = "That is in the future: say when it happened."
        raise RequestInvalid(Invalid(field="body.happened_at", reason=reason))


async def _require_entry(postmortem: PostmortemChange, position: int) -> None:
    """Let a position pass at which the incident's timeline has an entry.

    Raises: RequestInvalid, LogUnavailable.
    """
    async with postmortem.change.dependencies.database.connection() as connection:
        entry = (await TIMELINE.load(connection, [position])).get(position)
    if entry is None or entry.incident_id != postmortem.incident_id:
        reason = f"The incident's timeline has no entry at position {position}."
        raise RequestInvalid(Invalid(field="path.position", reason=reason))
