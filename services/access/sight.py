"""What a caller may know of: private incidents are there for their members only."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from events.ids import ResponderId

type Members = Mapping[UUID, Collection[ResponderId]]  # of each private incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """What one caller sees. A key that belongs to nobody is nobody, whomever it says it speaks for.

    Admins and auditors see everything.
    """

    everything: bool = False
    person: ResponderId | None = None

    def reaches(self, incident_id: UUID | None, members: Members) -> bool:
        """Say whether the caller may know of something about this incident, or about none."""
        if self.everything or incident_id is None or incident_id not in members:
            return True
        return self.person in members[incident_id]


EVERYTHING: Final = Visibility(everything=True)
