"""Invitation rules: each change of a meeting is told once, and one outcome for each message."""

from events.aggregate import Aggregate
from events.decider import Decider
from events.delivery.ledger import record
from events.ids import IncidentId
from events.meeting_invitation.commands import InvitationCommand, PlanInvitations
from events.meeting_invitation.events import (
    INVITATION_EVENTS,
    InvitationEvent,
    MeetingInvitationPlanned,
)
from events.meeting_invitation.method import Method
from events.meeting_invitation.state import INITIAL, Invitations, evolve


def decide(command: InvitationCommand, known: Invitations) -> list[InvitationEvent]:
    """Return the facts this command leads to; none if it is already so."""
    if isinstance(command, PlanInvitations):
        return plan(command, known)
    return [*record(command, known.ledger)]


def plan(command: PlanInvitations, known: Invitations) -> list[InvitationEvent]:
    """Mean to tell of a change, unless this one or a newer one was planned already."""
    if command.sequence <= known.planned:
        return []
    both = ((Method.REQUEST, command.invitations), (Method.CANCEL, command.cancellations))
    # The change is remembered as told, also where nobody can be told of it.
    wanted = [one for one in both if one[1]] or [(Method.REQUEST, ())]
    return [
        MeetingInvitationPlanned(
            incident_id=command.incident_id,
            sequence=command.sequence,
            method=method,
            deliveries=deliveries,
            planned_at=command.at,
        )
        for method, deliveries in wanted
    ]


invitation_decider: Decider[InvitationCommand, Invitations, InvitationEvent] = Decider(
    initial=INITIAL, decide=decide, evolve=evolve, event_types=INVITATION_EVENTS
)

AGGREGATE = Aggregate(
    noun="meeting_invitation",
    id=IncidentId,
    decider=invitation_decider,
    commands=InvitationCommand,
)
