"""Attending: no alert fires in an incident that nobody has and nobody is paged for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from events.actor import Actor
from events.errors import CommandRejected, NobodyToPage, Unprocessable
from events.folded_streams import newest, newest_of
from events.ids import (
    EscalationPolicyId,
    IncidentId,
    ServiceId,
    incident_stream,
    page_id_for,
    page_stream,
    service_stream,
)
from events.incident.acknowledgement.commands import UnacknowledgeIncident
from events.incident.alerts.commands import JoinAlerts
from events.incident.commands import AcknowledgeIncident, IncidentCommand, ReopenIncident
from events.incident.decide import incident_decider
from events.incident.description.events import IncidentDescribed
from events.incident.escalation.commands import EscalateIncident
from events.incident.events import IncidentEvent
from events.incident.pages.commands import RequestPage
from events.incident.pages.rules import wanted_pages
from events.incident.phases import Phase
from events.incident.reassignment.commands import ReassignIncident
from events.incident.snooze.commands import SnoozeIncident
from events.incident.snooze.ending import had_by
from events.log.queues.inbox import Inbox
from events.log.recorded import Metadata
from events.log.store import Log
from events.page.decide import page_decider
from events.page.plan import PageTarget
from events.service.decide import service_decider
from events.values.severity import Severity
from services.commanding.deferred import deferred
from services.commanding.expected_incident import ExpectedIncident, expected_incident
from services.newest_level import newest_level
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

ENOUGH: Final = 5  # commands that wait: above, none is added that only words the incident anew
SHORT: Final = 120  # of an alert's name in what a page asks

ASKED_BY_SENDER: Final = "The sender of its alert asked for it."

logs = structlog.get_logger(__name__)


def are_words(events: Iterable[IncidentEvent]) -> bool:
    """Return whether all that happens is that the incident is described anew."""
    return all(isinstance(event, IncidentDescribed) for event in events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """Alerts that fire in an incident."""

    name: str  # of the worst, or the first, of them
    count: int
    severity: Severity | None  # the worst that they name
    news: bool  # they began just now; False: they fire still
    title: str | None = None  # that an incident of theirs would have
    summary: str | None = None
    began_at: datetime | None = None

    @property
    def words(self) -> str:
        """Return them as a page names them."""
        more = f" and {self.count - 1} more" if self.count > 1 else ""
        return f"Alert {shortened(self.name)}{more}"


def shortened(name: str) -> str:
    """Return an alert's name as long as a sentence can hold it."""
    return name if len(name) <= SHORT else name[: SHORT - 1] + "…"


