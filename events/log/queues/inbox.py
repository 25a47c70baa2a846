"""Inbox: commands accepted while Temporal is away, sent later in order, outcomes readable."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from events.errors import KeyReused
from events.log.database import Database

LEASE = timedelta(seconds=30)  # longer than one update may take

PUT = """
select command_id, workflow_id, update_name, body, request_digest, principal, accepted_at, state,
    outcome, attempts
from es.inbox_put($1, $2, $3, $4, $5, $6, $7)
"""
CLAIM = """
select command_id, workflow_id, update_name, body, request_digest, principal, accepted_at, state,
    outcome, attempts
from es.inbox_claim($1, $2, $3)
"""
FIND = """
select command_id, workflow_id, update_name, body, request_digest, principal, accepted_at, state,
    outcome, attempts
from es.inbox where command_id = $1
"""
WAITING = """
select command_id, workflow_id, update_name, body, request_digest, principal, accepted_at, state,
    outcome, attempts
from es.inbox where state = 'waiting' and workflow_id = any ($1)
order by workflow_id, first desc, number
"""
WAITED_FOR = "select distinct workflow_id from es.inbox where state = 'waiting'"
FINISH = "select es.inbox_finish($1, $2, $3)"
UNTRIED = "select es.inbox_untried($1::uuid[])"
FAILED = "select es.inbox_failed($1, $2, $3)"


class InboxState(StrEnum):
    """How far a deferred command has come."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredCommand:
    """A command as it is put in: an Update of a workflow, by its command id."""

    command_id: UUID
    workflow_id: str
    update_name: str
    body: bytes = field(repr=False)
    request_digest: bytes = field(repr=False)
    principal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry(DeferredCommand):
    """A deferred command and what became of it."""

    accepted_at: datetime
    state: InboxState
    outcome: bytes | None = field(repr=False)
    attempts: int


class Inbox(Protocol):
    """Where commands wait for Temporal."""

    async def put(self, command: DeferredCommand, *, first: bool = False) -> InboxEntry:
        """Keep the command, durably; the same one again returns what was kept first.

        It is sent behind those that its workflow waits for, or before them (`first`).

        Raises: KeyReused, NotStorable, LogUnavailable.
        """
        ...

    async def claim(
        self, workflows: int = 50, of_each: int = 1, lease: timedelta = LEASE
    ) -> list[InboxEntry]:
        """Take the next commands of workflows whose turn it is and that nobody else sends to.

        Those of one workflow follow each other, in the order in which they are to be sent.

        Raises: LogUnavailable.
        """
        ...

    async def finish(self, command_id: UUID, state: InboxState, outcome: bytes) -> None:
        """Keep the outcome; the first one stays.

        Raises: LogUnavailable.
        """
        ...

    async def failed(self, entry: InboxEntry, error: str) -> None:
        """Give the command back, to be due again after 1, 2, and then every 4 seconds.

        Raises: LogUnavailable.
        """
        ...

    async def untried(self, entries: Iterable[InboxEntry]) -> None:
        """Give commands back that were not sent, because one before them could not be.

        Raises: LogUnavailable.
        """
        ...

    async def find(self, command_id: UUID) -> InboxEntry | None:
        """Return what was kept under this command id, if anything.

        Raises: LogUnavailable.
        """
        ...

    async def waiting(self, workflow_id: str) -> list[InboxEntry]:
        """Return the commands that have not reached this workflow yet, in order.

        Raises: LogUnavailable.
        """
        ...

    async def waiting_for_each(self, workflow_ids: Sequence[str]) -> dict[str, list[InboxEntry]]:
        """Return the commands that have not reached each of these workflows yet, in order.

        Raises: LogUnavailable.
        """
        ...

    async def waited_for(self) -> frozenset[str]:
        """Return the workflows that commands wait for.

        Raises: LogUnavailable.
        """
        ...


class PostgresInbox:
    """The inbox beside the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, command: DeferredCommand, *, first: bool = False) -> InboxEntry:
        """Keep the command, durably."""
        row = await self._database.fetchrow(
            PUT,
            command.command_id,
            command.workflow_id,
            command.update_name,
            command.body,
            command.request_digest,
            command.principal,
            first,
        )
        kept = entry(row) if row is not None else None
        if kept is None or not is_same_request(kept, command):
            raise KeyReused(
                "This idempotency key belongs to another request: use a new one.",
                command_id=str(command.command_id),
            )
        return kept

    async def claim(
        self, workflows: int = 50, of_each: int = 1, lease: timedelta = LEASE
    ) -> list[InboxEntry]:
        """Take the next commands of workflows whose turn it is."""
        return [entry(row) for row in await self._database.fetch(CLAIM, workflows, of_each, lease)]

    async def finish(self, command_id: UUID, state: InboxState, outcome: bytes) -> None:
        """Keep the outcome; the first one stays."""
        await self._database.fetchval(FINISH, command_id, state.value, outcome)

    async def failed(self, entry: InboxEntry, error: str) -> None:
        """Give the command back, to be due again later."""
        await self._database.fetchval(
            FAILED, entry.command_id, entry.attempts, error.replace("\x00", "")
        )

    async def untried(self, entries: Iterable[InboxEntry]) -> None:
        """Give commands back that were not sent."""
        await self._database.fetchval(UNTRIED, [entry.command_id for entry in entries])

    async def find(self, command_id: UUID) -> InboxEntry | None:
        """Return what was kept under this command id, if anything."""
        row = await self._database.fetchrow(FIND, command_id)
        return None if row is None else entry(row)

    async def waiting(self, workflow_id: str) -> list[InboxEntry]:
        """Return the commands that have not reached this workflow yet, in order."""
        return (await self.waiting_for_each([workflow_id]))[workflow_id]

    async def waiting_for_each(self, workflow_ids: Sequence[str]) -> dict[str, list[InboxEntry]]:
        """Return the commands that have not reached each of these workflows yet, in order."""
        found: dict[str, list[InboxEntry]] = {one: [] for one in workflow_ids}
        for row in await self._database.fetch(WAITING, list(found)):
            found[row["workflow_id"]].append(entry(row))
        return found

    async def waited_for(self) -> frozenset[str]:
        """Return the workflows that commands wait for."""
        return frozenset(row["workflow_id"] for row in await self._database.fetch(WAITED_FOR))


def is_same_request(kept: DeferredCommand, command: DeferredCommand) -> bool:
    """Say whether a command asks for what was kept under its id."""
    return (kept.request_digest, kept.workflow_id, kept.update_name) == (
        command.request_digest,
        command.workflow_id,
        command.update_name,
    )


def entry(row: asyncpg.Record) -> InboxEntry:
    """Return a row as the entry it is."""
    fields: dict[str, Any] = dict(row)
    fields["state"] = InboxState(fields["state"])
    return InboxEntry(**fields)
