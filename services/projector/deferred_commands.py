"""Deferred command relay: sends what waits in the inbox, in order, each as an Update."""

import asyncio
import json
import time
from collections import deque
from itertools import groupby
from typing import Final
from uuid import UUID

import structlog
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.exceptions import ApplicationError

from activities.refusals import as_refusal
from events.errors import (
    CommandRejected,
    IncidentEnded,
    IncidentNotFound,
    LogFault,
)
from events.ids import IncidentId, incident_stream
from events.incident.decide import incident_decider
from events.incident.require import live
from events.loading import load
from events.log.queues.inbox import Inbox, InboxEntry, InboxState
from events.log.refusals import Refusals
from events.log.store import Log
from services.commanding.deferred import done_outcome, refused_command, refused_outcome
from services.temporal.client import (
    RPC_TIMEOUT,
    RequestUnfit,
    TemporalTrouble,
    WorkflowGone,
    bounded,
)
from workflows.ids import incident_workflow_id
from workflows.messages import CommandAnswer

AT_ONCE: Final = 20  # workflows
OF_EACH: Final = 50  # commands, one after the other
BATCH_SECONDS: Final = 5.0  # then the others get their turn; less than the lease of a claim
MOST_FAILURES: Final = 8  # of a command that the workflow itself cannot carry out

logs = structlog.get_logger(__name__)


class CommandFailed(Exception):
    """The workflow took the command and failed on it, without a refusal."""


class DeferredCommands:
    """Sends the inbox at least once: the Update id makes a repeat the same command."""

    def __init__(self, log: Log, inbox: Inbox, refusals: Refusals, client: Client) -> None:
        self._log = log
        self._inbox = inbox
        self._refusals = refusals
        self._client = client

    async def relay(self) -> int:
        """Send what waits, and return how many commands that were.

        Raises: LogUnavailable.
        """
        entries = await self._inbox.claim(AT_ONCE, OF_EACH)
        async with asyncio.TaskGroup() as tasks:
            for _, batch in groupby(entries, lambda entry: entry.workflow_id):
                tasks.create_task(self._try(list(batch)))
        return len(entries)

    async def _try(self, batch: list[InboxEntry]) -> None:
        """Send one workflow's commands; what goes wrong with it is no other workflow's trouble."""
        until = time.monotonic() + BATCH_SECONDS
        left = deque(batch)
        entry = batch[0]
        try:
            while left and time.monotonic() < until:
                entry = left.popleft()
                if not await self._settle(entry):
                    break  # those behind it must not overtake it
            if left:
                await self._inbox.untried(left)
        except LogFault as fault:  # what is not given back is free again when its lease is over
            logs.warning("relay_waits_for_log", **_words(entry), reason=str(fault))
        except Exception:
            logs.exception("deferred_command_failed", **_words(entry))

    async def _settle(self, entry: InboxEntry) -> bool:
        """Send one command and keep its outcome; say whether it has one."""
        try:
            answer = await self._answer(entry)
        except CommandRejected as refusal:
            logs.info("deferred_command_refused", **_words(entry), refusal=type(refusal).__name__)
            # First, because a command that has its outcome is never looked at again.
            await self._refusals.record(refused_command(entry, refusal))
            outcome = refused_outcome(refusal)
            await self._inbox.finish(entry.command_id, InboxState.REFUSED, outcome)
        except (TemporalTrouble, CommandFailed) as trouble:
            logs.warning("deferred_command_waits", **_words(entry), reason=str(trouble))
            await self._inbox.failed(entry, str(trouble))
            return False
        else:
            logs.info("deferred_command_done", **_words(entry))
            await self._inbox.finish(entry.command_id, InboxState.DONE, done_outcome(answer))
        return True

    async def _answer(self, entry: InboxEntry) -> CommandAnswer:
        """Return the workflow's answer, or the log's when the workflow has gone since.

        Raises: the refusal, TemporalUnreachable, WorkflowGone, CommandFailed.
        """
        try:
            return await self._update(entry)
        except (WorkflowGone, CommandFailed, RequestUnfit) as trouble:
            if (answer := await self._known_answer(entry.command_id)) is not None:
                return answer
            await self._require_alive(entry.workflow_id)
            if isinstance(trouble, RequestUnfit) or (
                isinstance(trouble, CommandFailed) and entry.attempts >= MOST_FAILURES
            ):
                raise CommandRejected(
                    "The command could not be carried out; give it again.",
                    reason=str(trouble),
                ) from trouble
            raise

    async def _update(self, entry: InboxEntry) -> CommandAnswer:
        handle = self._client.get_workflow_handle(entry.workflow_id)
        async with bounded():
            update = await handle.start_update(
                entry.update_name,
                json.loads(entry.body),
                id=str(entry.command_id),
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                result_type=CommandAnswer,
                rpc_timeout=RPC_TIMEOUT,
            )
        try:
            async with bounded():
                answer: CommandAnswer = await update.result(rpc_timeout=RPC_TIMEOUT)
        except WorkflowUpdateFailedError as failure:
            raise _refusal_in(failure) from failure
        return answer

    async def _known_answer(self, command_id: UUID) -> CommandAnswer | None:
        """Return the answer that the log keeps of a command, if it was carried out."""
        record = await self._log.find_command(command_id)
        if record is None:
            return None
        first = record.first_position
        count = 0 if first is None else record.last_position - first + 1
        events = await self._log.read_stream(record.stream, record.version - count)
        return CommandAnswer(
            command_id=command_id,
            stream=record.stream,
            version=record.version,
            position=record.last_position,
            hash=record.hash.hex() if record.hash else None,
            event_types=tuple(event.type for event in events[:count]),
            duplicate=True,
        )

    async def _require_alive(self, workflow_id: str) -> None:
        """Refuse a command to what is over, or never was; anything else is worth waiting for.

        Raises: IncidentNotFound, IncidentEnded.
        """
        noun, _, text = workflow_id.partition("/")
        incident_id = IncidentId(UUID(text))
        if workflow_id != incident_workflow_id(incident_id):
            raise CommandRejected(f"Nothing called {noun} takes commands.")
        incident, version = await load(self._log, incident_decider, incident_stream(incident_id))
        if not version:
            raise IncidentNotFound("No such incident.")
        if incident.relations.merged_into is not None:
            live(incident)  # says where to go
        if incident.ended:
            raise IncidentEnded(
                f"{incident.reference} was over before the command could be carried out;"
                " declare a new incident.",
                allowed=["declare"],
            )


def _refusal_in(failure: WorkflowUpdateFailedError) -> CommandRejected | CommandFailed:
    cause = failure.cause
    refusal = as_refusal(cause) if isinstance(cause, ApplicationError) else None
    return refusal or CommandFailed(str(cause))


def _words(entry: InboxEntry) -> dict[str, object]:
    return {
        "command_id": str(entry.command_id),
        "workflow_id": entry.workflow_id,
        "attempt": entry.attempts,
    }