class Attending:
    """Has somebody paged, by way of the inbox, for firing alerts that nobody attends to.

    A sender may also say that somebody does.

    The workflow writes the incident's stream, so this only gives a command, kept until it is
    carried out. The same need seen twice is one command.
    """

    def __init__(self, log: Log, inbox: Inbox) -> None:
        self._log = log
        self._inbox = inbox

    async def expected(self, incident_id: IncidentId) -> ExpectedIncident:
        """Return the incident that goes on, with what waits in its inbox carried out.

        Raises: LogUnavailable.
        """
        return await expected_incident(self._log, self._inbox, incident_id)

    async def see_to(
        self, incident_id: IncidentId, firing: Firing, metadata: Metadata, at: datetime
    ) -> bool:
        """Give the command if there is anything to be done, and return whether there was.

        What is over takes no command: its alerts have to go on elsewhere. In a storm, or while
        Temporal is away, the incident keeps the words that it has: its alerts are listed anyway.
        Raises: LogUnavailable, LogOverloaded.
        """
        return await self.see_to_home(await self.expected(incident_id), firing, metadata, at)

    async def see_to_home(
        self, seen: ExpectedIncident, firing: Firing, metadata: Metadata, at: datetime
    ) -> bool:
        """Give the command as `see_to` does, by what was read of the incident just now.

        Raises: LogUnavailable, LogOverloaded.
        """
        command = JoinAlerts(
            words=firing.words,
            severity=firing.severity,
            news=firing.news,
            unanswered=await self._unanswered(seen),
            actor=Actor(principal=metadata.principal),
            at=at,
            title=firing.title,
            summary=firing.summary,
            began_at=firing.began_at,
            escalation_policy_id=await self._policy_by_now(seen),
        )
        try:
            events = incident_decider.decide(command, seen.incident)
        except CommandRejected:
            return False
        if not events or (seen.waiting >= ENOUGH and are_words(events)):
            return False
        await self._join(seen, command, metadata)
        return True

    async def take(self, incident_id: IncidentId, metadata: Metadata, at: datetime) -> bool:
        """Acknowledge an incident that nobody has, and return whether there was anything to do.

        Whoever has it keeps it: a monitor never takes an incident from a person. It waits behind
        the alerts that it may be about, for those that come after it ask for people.
        Raises: LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        command = AcknowledgeIncident(actor=Actor(principal=metadata.principal), at=at)
        if had_by(seen.incident, at) not in {None, command.actor.name}:
            return False
        return await self._asked(seen, command, f"take:{seen.mark}:{metadata.principal}", metadata)

    async def snooze(
        self, incident_id: IncidentId, until: datetime, metadata: Metadata, at: datetime
    ) -> bool:
        """Leave an incident alone that nobody else has, and return whether that was to be done.

        Raises: SnoozeOutOfRange, LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        command = SnoozeIncident(until=until, actor=Actor(principal=metadata.principal), at=at)
        if had_by(seen.incident, at) not in {None, command.actor.name}:
            return False
        return await self._asked(seen, command, f"snooze:{seen.mark}:{until}", metadata)

    async def give_back(self, incident_id: IncidentId, metadata: Metadata, at: datetime) -> bool:
        """Have nobody have the incident any more, and return whether anybody had it.

        Unlike `take`, this is done to a person's incident too: it pages people afresh.
        Raises: LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        command = UnacknowledgeIncident(actor=Actor(principal=metadata.principal), at=at)
        return await self._asked(seen, command, f"give_back:{seen.mark}", metadata)

    async def reopen(
        self, seen: ExpectedIncident, alert: str, metadata: Metadata, at: datetime
    ) -> bool:
        """Reopen a resolved incident for an alert that fires again, and return whether it can be.

        It pages again, and waits to be acknowledged.
        Raises: LogUnavailable, LogOverloaded.
        """
        command = ReopenIncident(
            phase=Phase.DETECTION,
            reason=f"Alert {shortened(alert)} fires again",
            actor=Actor(principal=metadata.principal),
            at=at,
        )
        return await self._asked(seen, command, f"reopen:{seen.mark}", metadata)

    async def hand_on(
        self, incident_id: IncidentId, target: PageTarget, metadata: Metadata, at: datetime
    ) -> bool:
        """Ask others to take an incident, and return whether there was anything to do.

        Raises: LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        command = ReassignIncident(
            responder_ids=target.responder_ids,
            escalation_policy_id=target.escalation_policy_id,
            reason=ASKED_BY_SENDER,
            actor=Actor(principal=metadata.principal),
            at=at,
        )
        return await self._asked(seen, command, f"hand_on:{seen.mark}:{target}", metadata)

    async def escalate(self, incident_id: IncidentId, metadata: Metadata, at: datetime) -> bool:
        """Ask the next level of whoever is paged, and return whether there was one.

        Raises: LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        now = await newest_level(self._log, seen.incident)
        if now is None:
            return False
        command = EscalateIncident(
            page=now.page,
            round=now.round,
            level=now.level,
            actor=Actor(principal=metadata.principal),
            at=at,
            reason=ASKED_BY_SENDER,
            now=now,
        )
        return await self._asked(seen, command, f"escalate:{seen.mark}:{now}", metadata)

    async def call_in(
        self,
        incident_id: IncidentId,
        target: PageTarget,
        ask: str,
        metadata: Metadata,
        at: datetime,
    ) -> bool:
        """Ask further people to help, and return whether they can be asked.

        Raises: LogUnavailable, LogOverloaded.
        """
        seen = await self.expected(incident_id)
        actor = Actor(principal=metadata.principal)
        command = RequestPage(ask=ask, target=target, actor=actor, at=at)
        return await self._asked(seen, command, f"call_in:{seen.mark}:{target}", metadata)

    async def _asked(
        self, seen: ExpectedIncident, command: IncidentCommand, name: str, metadata: Metadata
    ) -> bool:
        try:
            if not incident_decider.decide(command, seen.incident):
                return False
        except NobodyToPage:  # nobody is left, as the incident stands
            return False
        except Unprocessable:  # what was asked is at fault, not how the incident stands
            raise
        except CommandRejected:
            return False
        await self._give(seen, command, name, metadata)
        return True

    async def _join(self, seen: ExpectedIncident, command: JoinAlerts, metadata: Metadata) -> None:
        name = f"join_alerts:{seen.mark}:{command.severity}:{command.news}:{command.unanswered}"
        await self._give(seen, command, name, metadata)
        logs.info(
            "alerts_want_attention",
            incident_id=str(seen.incident_id),
            reference=seen.incident.reference,
            alerts=command.words,
        )

    async def _give(
        self, seen: ExpectedIncident, command: IncidentCommand, name: str, metadata: Metadata
    ) -> None:
        envelope = IncidentCommandEnvelope(
            command_id=uuid5(seen.incident_id, name),
            request_digest=sha256(
                f"{incident_stream(seen.incident_id)}:{name}".encode()
            ).hexdigest(),
            metadata=metadata,
            command=command,
        )
        await self._inbox.put(deferred(incident_workflow_id(seen.incident_id), envelope))

    async def _policy_by_now(self, seen: ExpectedIncident) -> EscalationPolicyId | None:
        """Return whom the service pages, for an incident that began when it paged nobody."""
        service_id = seen.incident.service_id
        if seen.incident.escalation_policy_id is not None or service_id is None:
            return None
        service, _ = await newest(self._log, service_decider, service_stream(ServiceId(service_id)))
        return service.escalation_policy_id

    async def _unanswered(self, seen: ExpectedIncident) -> tuple[int, ...]:
        """Return the pages that are wanted still and went through all their levels in vain."""
        numbers = {
            page_stream(page_id_for(seen.incident_id, called.number)): called.number
            for called in wanted_pages(seen.incident)
            if called.wanted and called.not_before is None
        }
        pages = await newest_of(self._log, page_decider, list(numbers))
        return tuple(
            numbers[stream]
            for stream, (page, _) in pages.items()
            if page.over and page.acknowledged_by is None
        )
