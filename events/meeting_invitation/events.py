"""Invitation events. The stream is the delivery ledger of its messages, too."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.delivery.events import DELIVERY_EVENTS, DeliveryEvent, IntendedDelivery
from events.ids import IncidentId
from events.meeting_invitation.method import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingInvitationPlanned:
    """People are being invited to a postmortem meeting, or told that they are not to come."""

    incident_id: IncidentId
    sequence: int  # of the meeting: which change of it this tells
    method: Method
    deliveries: tuple[IntendedDelivery, ...]  # none: no mail leads to anybody
    planned_at: datetime
    type: Literal["meeting_invitation.planned"] = "meeting_invitation.planned"


type InvitationEvent = MeetingInvitationPlanned | DeliveryEvent

INVITATION_EVENTS: tuple[type, ...] = (MeetingInvitationPlanned, *DELIVERY_EVENTS)
