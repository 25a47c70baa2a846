"""Role state: holders, open offers, and the incident commander's last sign of life."""

from collections.abc import Hashable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from typing import Any, assert_never, cast, get_type_hints

from events.ids import ResponderId
from events.incident.events import IncidentEvent
from events.incident.roles.events import (
    Role,
    RoleAssigned,
    RoleDeclined,
    RoleHandedOver,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleUnassigned,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A role that waits for somebody's yes."""

    to_responder_id: ResponderId
    offered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The facet of an incident that the rules of roles keep for themselves."""

    offers: dict[str, Offer] = field(default_factory=dict)  # by role
    commander: ResponderId | None = None
    commander_seen_at: datetime | None = None  # took the role, or did anything since


def staffing_after(staffing: Staffing, event: IncidentEvent) -> Staffing:
    """Return the facet after the event; never refuses."""
    match event:
        case RoleOffered():
            offer = Offer(to_responder_id=event.to_responder_id, offered_by=event.offered_by)
            staffing = replace(staffing, offers={**staffing.offers, event.role: offer})
        case RoleDeclined() | RoleOfferWithdrawn():
            staffing = _settled(staffing, event.role)
        case RoleAssigned():
            staffing = _held(staffing, event.role, event.responder_id, event.assigned_at)
        case RoleHandedOver():
            staffing = _held(staffing, event.role, event.to_responder_id, event.handed_over_at)
        case RoleUnassigned():
            staffing = _held(staffing, event.role, None, event.unassigned_at)
        case _:
            pass
    return _seen(staffing, event)


def roles_after(
    roles: dict[str, ResponderId], event: RoleAssigned | RoleHandedOver | RoleUnassigned
) -> dict[str, ResponderId]:
    """Return who holds which role after the event."""
    match event:
        case RoleAssigned():
            return {**roles, event.role: event.responder_id}
        case RoleHandedOver():
            return {**roles, event.role: event.to_responder_id}
        case RoleUnassigned():
            return {role: who for role, who in roles.items() if role != event.role}
        case _:
            assert_never(event)


def _settled(staffing: Staffing, role: str) -> Staffing:
    if role not in staffing.offers:
        return staffing
    others = {offered: offer for offered, offer in staffing.offers.items() if offered != role}
    return replace(staffing, offers=others)


def _held(staffing: Staffing, role: str, holder: ResponderId | None, since: datetime) -> Staffing:
    settled = _settled(staffing, role)
    if role != Role.COMMANDER:
        return settled
    return replace(settled, commander=holder, commander_seen_at=since if holder else None)


def _seen(staffing: Staffing, event: IncidentEvent) -> Staffing:
    """Take every fact that names the incident commander as its author for a sign of life."""
    seen = staffing.commander_seen_at
    by, when = _authorship(cast("Hashable", type(event)))
    if seen is None or by is None or getattr(event, by) != f"responder:{staffing.commander}":
        return staffing
    at: datetime = getattr(event, when)
    return replace(staffing, commander_seen_at=at) if at > seen else staffing


@cache
def _authorship(event_type: Any) -> tuple[str | None, str]:
    """Return the fields that say who did it and when; nobody where nobody in particular did."""
    hints = get_type_hints(event_type)
    by = [field.name for field in fields(event_type) if field.name.endswith("_by")]
    moments = [name for name, hint in hints.items() if hint is datetime]
    return (by[-1] if by else None), (moments[-1] if moments else "")
