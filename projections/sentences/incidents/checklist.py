"""Checklist and mitigation action sentences."""

from events.incident.checklist.events import (
    ChecklistItemAdded,
    ChecklistItemsLeft,
    ChecklistItemTicked,
    ChecklistItemUnticked,
)
from events.incident.mitigation.events import MitigationActionEnded, MitigationActionStarted
from projections.sentences.words import because, listed, person, words


@words.register
def _(event: ChecklistItemTicked) -> str:
    return f"{person(event.ticked_by)} ticked off: {event.text}"


@words.register
def _(event: ChecklistItemUnticked) -> str:
    return f"{person(event.unticked_by)} unticked: {event.text}"


@words.register
def _(event: ChecklistItemAdded) -> str:
    kind = "a mandatory item" if event.mandatory else "an item"
    where = event.section.heading
    return f"{person(event.added_by)} added {kind} to the list {where}: {event.text}"


@words.register
def _(event: ChecklistItemsLeft) -> str:
    items = listed(f'"{text}"' for text in event.texts)
    who = person(event.left_by)
    return f"{who} left {event.phase} with {items} open{because(event.reason)}"


@words.register
def _(event: MitigationActionStarted) -> str:
    kind = event.kind.replace("_", " ")
    return f"{person(event.started_by)} began action {event.number} ({kind}): {event.description}"


@words.register
def _(event: MitigationActionEnded) -> str:
    came = "was reverted" if event.outcome == "reverted" else event.outcome.value
    action = f"action {event.number} ({event.kind.replace('_', ' ')})"
    return f"{person(event.ended_by)} reported that {action} {came}{because(event.comment)}"
