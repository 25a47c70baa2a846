"""Incident of an event: the one it names as its own, not one in a label or elsewhere."""

from typing import Final
from uuid import UUID

import msgspec


class Named(msgspec.Struct, frozen=True):
    """What most payloads have."""

    incident_id: UUID | None = None


_NAMED: Final = msgspec.json.Decoder(Named)


def incident_in(payload: bytes) -> UUID | None:
    """Return the incident that an event names as its own."""
    try:
        return _NAMED.decode(payload).incident_id
    except msgspec.MsgspecError:
        return None
