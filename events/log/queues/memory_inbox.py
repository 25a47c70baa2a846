"""Inbox in memory, for tests of the rules around it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.errors import KeyReused
from events.log.queues.inbox import LEASE, DeferredCommand, InboxEntry, InboxState, is_same_request


class MemoryInbox:
    """Keeps the commands in the order in which they came."""

    def __init__(self) -> None:
        self._entries: dict[UUID, InboxEntry] = {}

    async def put(self, command: DeferredCommand, *, first: bool = False) -> InboxEntry:
        """Keep the command; the same one again returns what was kept first."""
        kept = self._entries.get(command.command_id)
        if kept is not None and not is_same_request(kept, command):
            raise KeyReused("This idempotency key belongs to another request: use a new one.")
        if kept is None:
            kept = InboxEntry(
                command_id=command.command_id,
                workflow_id=command.workflow_id,
                update_name=command.update_name,
                body=command.body,
                request_digest=command.request_digest,
                principal=command.principal,
                accepted_at=datetime.now(UTC),
                state=InboxState.WAITING,
                outcome=None,
                attempts=0,
            )
            added = {command.command_id: kept}
            self._entries = added | self._entries if first else self._entries | added
        return kept

    async def claim(
        self,
        workflows: int = 50,
        of_each: int = 1,
        lease: timedelta = LEASE,  # noqa: ARG002  nobody else is there
    ) -> list[InboxEntry]:
        """Take the next commands of each workflow, in their order."""
        following: dict[str, list[InboxEntry]] = {}
        for entry in self._entries.values():
            if entry.state is InboxState.WAITING:
                following.setdefault(entry.workflow_id, []).append(entry)
        return [entry for each in list(following.values())[:workflows] for entry in each[:of_each]]

    async def finish(self, command_id: UUID, state: InboxState, outcome: bytes) -> None:
        """Keep the outcome; the first one stays."""
        entry = self._entries[command_id]
        if entry.state is InboxState.WAITING:
            self._entries[command_id] = replace(entry, state=state, outcome=outcome)

    async def failed(self, entry: InboxEntry, error: str) -> None:  # noqa: ARG002
        """Give the command back."""
        self._entries[entry.command_id] = replace(entry, attempts=entry.attempts + 1)

    async def untried(self, entries: Iterable[InboxEntry]) -> None:
        """Leave commands that were not sent where they are."""

    async def find(self, command_id: UUID) -> InboxEntry | None:
        """Return what was kept under this command id, if anything."""
        return self._entries.get(command_id)

    async def waiting(self, workflow_id: str) -> list[InboxEntry]:
        """Return the commands that have not reached this workflow yet, in order."""
        return [
            entry
            for entry in self._entries.values()
            if entry.workflow_id == workflow_id and entry.state is InboxState.WAITING
        ]

    async def waiting_for_each(self, workflow_ids: Sequence[str]) -> dict[str, list[InboxEntry]]:
        """Return the commands that have not reached each of these workflows yet, in order."""
        return {one: await self.waiting(one) for one in workflow_ids}

    async def waited_for(self) -> frozenset[str]:
        """Return the workflows that commands wait for."""
        waiting = (entry for entry in self._entries.values() if entry.state is InboxState.WAITING)
        return frozenset(entry.workflow_id for entry in waiting)
