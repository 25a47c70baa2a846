"""Curated timeline: which entries of the log's stand in a postmortem, and what people add to them.

It is a selection over the log's timeline, which stays whole: nothing is copied, nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from events.postmortem.events import (
    PostmortemEntryAdded,
    PostmortemEntryAnnotated,
    PostmortemEntryChanged,
    PostmortemEntryHidden,
    PostmortemEntryPinned,
    PostmortemEntryRemoved,
    PostmortemEntryShown,
    PostmortemEvent,
    PostmortemPublished,
    PostmortemReviewRequested,
    PostmortemRevised,
    PostmortemTextErased,
)

# Whose entries stand in it if nobody says otherwise: not deliveries, not ticks.
SHOWN_BY_DEFAULT: Final = frozenset(
    {
        "incident.declared",
        "incident.acknowledged",
        "incident.triaged",
        "incident.severity_changed",
        "incident.phase_advanced",
        "incident.mitigated",
        "incident.resolved",
        "incident.reopened",
        "incident.declined",
        "incident.closed",
        "mitigation_action.started",
        "mitigation_action.ended",
        "status_update.published",
    }
)
FIRST_OF_ITS_TYPE: Final = frozenset({"alert.triggered"})


class EntryChoice(StrEnum):
    """What people say of an entry."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    PINNED = "pinned"  # shown, as a turning point


CHOICES: Final = {
    PostmortemEntryShown: EntryChoice.SHOWN,
    PostmortemEntryHidden: EntryChoice.HIDDEN,
    PostmortemEntryPinned: EntryChoice.PINNED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What people say of an entry beyond the log."""

    revision: int
    text_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedEntry:
    """What happened outside."""

    entry_id: UUID
    happened_at: datetime
    text_id: UUID
    text: str
    source_url: str | None
    added_by: str
    revision: int = 1
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What people chose and added."""

    until: int | None = None  # the log's last position in it; None: it follows the log
    choices: Mapping[int, EntryChoice] = field(default_factory=dict)
    annotations: Mapping[int, Annotation] = field(default_factory=dict)
    added: Mapping[UUID, AddedEntry] = field(default_factory=dict)


NO_CHOICES: Final = Timeline()


def is_shown(timeline: Timeline, position: int, event_type: str, *, first: bool) -> bool:
    """Say whether an entry of the log stands in it; `first`: it is the first one of its type."""
    choice = timeline.choices.get(position)
    if choice is not None:
        return choice is not EntryChoice.HIDDEN
    if timeline.until is not None and position > timeline.until:
        return False
    return event_type in SHOWN_BY_DEFAULT or (first and event_type in FIRST_OF_ITS_TYPE)


def timeline_after(timeline: Timeline, event: PostmortemEvent) -> Timeline:
    """Return the timeline after an event of its postmortem."""
    match event:
        case PostmortemEntryShown() | PostmortemEntryHidden() | PostmortemEntryPinned():
            choices = {**timeline.choices, event.entry_position: CHOICES[type(event)]}
            return replace(timeline, choices=choices)
        case PostmortemEntryAnnotated(entry_position=position):
            said = Annotation(revision=event.revision, text_id=event.text_id, text=event.text)
            return replace(timeline, annotations={**timeline.annotations, position: said})
        case PostmortemEntryAdded() | PostmortemEntryChanged() | PostmortemEntryRemoved():
            return replace(timeline, added=_added_after(timeline.added, event))
        case PostmortemTextErased(text_id=text_id):
            return _erased(timeline, text_id)
        case PostmortemReviewRequested() | PostmortemPublished() | PostmortemRevised():
            return replace(timeline, until=getattr(event, "timeline_until", None))
        case _:
            return timeline


def _added_after(
    added: Mapping[UUID, AddedEntry],
    event: PostmortemEntryAdded | PostmortemEntryChanged | PostmortemEntryRemoved,
) -> Mapping[UUID, AddedEntry]:
    before = added.get(event.entry_id)
    match event:
        case PostmortemEntryAdded():
            after = AddedEntry(
                entry_id=event.entry_id,
                happened_at=event.happened_at,
                text_id=event.text_id,
                text=event.text,
                source_url=event.source_url,
                added_by=event.added_by,
            )
        case _ if before is None:
            return added
        case PostmortemEntryChanged():
            after = replace(
                before,
                happened_at=event.happened_at,
                text_id=event.text_id,
                text=event.text,
                source_url=event.source_url,
                revision=before.revision + 1,
            )
        case PostmortemEntryRemoved():
            after = replace(before, removed=True)
    return {**added, event.entry_id: after}


def _erased(timeline: Timeline, text_id: UUID) -> Timeline:
    return replace(
        timeline,
        annotations={
            position: replace(one, text="") if one.text_id == text_id else one
            for position, one in timeline.annotations.items()
        },
        added={
            entry_id: replace(one, text="") if one.text_id == text_id else one
            for entry_id, one in timeline.added.items()
        },
    )
