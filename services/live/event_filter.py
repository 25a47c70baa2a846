"""Event filter: which events of the log a caller asked for, and may see."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.incident.relations.events import (
    ChildrenLeftOpen,
    IncidentMergeRefused,
    ParentLinkRefused,
)
from events.log.codec import wire_name
from events.log.recorded import RecordedEvent
from services.access.visibility import EVERYTHING, Visibility, incident_in

# What those may see who read incidents; configuration and keys are for auditors.
OF_INCIDENTS: Final = frozenset({"incident", "notes", "page", "paging", "alert"})


# Their words may name an incident that no field of theirs does: whoever must not know of some
# incident does not get them as they are stored.
WORDED: Final = frozenset(
    map(wire_name, (IncidentMergeRefused, ParentLinkRefused, ChildrenLeftOpen))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Event filter; what is None, or empty, leaves nothing out."""

    types: frozenset[str] = frozenset()
    stream: str | None = None  # one stream, or the noun that many begin with
    incident_id: UUID | None = None
    nouns: frozenset[str] | None = None  # that the caller may see
    visibility: Visibility = (
        EVERYTHING  # the caller's: `admits` does not ask, since it may change any time
    )

    def admits(self, event: RecordedEvent) -> bool:
        """Say whether the event is one of them."""
        noun = event.stream.partition("-")[0]
        return (
            (self.nouns is None or noun in self.nouns)
            and (not self.types or event.type in self.types)
            and (self.stream is None or self.stream in {noun, event.stream})
            and (self.incident_id is None or _is_about(event, self.incident_id))
        )


def _is_about(event: RecordedEvent, incident_id: UUID) -> bool:
    if str(incident_id).encode() not in event.payload:  # most are about something else
        return False
    return incident_in(event) == incident_id


def told_of(event: RecordedEvent, private: Collection[UUID]) -> Collection[UUID]:
    """Return which of these incidents a stored event is about, or names, or may name."""
    if not private or event.type in WORDED:
        return private
    return [one for one in _named_in(event) if one in private]


def _named_in(event: RecordedEvent) -> Iterator[UUID]:
    try:
        fields = json.loads(event.payload)
        for name, value in fields.items():
            if name.endswith("incident_id"):
                yield UUID(value)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return
