"""One command to an incident, from the request to an answer that says exactly what is true."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import Depends, Request, Response

from events.actor import Actor
from events.errors import IncidentNotFound, LogOverloaded, StreamConflict
from events.handle import handle
from events.ids import IncidentId, incident_stream
from events.incident.commands import IncidentCommand
from events.incident.decide import incident_decider
from events.loading import load
from events.log.inbox import InboxState
from events.log.recorded import Metadata
from services.api.access.callers import TheCaller
from services.api.commanding.receipts import done, pending, receipt_from, receipt_of
from services.api.dependencies import Dependencies, Deps
from services.api.http.attempts import Attempt, attempt_of
from services.api.http.idempotency import Identity, TheIdentity
from services.api.http.preconditions import ExpectedVersion
from services.api.problems.refusals import VersionMismatch
from services.api.resources.incidents.references import TheIncident
from services.commanding.deferred import deferred, goes_first, refusal_in
from services.temporal.gateway import Accepted, Finished, NotRunning, Outcome
from workflows.ids import incident_workflow_id
from workflows.messages import CommandAnswer, IncidentCommandEnvelope

# A declared incident's workflow is started by the relay, a moment after the declaration.
START_PAUSES: Final = (0.05, 0.1, 0.2, 0.4)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Everything about a command but what it says."""

    dependencies: Dependencies
    incident_id: IncidentId
    actor: Actor
    at: datetime
    identity: Identity
    metadata: Metadata
    expected_version: int | None
    attempt: Attempt

    @property
    def stream(self) -> str:
        """Return the stream the command is about."""
        return incident_stream(self.incident_id)

    @property
    def workflow_id(self) -> str:
        """Return the workflow that carries it out."""
        return incident_workflow_id(self.incident_id)

    async def give(self, command: IncidentCommand) -> Response:
        """Have the command carried out, or kept, and answer which of the two.

        Raises: every refusal of the incident, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        self.attempt.becomes(command, self.stream)
        try:
            return await self._first_answer() or await self._given(command)
        except StreamConflict as stale:
            if self.expected_version is None:
                raise LogOverloaded("Too many writers at once; nothing was stored.") from stale
            raise VersionMismatch(stale.detail, **stale.facts) from stale

    async def was_given(self) -> bool:
        """Say whether it was answered before: then whatever is checked now is beside the point.

        Raises: the refusal it was answered with.
        """
        return await self._first_answer() is not None

    async def _first_answer(self) -> Response | None:
        """Return what this command was answered before, if it was."""
        if not self.identity.may_repeat:
            return None
        command_id = self.identity.command_id
        if record := await self.dependencies.log.find_command(command_id):
            self.identity.require_same(record)
            return done(receipt_of(command_id, record), replayed=True)
        entry = await self.dependencies.inbox.find(command_id)
        if entry is None:
            return None
        self.identity.require_same(entry)
        if entry.state is InboxState.REFUSED and entry.outcome is not None:
            raise refusal_in(entry.outcome)
        return pending(command_id, "deferred")

    async def _given(self, command: IncidentCommand) -> Response:
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

    async def _finished(self, answer: CommandAnswer) -> Response:
        if self.identity.may_repeat:  # Temporal joins equal ids; only the log compares requests
            record = await self.dependencies.log.find_command(self.identity.command_id)
            if record is not None:
                self.identity.require_same(record)
        return done(receipt_from(answer), replayed=answer.duplicate)

    async def _without_workflow(
        self, command: IncidentCommand, envelope: IncidentCommandEnvelope
    ) -> Response:
        """Answer for a workflow that is over, or keep the command for one that cannot be reached.

        Raises: IncidentNotFound, IncidentEnded.
        """
        incident, version = await load(self.dependencies.log, incident_decider, self.stream)
        if not version:
            raise IncidentNotFound(f"There is no incident {self.incident_id}.")
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
        return done(
            receipt_of(self.identity.command_id, handled.result), replayed=handled.duplicate
        )

    async def _kept(
        self, envelope: IncidentCommandEnvelope, delivery: Literal["accepted", "deferred"]
    ) -> Response:
        """Put the command into the inbox, so that it, or its refusal, is never lost."""
        inbox = self.dependencies.inbox
        first = goes_first(envelope.command, await inbox.waiting(self.workflow_id))
        await inbox.put(deferred(self.workflow_id, envelope), first=first)
        return pending(self.identity.command_id, delivery)

    def _envelope(self, command: IncidentCommand) -> IncidentCommandEnvelope:
        return IncidentCommandEnvelope(
            command_id=self.identity.command_id,
            request_digest=self.identity.request_digest.hex(),
            metadata=self.metadata,
            command=command,
            expected_version=self.expected_version,
        )


async def order_of(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    incident_id: TheIncident,
    expected_version: ExpectedVersion,
) -> Order:
    """Return the order that a request gives."""
    return Order(
        dependencies=dependencies,
        incident_id=incident_id,
        actor=caller.actor,
        at=dependencies.clock(),
        identity=identity,
        metadata=caller.metadata(request),
        expected_version=expected_version,
        attempt=attempt_of(request),
    )


TheOrder = Annotated[Order, Depends(order_of)]
