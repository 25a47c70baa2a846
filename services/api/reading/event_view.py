"""Event view: an event as it is stored, for those who check the log."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from events.log.recorded import RecordedEvent
from services.api.http.formats import Position, View


class EventView(View):
    """One row of the log. RFC 8785 rounds payload and metadata back into the bytes hashed."""

    position: Position
    stream: str
    version: int
    event_id: UUID
    command_id: UUID
    type: str
    schema_version: int
    recorded_at: datetime
    payload: dict[str, Any]
    metadata: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, event: RecordedEvent) -> Self:
        """Return the view of a stored event."""
        return cls(
            position=event.position,
            stream=event.stream,
            version=event.version,
            event_id=event.event_id,
            command_id=event.command_id,
            type=event.type,
            schema_version=event.schema_version,
            recorded_at=event.recorded_at,
            payload=json.loads(event.payload),
            metadata=json.loads(event.meta),
            hash=event.hash.hex(),
        )


def event_json(event: RecordedEvent) -> bytes:
    """Return the view of a stored event as a line of JSON."""
    return EventView.of(event).model_dump_json().encode()


class EventList(View):
    """A part of the log, oldest first."""

    events: list[EventView]
    next_after: Annotated[
        str | None, Field(description="What to ask for next; null at the end, for now.")
    ]
