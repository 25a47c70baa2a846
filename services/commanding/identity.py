"""Command identity: the same request again is the same command, so it happens once."""

from dataclasses import dataclass
from uuid import UUID

from events.errors import KeyReused
from events.log.queues.inbox import DeferredCommand
from events.log.recorded import CommandRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Command identity: its id, and the digest of the request."""

    command_id: UUID
    request_digest: bytes  # of everything the caller asked for: method, path, query and body
    may_repeat: bool  # the caller sent a key, so this may not be the first time

    def require_same(self, record: CommandRecord | DeferredCommand) -> None:
        """Let the record of this very request pass, be it done or deferred.

        Raises: KeyReused.
        """
        if record.request_digest != self.request_digest:
            raise KeyReused("This idempotency key belongs to another request: use a new one.")
