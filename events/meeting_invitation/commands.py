"""Invitation command, given by its workflow: tell these people of the meeting as it is now."""

from dataclasses import dataclass
from datetime import datetime

from events.delivery.commands import DeliveryCommand
from events.delivery.events import IntendedDelivery
from events.ids import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInvitations:
    """Invite to the meeting as it is since this change, and cancel for whoever is not to come."""

    incident_id: IncidentId
    sequence: int  # of the meeting
    invitations: tuple[IntendedDelivery, ...]
    cancellations: tuple[IntendedDelivery, ...]
    at: datetime


type InvitationCommand = PlanInvitations | DeliveryCommand
