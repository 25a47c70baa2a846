"""Command requests: who asks for a command, when, and under which identity."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.errors import CommandRejected, LogOverloaded, StreamConflict
from events.handle import Handled
from events.log.recorded import Metadata
from services.commanding.attempt import Attempt
from services.commanding.dependencies import CommandDependencies
from services.commanding.identity import Identity
from services.commanding.outcomes import Done, done_by_log
from services.request_refusals import VersionMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """Command request: everything about a command but its content."""

    dependencies: CommandDependencies
    actor: Actor
    at: datetime
    identity: Identity
    metadata: Metadata
    expected_version: int | None
    attempt: Attempt

    def done[Event](self, handled: Handled[Event]) -> Done:
        """Return the outcome of the command, which the log has answered."""
        return done_by_log(self.identity.command_id, handled.result, replayed=handled.duplicate)

    def lost_race(self, stale: StreamConflict) -> CommandRejected | LogOverloaded:
        """Return what it means for this request that somebody else has written meanwhile."""
        if self.expected_version is None:
            return LogOverloaded("Too many writers at once; nothing was stored.")
        return VersionMismatch(stale.detail, **stale.facts)
