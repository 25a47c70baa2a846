"""Configuration changes: one command to a configured thing, carried out once."""

from dataclasses import dataclass

from events.decider import Decider
from events.errors import StreamConflict
from events.handle import Handled, handle
from events.ids import ResponderId
from events.references import references
from services.access.people import is_known
from services.commanding.request import CommandRequest
from services.request_refusals import Invalid, RequestInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChange(CommandRequest):
    """A change of configuration: everything about it but what it says."""

    async def make[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Handled[Event]:
        """Have the command carried out, once, if everything exists that it names by its id.

        Raises: every refusal of the decider, RequestInvalid, KeyReused, VersionMismatch,
        LogUnavailable, LogOverloaded.
        """
        self.attempt.becomes(command, stream)
        named = references(command, stream)
        await self.require({f"body.{place}": other for place, other in named})
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

    async def require(self, named: dict[str, str]) -> None:
        """Let the change pass if each field names a stream that exists.

        Raises: RequestInvalid with every field that does not.
        """
        log = self.dependencies.log
        missing = [
            Invalid(field=field, reason=no_such(stream))
            for field, stream in named.items()
            if not await log.read_stream(stream)
        ]
        if missing:
            raise RequestInvalid(*missing)

    async def require_person(self, field: str, responder_id: ResponderId) -> None:
        """Let the change pass if the person is there, and was not forgotten.

        Raises: RequestInvalid.
        """
        if not await is_known(self.dependencies.log, responder_id):
            raise RequestInvalid(Invalid(field=field, reason=f"No such responder: {responder_id}."))


def no_such(stream: str) -> str:
    """Return that nothing has this stream, by its noun and its id."""
    noun, _, named = stream.partition("-")
    return f"No such {noun.replace('_', ' ')}: {named}."
