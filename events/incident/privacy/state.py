"""Privacy state: the members of a private incident, and people removed from it."""

from dataclasses import dataclass, replace
from typing import Final

from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.privacy.events import (
    IncidentMemberAdded,
    IncidentMemberRemoved,
    IncidentPrivacyChanged,
)
from events.incident.roles.events import ResponderJoined, RoleAssigned, RoleHandedOver, RoleOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Privacy of an incident: who knows of it while it is private."""

    private: bool = False
    members: frozenset[ResponderId] = frozenset()
    removed: frozenset[ResponderId] = frozenset()  # until they are let in again, open or not

    def shuts_out(self, responder_id: ResponderId | None) -> bool:
        """Say whether the person was removed, so that nothing handed out before lets them in."""
        return self.private and responder_id in self.removed

    def with_member(self, responder_id: ResponderId) -> "Privacy":
        """Return the same with one more person who knows; an open incident has no members."""
        removed = self.removed - {responder_id}
        if not self.private:
            return self if removed == self.removed else replace(self, removed=removed)
        return replace(self, members=self.members | {responder_id}, removed=removed)

    def without_member(self, responder_id: ResponderId) -> "Privacy":
        """Return the same with one person fewer who knows; nothing changes while it is open."""
        if not self.private:
            return self
        return replace(
            self,
            members=self.members - {responder_id},
            removed=self.removed | {responder_id},
        )


OPEN: Final = Privacy()


def privacy_after(privacy: Privacy, event: IncidentEvent) -> Privacy:
    """Return who knows of the incident after the event; never refuses."""
    match event:
        case IncidentPrivacyChanged():
            members = frozenset(event.members)
            removed = privacy.removed - members
            return Privacy(private=event.private, members=members, removed=removed)
        case IncidentMemberRemoved():
            return privacy.without_member(event.responder_id)
        case _:
            person = let_in_by(event)
            return privacy if person is None else privacy.with_member(person)


def let_in_by(event: object) -> ResponderId | None:
    """Return the responder whom an event lets into a private incident, because they work on it."""
    match event:
        case ResponderJoined() | RoleAssigned() | IncidentMemberAdded():
            return event.responder_id
        case RoleHandedOver() | RoleOffered():
            return event.to_responder_id
        case _:
            return None
