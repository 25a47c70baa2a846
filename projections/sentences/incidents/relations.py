"""Relation sentences: merges, parents and children."""

from events.incident.relations.events import (
    ChildLinked,
    ChildrenLeftOpen,
    ChildUnlinked,
    DuplicateAbsorbed,
    IncidentMergeBegun,
    IncidentMerged,
    IncidentMergeRefused,
    ParentLinked,
    ParentLinkRefused,
    ParentRequested,
    ParentUnlinked,
)
from projections.sentences.words import listed, person, words


@words.register
def _(event: IncidentMergeBegun) -> str:
    who = person(event.begun_by)
    return f"{who} asked to merge the incident into {event.into_reference}: {event.reason}"


@words.register
def _(event: IncidentMerged) -> str:
    return (
        f"{person(event.merged_by)} merged the incident into {event.into_reference}: {event.reason}"
    )


@words.register
def _(event: IncidentMergeRefused) -> str:
    return f"The incident was not merged into {event.into_reference}: {event.reason}"


@words.register
def _(event: DuplicateAbsorbed) -> str:
    who, which = person(event.absorbed_by), event.duplicate_reference
    return f"{who} merged {which} into this incident: {event.reason}"


@words.register
def _(event: ParentRequested) -> str:
    who = person(event.requested_by)
    return f"{who} asked to make the incident a child of {event.parent_reference}"


@words.register
def _(event: ParentLinked) -> str:
    return f"{person(event.linked_by)} made the incident a child of {event.parent_reference}"


@words.register
def _(event: ParentLinkRefused) -> str:
    return f"The incident did not become a child of {event.parent_reference}: {event.reason}"


@words.register
def _(event: ParentUnlinked) -> str:
    who = person(event.unlinked_by)
    return f"{who} unlinked the incident from its parent {event.parent_reference}"


@words.register
def _(event: ChildLinked) -> str:
    return f"{person(event.linked_by)} made {event.child_reference} a child of this incident"


@words.register
def _(event: ChildUnlinked) -> str:
    return f"{person(event.unlinked_by)} unlinked the child {event.child_reference}"


@words.register
def _(event: ChildrenLeftOpen) -> str:
    open_ones = listed(event.child_references)
    return f"{person(event.left_open_by)} left {open_ones} open: {event.reason}"
