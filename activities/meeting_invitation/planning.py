"""Invitation plan: a mail to each who is to come, and one to each who is not to come any more."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from temporalio import activity

from activities.delivery.provider import supports
from activities.meeting_invitation.meetings import meeting_of
from activities.payloads import PLAN_INVITATIONS, InvitationPlan, InvitationPlanInput
from events.configuration.responder import responder_decider
from events.delivery.events import MEETING_INVITATION, IntendedDelivery
from events.ids import (
    IncidentId,
    ResponderId,
    invitation_id_for,
    meeting_invitation_stream,
    responder_stream,
)
from events.loading import load
from events.log.store import Log
from events.meeting_invitation.decide import invitation_decider
from events.meeting_invitation.method import Method, about_of


class InvitationPlanning:
    """Plans invitations from the log."""

    def __init__(self, log: Log, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._log = log
        self._clock = clock

    @activity.defn(name=PLAN_INVITATIONS)
    async def plan_invitations(self, task: InvitationPlanInput) -> InvitationPlan:
        """Return whom the meeting's newest change is told, if it was not told so far.

        Raises: LogFault.
        """
        found = await meeting_of(self._log, task.incident_id)
        stream = meeting_invitation_stream(task.incident_id)
        known, _ = await load(self._log, invitation_decider, stream)
        if found is None or found.now.sequence <= known.planned:
            return InvitationPlan(sequence=None)
        sequence = found.now.sequence
        if found.is_past(self._clock()):
            return InvitationPlan(sequence=sequence)
        coming = [who for who in dict.fromkeys(found.now.invited_ids) if found.is_expected(who)]
        leaving = sorted(known.invited - {*coming})
        request, cancel = (about_of(sequence, method) for method in Method)
        return InvitationPlan(
            sequence=sequence,
            invitations=await self._deliveries(task.incident_id, request, coming),
            cancellations=await self._deliveries(task.incident_id, cancel, leaving),
        )

    async def _deliveries(
        self, incident_id: IncidentId, about: str, people: Iterable[ResponderId]
    ) -> tuple[IntendedDelivery, ...]:
        return tuple(
            [one for who in people for one in await self._ways_to(incident_id, about, who)]
        )

    async def _ways_to(
        self, incident_id: IncidentId, about: str, who: ResponderId
    ) -> list[IntendedDelivery]:
        responder, _ = await load(self._log, responder_decider, responder_stream(who))
        methods = enumerate(responder.contact_methods if responder else ())
        return [
            IntendedDelivery(
                delivery_id=invitation_id_for(incident_id, about, who, method.channel, address),
                responder_id=who,
                channel=method.channel,
                address=address,
            )
            for address, method in methods
            if supports(method.channel, MEETING_INVITATION)
        ]
