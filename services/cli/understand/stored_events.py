"""Stored events: what the API shows, as the rows whose hashes can be checked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.log.canonical import canonical
from events.log.recorded import RecordedEvent


def stored(view: Mapping[str, Any]) -> RecordedEvent:
    """Return the row; RFC 8785 gives back the very bytes that were hashed."""
    return RecordedEvent(
        position=int(view["position"]),
        stream=view["stream"],
        version=view["version"],
        event_id=UUID(view["event_id"]),
        command_id=UUID(view["command_id"]),
        type=view["type"],
        schema_version=view["schema_version"],
        recorded_at=datetime.fromisoformat(view["recorded_at"]),
        payload=canonical(view["payload"]),
        meta=canonical(view["metadata"]),
        hash=bytes.fromhex(view["hash"]),
    )
