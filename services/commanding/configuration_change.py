"""Configuration changes: one command to a configured thing, carried out once."""

from dataclasses import dataclass

from events.decider import Decider
from events.errors import StreamConflict
from events.handle import Handled, handle
from events.references import references
from services.commanding.named import require_named
from services.commanding.request import CommandRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChange(CommandRequest):
    """Configuration change: everything about it but its content."""

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
                decider,
                stream,
                command,
                command_id=self.identity.command_id,
                request_digest=self.identity.request_digest,
                metadata=self.metadata,
                expected_version=self.expected_version,
            )
        except StreamConflict as stale:
            raise self.lost_race(stale) from stale
