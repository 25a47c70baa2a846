"""Invitation state, folded from its events: whom a calendar was meant for, and whom it reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from events.delivery.events import (
    MEETING_INVITATION,
    DeliveryEvent,
    DeliveryFailed,
    DeliverySent,
)
from events.delivery.ledger import Ledger, after
from events.ids import ResponderId
from events.meeting_invitation.events import InvitationEvent, MeetingInvitationPlanned
from events.meeting_invitation.method import Method, about_of, read_about


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """The invitations to one meeting as their rules, and whoever sends them, see them."""

    planned: int = -1  # sequence of the newest change that was planned
    asked: Mapping[ResponderId, Method] = field(default_factory=dict)  # what was planned last
    # Whose calendar may have the meeting: a message of which nobody heard may have arrived.
    reached: frozenset[ResponderId] = frozenset()
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def invited(self) -> frozenset[ResponderId]:
        """Return whom an invitation was planned for, and no cancellation since."""
        return frozenset(who for who, method in self.asked.items() if method is Method.REQUEST)


INITIAL = Invitations()


def evolve(known: Invitations, event: InvitationEvent) -> Invitations:
    """Return the invitations after the event; never refuses."""
    if not isinstance(event, MeetingInvitationPlanned):
        return replace(known, reached=_reached(known, event), ledger=after(known.ledger, event))
    about = about_of(event.sequence, event.method)
    asked = {delivery.responder_id: event.method for delivery in event.deliveries}
    return replace(
        known,
        planned=max(known.planned, event.sequence),
        asked={**known.asked, **asked},
        ledger=known.ledger.intending(
            MEETING_INVITATION, about, event.incident_id, event.deliveries
        ),
    )


def _reached(known: Invitations, event: DeliveryEvent) -> frozenset[ResponderId]:
    pending = known.ledger.pending.get(event.delivery_id)
    if pending is None or not isinstance(event, DeliverySent | DeliveryFailed):
        return known.reached
    one = frozenset({event.responder_id})
    _, method = read_about(pending.about)
    if method is Method.REQUEST:
        return known.reached | one
    return known.reached - one if isinstance(event, DeliverySent) else known.reached
