"""Selection rules: entries of the log's timeline are shown or hidden; what people add is theirs."""

from typing import assert_never

from events.postmortem.commands import (
    AddEntry,
    AdditionCommand,
    AnnotateEntry,
    ChangeEntry,
    ChoiceCommand,
    HideEntry,
    PinEntry,
    RemoveEntry,
    ShowEntry,
)
from events.postmortem.events import (
    PostmortemEntryAdded,
    PostmortemEntryAnnotated,
    PostmortemEntryChanged,
    PostmortemEntryHidden,
    PostmortemEntryPinned,
    PostmortemEntryRemoved,
    PostmortemEntryShown,
    PostmortemEvent,
)
from events.postmortem.refusals import PostmortemRefused, TimelineEntryNotFound
from events.postmortem.require import being_written, words
from events.postmortem.state import Postmortem
from events.postmortem.timeline import AddedEntry, EntryChoice
from events.values.links import is_safe_url


def choose_entry(command: ChoiceCommand, known: Postmortem) -> list[PostmortemEvent]:
    """Show, hide, pin or annotate an entry of the log's timeline.

    Also before the postmortem is begun: turning points are seen while they happen.
    Raises: what `being_written` raises.
    """
    if isinstance(command, AnnotateEntry):
        return annotate(command, known)
    incident_id = command.incident_id if known.incident_id is None else being_written(known)
    position, who, at = command.entry_position, command.actor.name, command.at
    chosen = known.timeline.choices.get(position)
    match command:
        case ShowEntry():
            event: PostmortemEvent = PostmortemEntryShown(
                incident_id=incident_id, entry_position=position, shown_by=who, shown_at=at
            )
            return [] if chosen is EntryChoice.SHOWN else [event]
        case HideEntry():
            event = PostmortemEntryHidden(
                incident_id=incident_id, entry_position=position, hidden_by=who, hidden_at=at
            )
            return [] if chosen is EntryChoice.HIDDEN else [event]
        case PinEntry():
            event = PostmortemEntryPinned(
                incident_id=incident_id, entry_position=position, pinned_by=who, pinned_at=at
            )
            return [] if chosen is EntryChoice.PINNED else [event]
        case _:
            assert_never(command)


def annotate(command: AnnotateEntry, known: Postmortem) -> list[PostmortemEvent]:
    """Say more of an entry than the log does.

    Raises: what `being_written` raises.
    """
    incident_id, position = being_written(known), command.entry_position
    said = known.timeline.annotations.get(position)
    gone = said is not None and said.text_id in known.erased
    if command.text == (said.text if said else "") and not gone:
        return []
    return [
        PostmortemEntryAnnotated(
            incident_id=incident_id,
            entry_position=position,
            revision=said.revision + 1 if said else 1,
            text_id=known.text_id_for(f"entry:{position}"),
            text=command.text,
            annotated_by=command.actor.name,
            annotated_at=command.at,
        )
    ]


def change_additions(command: AdditionCommand, known: Postmortem) -> list[PostmortemEvent]:
    """Add an entry to the postmortem's timeline, change it, or take it out.

    Raises: TimelineEntryNotFound, PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    there = known.timeline.added.get(command.entry_id)
    match command:
        case AddEntry():
            return add(command, known) if there is None else []
        case ChangeEntry():
            return change(command, known, _standing(there, command))
        case RemoveEntry():
            if there is not None and there.removed:
                return []
            _standing(there, command)
            return [
                PostmortemEntryRemoved(
                    incident_id=incident_id,
                    entry_id=command.entry_id,
                    removed_by=command.actor.name,
                    removed_at=command.at,
                )
            ]
        case _:
            assert_never(command)


def add(command: AddEntry, known: Postmortem) -> list[PostmortemEvent]:
    """Say what happened outside."""
    incident_id = being_written(known)
    _require_safe(command.source_url)
    return [
        PostmortemEntryAdded(
            incident_id=incident_id,
            entry_id=command.entry_id,
            happened_at=command.happened_at,
            source_url=command.source_url,
            text_id=known.text_id_for(f"added:{command.entry_id}"),
            text=words(command.text, "text"),
            added_by=command.actor.name,
            added_at=command.at,
        )
    ]


def change(command: ChangeEntry, known: Postmortem, there: AddedEntry) -> list[PostmortemEvent]:
    """Say anew what happened outside."""
    incident_id = being_written(known)
    _require_safe(command.source_url)
    said = (there.happened_at, there.text, there.source_url)
    gone = there.text_id in known.erased
    if said == (command.happened_at, command.text, command.source_url) and not gone:
        return []
    return [
        PostmortemEntryChanged(
            incident_id=incident_id,
            entry_id=command.entry_id,
            happened_at=command.happened_at,
            source_url=command.source_url,
            text_id=known.text_id_for(f"added:{command.entry_id}"),
            text=words(command.text, "text"),
            changed_by=command.actor.name,
            changed_at=command.at,
        )
    ]


def _standing(there: AddedEntry | None, command: AdditionCommand) -> AddedEntry:
    if there is None or there.removed:
        raise TimelineEntryNotFound(
            f"Nobody added an entry {command.entry_id}, or it was taken out: add another one."
        )
    return there


def _require_safe(url: str | None) -> None:
    if url is not None and not is_safe_url(url):
        raise PostmortemRefused(
            "Give an https address without a password in it, or none.", field="source_url"
        )
