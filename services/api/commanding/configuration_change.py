"""One change of configuration, from the request to its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response

from events.actor import Actor
from events.decider import Decider
from events.errors import LogOverloaded, StreamConflict
from events.handle import Handled, handle
from events.ids import ResponderId
from events.log.recorded import Metadata
from services.access.people import is_known
from services.api.access.callers import TheCaller
from services.api.commanding.receipts import done, receipt_of
from services.api.dependencies import Dependencies, Deps
from services.api.http.attempts import Attempt, attempt_of
from services.api.http.idempotency import Identity, TheIdentity
from services.api.http.preconditions import ExpectedVersion
from services.api.problems.refusals import Invalid, RequestInvalid, VersionMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Everything about a change but what it says."""

    dependencies: Dependencies
    actor: Actor
    at: datetime
    identity: Identity
    metadata: Metadata
    expected_version: int | None
    attempt: Attempt

    async def make[Command, State, Event](
        self, decider: Decider[Command, State, Event], stream: str, command: Command
    ) -> Handled[Event]:
        """Have the command carried out, once.

        Raises: every refusal of the decider, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        self.attempt.becomes(command, stream)
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
            if self.expected_version is None:
                raise LogOverloaded("Too many writers at once; nothing was stored.") from stale
            raise VersionMismatch(stale.detail, **stale.facts) from stale

    async def receipt[Command, State, Event](
        self,
        decider: Decider[Command, State, Event],
        stream: str,
        command: Command,
        warnings: Sequence[str] = (),
    ) -> Response:
        """Have the command carried out, once, and answer with its receipt and these warnings.

        Raises: every refusal of the decider, KeyReused, VersionMismatch, LogUnavailable,
        LogOverloaded.
        """
        handled = await self.make(decider, stream, command)
        receipt = receipt_of(self.identity.command_id, handled.result)
        receipt = receipt.model_copy(update={"warnings": list(warnings)})
        return done(receipt, replayed=handled.duplicate)

    async def require(self, named: dict[str, str]) -> None:
        """Let the change pass if each field names a stream that exists.

        Raises: RequestInvalid with every field that does not.
        """
        log = self.dependencies.log
        missing = [field for field, stream in named.items() if not await log.read_stream(stream)]
        if missing:
            raise RequestInvalid(
                *(Invalid(field=field, reason="There is nothing by this id.") for field in missing)
            )

    async def require_person(self, field: str, responder_id: ResponderId) -> None:
        """Let the change pass if the person is there, and was not forgotten.

        Raises: RequestInvalid.
        """
        if not await is_known(self.dependencies.log, responder_id):
            raise RequestInvalid(Invalid(field=field, reason="There is no such responder."))


async def change_of(
    request: Request,
    dependencies: Deps,
    caller: TheCaller,
    identity: TheIdentity,
    expected_version: ExpectedVersion,
) -> Change:
    """Return the change that a request asks for."""
    return Change(
        dependencies=dependencies,
        actor=caller.actor,
        at=dependencies.clock(),
        identity=identity,
        metadata=caller.metadata(request),
        expected_version=expected_version,
        attempt=attempt_of(request),
    )


TheChange = Annotated[Change, Depends(change_of)]
