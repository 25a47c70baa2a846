"""Invitation to be sent: never an older one after a newer one, and none to who may not know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.recipient import recipient
from activities.meeting_invitation.entry import MeetingEntry
from activities.meeting_invitation.meetings import KnownMeeting, meeting_of
from activities.meeting_invitation.text import InvitationText
from activities.payloads import DeliveryInput
from events.configuration.responder import responder_decider
from events.delivery.events import MEETING_INVITATION
from events.follow_up.work_hours import USUAL
from events.ids import (
    ResponderId,
    SubjectId,
    meeting_invitation_stream,
    responder_stream,
    subject_stream,
)
from events.loading import load
from events.log.store import Log
from events.meeting_invitation.decide import invitation_decider
from events.meeting_invitation.method import Method, read_about
from events.subject.decide import subject_decider


class MeetingInvitations:
    """Invitations as messages."""

    name = MEETING_INVITATION

    def __init__(
        self,
        log: Log,
        *,
        public_url: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._log = log
        self._site = public_url.rstrip("/")
        self._clock = clock

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the invitation as it was planned, or why it is not wanted.

        Raises: LogFault.
        """
        if task.incident_id is None:
            return Unwanted(reason="never_intended")
        stream = meeting_invitation_stream(task.incident_id)
        known, _ = await load(self._log, invitation_decider, stream)
        pending = known.ledger.pending.get(task.delivery_id)
        if pending is None:
            return Unwanted(reason="already_settled")
        who = pending.delivery.responder_id
        responder, _ = await load(self._log, responder_decider, responder_stream(who))
        subject, _ = await load(self._log, subject_decider, subject_stream(SubjectId(who)))
        sequence, method = read_about(pending.about)
        found = await meeting_of(self._log, task.incident_id)
        if found is None:
            return Unwanted(reason="never_intended")
        reason = why_unwanted(found, sequence, method, who)
        if reason is None and method is Method.CANCEL and who not in known.reached:
            reason = "never_invited"
        if reason is None and found.is_past(self._clock()):
            reason = "meeting_is_past"
        if reason is not None:
            return Unwanted(reason=reason)
        hours = responder.hours if responder else None
        text = InvitationText(
            delivery_id=task.delivery_id,
            shown=self._shown(found, sequence),
            method=method,
            knew_before=who in known.reached,
            may_know=found.matter.concerns(who),
            reason=found.reason,
            zone=hours.zone if hours else USUAL.zone,
            site=self._site,
        )

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            return replace(text, possible_repeat=possible_repeat).message

        return Wanted(
            delivery=pending.delivery, responder=recipient(responder, subject), message=message
        )

    def _shown(self, found: KnownMeeting, sequence: int) -> MeetingEntry:
        """Return the meeting as it was at that change, so that each attempt says the same."""
        matter = found.matter
        return MeetingEntry(
            incident_id=matter.incident_id,
            reference=matter.reference,
            title=matter.title,
            url=f"{self._site}/incidents/{matter.reference}/postmortem",
            meeting=found.changes[sequence],
            private=matter.privacy.private,
        )


def why_unwanted(
    found: KnownMeeting, sequence: int, method: Method, who: ResponderId
) -> str | None:
    """Return why a message must not be sent now, None if it is wanted.

    Whoever is to come is told of the newest change, by a message of its own. Whoever is not to
    come stays struck off, whatever happens to the meeting since.
    """
    expected = found.is_expected(who)
    if method is Method.CANCEL:
        return "invited_again" if expected else None
    if sequence != found.now.sequence:
        return "superseded"
    return None if expected else "not_invited_any_more"
