"""Configuration changes: one command to a configured thing, carried out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

import projections.on_call.differences  # noqa: F401  schedules have words of their own
from events.decider import Decider
from events.errors import StreamConflict
from events.handle import Handled, conflict, handle, known
from events.loading import load
from events.log.codec import codec_for
from events.log.recorded import OutboxEntry
from events.references import references
from projections.configuration.differences import differences
from services.commanding.named import require_named
from services.commanding.request import CommandRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do, and the version it would do it to; nothing was stored."""

    version: int
    changes: Sequence[str]


class Bound(Protocol):
    """What a caller may change, where that is not whatever there is."""

    async def bound[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Decider[Command, State, Event]:
        """Return the rules with one more: that the caller may do this to this.

        Raises: LogUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChange(CommandRequest):
    """Configuration change: everything about it but its content."""

    only: Bound | None = None  # what the caller may change, None: whatever there is
    outbox: tuple[OutboxEntry, ...] = ()  # what the relay is to do afterwards

    async def make[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Handled[Event]:
        """Have the command carried out, once, if everything exists that it names by its id.

        Raises: every refusal of the decider, RequestInvalid, KeyReused, VersionMismatch,
        LogUnavailable, LogOverloaded.
        """
        self.attempt.becomes(command, stream)
        await require_named(self.dependencies.log, references(command, stream))
        try:
            return await handle(
                self.dependencies.log,
                await self._bound(decider, stream, command),
                stream,
                command,
                command_id=self.identity.command_id,
                request_digest=self.identity.request_digest,
                metadata=self.metadata,
                expected_version=self.expected_version,
                outbox=self.outbox,
            )
        except StreamConflict as stale:
            raise self.lost_race(stale) from stale

    async def make_and_compare[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> tuple[Handled[Event], Sequence[str]]:
        """Have the command carried out as `make` does, and return what it changed, in words, too.

        Raises: what `make` raises.
        """
        handled = await self.make(decider, stream, command)
        if not handled.events:
            return handled, ()
        # From the log as it is now, so that a repeat is answered what the first one was.
        stored = await self.dependencies.log.opened(await self.dependencies.log.read_stream(stream))
        history = known(codec_for(decider.event_types), stored)
        first, last = handled.events[0].version, handled.events[-1].version
        before = decider.fold(one.event for one in history if one.version < first)
        after = decider.fold(one.event for one in history if one.version <= last)
        return handled, differences(after, before, command)

    async def preview[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Preview:
        """Return what the command would change, in words, or refuse it as `make` would.

        Raises: every refusal of the decider, RequestInvalid, VersionMismatch, LogUnavailable.
        """
        self.attempt.becomes(command, stream)
        await require_named(self.dependencies.log, references(command, stream))
        decider = await self._bound(decider, stream, command)
        before, version = await load(self.dependencies.log, decider, stream)
        if self.expected_version not in (None, version):
            raise self.lost_race(conflict(stream, version))
        after = reduce(decider.evolve, decider.decide(command, before), before)
        changes = () if after == before else differences(after, before, command)
        return Preview(version=version, changes=changes)

    async def _bound[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Decider[Command, State, Event]:
        """Return the rules with what the caller may not do refused, too."""
        return decider if self.only is None else await self.only.bound(decider, stream, command)
