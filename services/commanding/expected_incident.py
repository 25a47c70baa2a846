"""Expected incident: as it will be once the commands that wait for it are carried out.

Whoever decides by an incident while Temporal is away would else decide by what is out of date: its
acknowledgement, its resolution or a page for it may be accepted already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import structlog
from pydantic import ValidationError

from events.errors import CommandRejected
from events.ids import IncidentId
from events.incident.decide import incident_decider
from events.incident.state import Incident
from events.log.lookup.shared_reads import SharedReads
from events.log.queues.inbox import Inbox, InboxEntry
from events.log.store import Log
from services.commanding.merge_target import surviving_at
from workflows.ids import incident_workflow_id
from workflows.messages import IncidentCommandEnvelope

logs = structlog.get_logger(__name__)

type WaitingReads = SharedReads[Inbox, str, Sequence[InboxEntry]]

_of_inboxes: WeakKeyDictionary[Inbox, WaitingReads] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedIncident:
    """Expected incident: the merge target if it was merged, and how far it was read."""

    incident_id: IncidentId
    incident: Incident
    mark: str  # differs once anything has happened to it, or waits to happen
    version: int  # of its stream; 0 if it was never declared
    waiting: int = 0  # commands in its inbox

    @property
    def takes_alerts(self) -> bool:
        """Return whether alerts may be in it: it is not over."""
        known = self.incident.incident_id is not None
        return known and not self.incident.resolved and not self.incident.ended


async def expected_incident(log: Log, inbox: Inbox, incident_id: IncidentId) -> ExpectedIncident:
    """Return the incident that goes on, with what waits in its inbox carried out in order.

    Raises: LogUnavailable.
    """
    incident_id, incident, version = await surviving_at(log, incident_id)
    waiting = await _waiting(inbox, incident_workflow_id(incident_id)) if version else []
    for entry in waiting:
        incident = carried_out(entry, incident)
    newest = f"{waiting[-1].command_id}" if waiting else ""
    return ExpectedIncident(
        incident_id=incident_id,
        incident=incident,
        mark=f"{version}:{newest}",
        version=version,
        waiting=len(waiting),
    )


async def _waiting(inbox: Inbox, workflow_id: str) -> Sequence[InboxEntry]:
    reads = _of_inboxes.get(inbox)
    if reads is None:
        reads = _of_inboxes[inbox] = SharedReads(_waiting_for_each)
    return (await reads.answers(inbox, [workflow_id]))[workflow_id]


async def _waiting_for_each(
    inbox: Inbox, workflow_ids: Sequence[str]
) -> Mapping[str, Sequence[InboxEntry]]:
    return await inbox.waiting_for_each(workflow_ids)


def carried_out(entry: InboxEntry, incident: Incident) -> Incident:
    """Return the incident after the command; what will be refused changes nothing."""
    try:
        envelope = IncidentCommandEnvelope.model_validate_json(entry.body)
        events = incident_decider.decide(envelope.command, incident)
    except CommandRejected:
        return incident
    except ValidationError:  # of a newer version: only its own workflow can tell
        logs.warning("waiting_command_unknown", command_id=str(entry.command_id))
        return incident
    return incident_decider.fold(events, incident)
