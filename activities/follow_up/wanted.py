"""Reminder to be sent: as things stand at this moment; nothing is sent for what is done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from activities.delivery.faults import ContactLimited
from activities.delivery.kind import Unwanted, Wanted
from activities.delivery.message import Message
from activities.delivery.recipient import Recipient, recipient
from activities.follow_up.envelope import Envelope
from activities.follow_up.matter import Matter, matter_of
from activities.follow_up.people import HoursOf, people_for, work_hours_of
from activities.follow_up.standing import standing_of
from activities.payloads import DeliveryInput
from events.configuration.responder import responder_decider
from events.delivery.events import REMINDER
from events.delivery.ledger import Pending
from events.follow_up.decide import follow_up_decider
from events.follow_up.reminders import Reminder, named
from events.follow_up.work_hours import next_moment
from events.ids import (
    ResponderId,
    SubjectId,
    follow_up_stream,
    responder_stream,
    subject_stream,
)
from events.loading import load
from events.log.store import Log
from events.subject.decide import subject_decider
from projections.engine.catching_up import ConnectionPool


class Reminders:
    """Reminders as messages."""

    name = REMINDER

    def __init__(
        self,
        log: Log,
        database: ConnectionPool,
        *,
        public_url: str,
        hours_of: HoursOf = work_hours_of,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self._hours_of = hours_of
        self._log = log
        self._database = database
        self._site = public_url.rstrip("/")

    async def find(self, task: DeliveryInput) -> Wanted | Unwanted:
        """Return the reminder as things stand, or why it is not wanted.

        Raises: ContactLimited, outside of the person's work hours; LogFault.
        """
        if task.incident_id is None:
            return Unwanted(reason="never_intended")
        stream = follow_up_stream(task.incident_id)
        follow_up, _ = await load(self._log, follow_up_decider, stream)
        pending = follow_up.ledger.pending.get(task.delivery_id)
        if pending is None:
            return Unwanted(reason="already_settled")
        who = pending.delivery.responder_id
        responder = await self._responder(who)
        reminder, matter = named(pending.about), await matter_of(self._log, task.incident_id)
        now = self._clock()
        stands = await standing_of(self._log, self._database, reminder, matter, now)
        if stands is None:
            return Unwanted(reason="never_intended")
        reason = stands.reason
        if reason is None and who not in await people_for(
            self._log, reminder.to, stands.concerned, matter
        ):
            reason = "not_theirs_any_more"
        if reason is not None or stands.text is None:
            return Unwanted(reason=reason or "never_intended")
        text, envelope = stands.text, await self._envelope(pending, reminder, matter, now)

        def message(possible_repeat: bool) -> Message:  # noqa: FBT001  as every kind's
            return text.message(replace(envelope, possible_repeat=possible_repeat))

        return Wanted(delivery=pending.delivery, responder=responder, message=message)

    async def _envelope(
        self, pending: Pending, reminder: Reminder, matter: Matter, now: datetime
    ) -> Envelope:
        hours = await self._hours_of(self._log, pending.delivery.responder_id)
        begins = next_moment(hours, now)
        if begins > now:  # Temporal was away when it was time, or the hours are others now
            raise ContactLimited(begins - now)
        return Envelope(
            delivery_id=pending.delivery.delivery_id,
            matter=matter,
            to=reminder.to,
            hours=hours,
            at=now,
            site=self._site,
        )

    async def _responder(self, who: ResponderId) -> Recipient:
        responder, _ = await load(self._log, responder_decider, responder_stream(who))
        subject, _ = await load(self._log, subject_decider, subject_stream(SubjectId(who)))
        return recipient(responder, subject)
