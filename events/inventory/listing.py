"""Inventory digest: the streams that belong to an incident, and one hash over them all."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from events.ids import (
    IncidentId,
    announcement_stream,
    incident_stream,
    notes_stream,
    paging_stream,
    repair_stream,
)

# Of what has a stream of its own: these name the incident in their events.
NAMING: Final = frozenset({"page", "alert"})

type Head = tuple[int, bytes]  # version and hash of a stream's last event


def own_streams(incident_id: IncidentId) -> tuple[str, ...]:
    """Return the streams that an incident has by its id alone."""
    streams = (incident_stream, notes_stream, paging_stream, repair_stream, announcement_stream)
    return tuple(stream(incident_id) for stream in streams)


def belongs(stream: str, incident_id: IncidentId) -> bool:
    """Say whether a stream whose events name the incident as their own belongs to it."""
    return stream.partition("-")[0] in NAMING or stream in own_streams(incident_id)


def digest_of(heads: Mapping[str, Head]) -> str:
    """Return the digest over streams, each with the version and the hash of its last event."""
    lines = (
        f"{stream} {version} {last.hex()}\n" for stream, (version, last) in sorted(heads.items())
    )
    return sha256("".join(lines).encode()).hexdigest()
