"""Incident commands: from the request to an outcome that says exactly what is true."""

import asyncio
from dataclasses import dataclass
from typing import Final

from events.errors import IncidentNotFound, StreamConflict
from events.handle import handle
from events.ids import IncidentId, incident_stream
from events.incident.commands import IncidentCommand
from events.incident.decide import incident_decider
from events.loading import load
from events.log.queues.inbox import InboxState
from services.commanding.deferred import deferred, goes_first, refusal_in
from services.commanding.outcomes import (
    CommandOutcome,
    Delivery,
    Waiting,
    done_by_log,
    done_by_workflow,
)
from services.commanding.request import CommandRequest
from services.temporal.gateway import Accepted, Finished, NotRunning, Outcome
from workflows.ids import incident_workflow_id
from workflows.messages import CommandAnswer, IncidentCommandEnvelope

# A declared incident's workflow is started by the relay, a moment after the declaration.
START_PAUSES: Final = (0.05, 0.1, 0.2, 0.4)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCommands(CommandRequest):
    """Incident command: everything about it but its content."""

    incident_id: IncidentId

    @property
    def stream(self) -> str:
        """Return the stream the command is about."""
        return incident_stream(self.incident_id)

    @property
    def workflow_id(self) -> str:
        """Return the workflow that carries it out."""
        return incident_workflow_id(self.incident_id)

    async def outcome_of(self, command: IncidentCommand) -> CommandOutcome:
        """Have the command carried out, or deferred, and return which of the two.

        Raises: every refusal of the incident, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        self.attempt.becomes(command, self.stream)
        try:
            return await self._first_outcome() or await self._given(command)
        except StreamConflict as stale:
            raise self.lost_race(stale) from stale

    async def was_given(self) -> bool:
        """Say whether it was answered before: then whatever is checked now is beside the point.

        Raises: the refusal it was answered with.
        """
        return await self._first_outcome() is not None

    async def _first_outcome(self) -> CommandOutcome | None:
        """Return the outcome that this command was answered with before, if it was."""
        if not self.identity.may_repeat:
            return None
        command_id = self.identity.command_id
        if record := await self.dependencies.log.find_command(command_id):
            self.identity.require_same(record)
            return done_by_log(command_id, record, replayed=True)
        entry = await self.dependencies.inbox.find(command_id)
        if entry is None:
            return None
        self.identity.require_same(entry)
        if entry.state is InboxState.REFUSED and entry.outcome is not None:
            raise refusal_in(entry.outcome)
        return Waiting(command_id=command_id, delivery="deferred")

    async def _given(self, command: IncidentCommand) -> CommandOutcome:
        envelope = self._envelope(command)
        waiting = await self.dependencies.inbox.waiting(self.workflow_id)
        if waiting and not goes_first(command, waiting):
            return await self._kept(envelope, "deferred")  # behind those that came before it
        outcome = await self._sent(envelope)
        match outcome:
            case Finished():
                return await self._finished(outcome.answer)
            case Accepted():
                return await self._kept(envelope, "accepted")
            case _:
                return await self._without_workflow(command, envelope)

    async def _sent(self, envelope: IncidentCommandEnvelope) -> Outcome:
        for pause in START_PAUSES:
            outcome = await self.dependencies.temporal.command(self.workflow_id, envelope)
            if not isinstance(outcome, NotRunning) or not await self._is_live():
                return outcome
            await asyncio.sleep(pause)
        return NotRunning()

    async def _is_live(self) -> bool:
        incident, version = await load(self.dependencies.log, incident_decider, self.stream)
        return version > 0 and not incident.ended

    async def _finished(self, answer: CommandAnswer) -> CommandOutcome:
        if self.identity.may_repeat:  # Temporal joins equal ids; only the log compares requests
            record = await self.dependencies.log.find_command(self.identity.command_id)
            if record is not None:
                self.identity.require_same(record)
        return done_by_workflow(answer)

    async def _without_workflow(
        self, command: IncidentCommand, envelope: IncidentCommandEnvelope
    ) -> CommandOutcome:
        """Answer for a workflow that is over, or keep the command for one that cannot be reached.

        Raises: IncidentNotFound, IncidentEnded.
        """
        incident, version = await load(self.dependencies.log, incident_decider, self.stream)
        if not version:
            raise IncidentNotFound(f"No such incident: {self.incident_id}.")
        if not incident.ended:
            return await self._kept(envelope, "deferred")
        # Nothing can happen to it any more: the log may answer, the workflow writes no more.
        handled = await handle(
            self.dependencies.log,
            incident_decider,
            self.stream,
            command,
            command_id=self.identity.command_id,
            request_digest=self.identity.request_digest,
            metadata=self.metadata,
            expected_version=self.expected_version,
        )
        return self.done(handled)

    async def _kept(self, envelope: IncidentCommandEnvelope, delivery: Delivery) -> CommandOutcome:
        """Put the command into the inbox, so that it, or its refusal, is never lost."""
        inbox = self.dependencies.inbox
        first = goes_first(envelope.command, await inbox.waiting(self.workflow_id))
        await inbox.put(deferred(self.workflow_id, envelope), first=first)
        return Waiting(command_id=self.identity.command_id, delivery=delivery)

    def _envelope(self, command: IncidentCommand) -> IncidentCommandEnvelope:
        return IncidentCommandEnvelope(
            command_id=self.identity.command_id,
            request_digest=self.identity.request_digest.hex(),
            metadata=self.metadata,
            command=command,
            expected_version=self.expected_version,
        )
