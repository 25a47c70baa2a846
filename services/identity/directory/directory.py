"""Directory: who speaks for the organisation's own list of people, and what it may touch."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from events.actor import Actor
from events.decider import Decider
from events.handle import Handled, handle
from events.ids import ResponderId
from events.log.database import Database
from events.log.recorded import Metadata
from events.log.store import Log
from services.identity.admins import Admins


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """One request of a directory: it may be sent again, and does nothing twice."""

    log: Log
    database: Database
    admins: Admins
    principal: str  # "identity_provider:…", "api_key:…"
    via: str
    request_id: UUID
    now: datetime
    speaks_as: str | None = None  # who it is whatever key it uses; None: its principal

    @property
    def actor(self) -> Actor:
        """Return who gives the commands."""
        return Actor(principal=self.speaks_as or self.principal, is_admin=True)

    @property
    def metadata(self) -> Metadata:
        """Return what the log says of the cause."""
        return Metadata(principal=self.principal, via=self.via)

    def for_person(self, person: ResponderId) -> "Directory":
        """Return the part of the request that is about one person of several."""
        return replace(self, request_id=self.step(person))

    def step(self, name: str) -> UUID:
        """Return the id of the command that is this step of the request."""
        return uuid5(self.request_id, name)

    async def carried_out[Command, State, Event](
        self,
        decider: Decider[Command, State, Event],
        stream: str,
        command: Command,
        step: str,
        expected_version: int | None = None,
    ) -> Handled[Event]:
        """Have one step of the request carried out.

        Raises: every refusal of the decider, StreamConflict, LogUnavailable.
        """
        command_id = self.step(step)
        return await handle(
            self.log,
            decider,
            stream,
            command,
            command_id=command_id,
            request_digest=sha256(command_id.bytes).digest(),
            metadata=self.metadata,
            expected_version=expected_version,
        )
