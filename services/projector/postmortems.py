"""Postmortem starter: a postmortem for each resolved incident that was bad enough to need one.

It follows the outbox, whose entry is written with the resolution, and asks no workflow: a
postmortem begins while Temporal is away, too. The incident decides, as it stands when the entry is
taken: it may have been judged anew, reopened or merged since.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import uuid5

import structlog

from activities.payloads import BEGIN_POSTMORTEM, Judged
from activities.policy_in_force import policy_in_force
from events.actor import actor_named
from events.errors import LogFault
from events.handle import handle
from events.ids import TOCSIN, IncidentId, ServiceId, incident_stream
from events.incident.decide import incident_decider
from events.incident.modes import Mode
from events.incident.roles.events import Role
from events.incident.state import Incident
from events.loading import load
from events.log.queues.outbox import Outbox, OutboxWork
from events.log.recorded import Metadata
from events.log.store import Log
from events.postmortem.commands import StartPostmortem
from events.postmortem.decide import AGGREGATE, postmortem_decider
from events.postmortem.document.terms import Terms, terms_of

AT_ONCE: Final = 20
METADATA: Final = Metadata(principal="workflow:relay", via="relay")

logs = structlog.get_logger(__name__)


class PostmortemStarter:
    """What the outbox asks for, done at least once; doing it again changes nothing."""

    def __init__(self, log: Log, outbox: Outbox) -> None:
        self._log = log
        self._outbox = outbox

    async def relay(self) -> int:
        """Begin what waits, and return how many entries that were.

        Raises: LogUnavailable.
        """
        works = await self._outbox.claim(AT_ONCE, [BEGIN_POSTMORTEM])
        for work in works:
            await self._try(work)
        return len(works)

    async def _try(self, work: OutboxWork) -> None:
        """Carry one entry out; what goes wrong with it is no other entry's trouble."""
        try:
            await self._begin(work)
        except LogFault as fault:
            logs.warning("postmortem_waits_for_log", entry=work.key, reason=str(fault))
        except Exception:
            logs.exception("postmortem_start_failed", entry=work.key)
        else:
            await self._outbox.done(work)

    async def _begin(self, work: OutboxWork) -> None:
        incident_id = Judged.model_validate_json(work.body).incident_id
        incident, _ = await load(self._log, incident_decider, incident_stream(incident_id))
        service = None if incident.service_id is None else ServiceId(incident.service_id)
        terms = terms_of((await policy_in_force(self._log, service)).policy)
        if not begins_by_itself(incident, terms):
            return
        known, _ = await load(self._log, postmortem_decider, AGGREGATE.stream(incident_id))
        if known.incident_id is not None:  # people may have waived it: that stays
            return
        name = f"postmortem:{work.key}"
        await handle(
            self._log,
            postmortem_decider,
            AGGREGATE.stream(incident_id),
            beginning(incident_id, incident, terms),
            command_id=uuid5(TOCSIN, name),
            request_digest=sha256(name.encode()).digest(),
            metadata=METADATA,
        )
        logs.info("postmortem_begun", reference=incident.reference)


def begins_by_itself(incident: Incident, terms: Terms) -> bool:
    """Say whether nobody has to ask for the postmortem of an incident as it stands now."""
    if not incident.resolved or incident.mode is Mode.DRILL:
        return False
    if incident.declined or incident.relations.merged_into is not None:
        return False
    return incident.severity is not None and terms.of(incident.severity).by_itself


def beginning(incident_id: IncidentId, incident: Incident, terms: Terms) -> StartPostmortem:
    """Return the command that begins it; its author is who commanded at the end."""
    return StartPostmortem(
        incident_id=incident_id,
        author_id=incident.roles.get(Role.COMMANDER),
        terms=terms,
        actor=actor_named(METADATA.principal),
        at=datetime.now(UTC),
    )
