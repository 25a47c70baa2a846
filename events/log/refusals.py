"""Refused commands: who tried what, and the refusal they got; stored beside the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from events.log.database import Database
from events.log.recorded import Metadata

REFUSE = "select es.refuse($1, $2, $3, $4, $5, $6, $7, $8)"
AFTER = """
select number, position, recorded_at, command_id, command, target, refusal, principal, via,
    on_behalf_of, correlation_id
from es.refusal
where number > $1 and ($2::bigint is null or position <= $2)
    and ($3::text is null or $3 in (principal, on_behalf_of))
    and ($4::text is null or target = $4)
order by number limit $5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCommand:
    """One command and its refusal. No text of either: what people wrote is not kept twice."""

    command_id: UUID
    command: str  # its name, or the operation where it never became a command
    target: str  # the stream it was for, or the path where no stream is known
    refusal: str  # the refusal's class
    metadata: Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRefusal(RefusedCommand):
    """A refused command in its place: behind the event at `position`, before the next one."""

    number: int
    position: int
    recorded_at: datetime


class Refusals(Protocol):
    """Where refused commands are kept, each refusal of a command once."""

    async def record(self, refused: RefusedCommand) -> None:
        """Keep it, durably; the same refusal of the same command is kept already.

        Raises: LogUnavailable, NotStorable.
        """
        ...

    async def after(
        self,
        number: int,
        limit: int,
        *,
        up_to_position: int | None = None,
        principal: str | None = None,
        target: str | None = None,
    ) -> list[RecordedRefusal]:
        """Return at most `limit` refusals above `number`, oldest first.

        Raises: LogUnavailable.
        """
        ...


class PostgresRefusals:
    """The refused commands beside the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, refused: RefusedCommand) -> None:
        """Keep it, durably."""
        metadata = refused.metadata
        await self._database.fetchval(
            REFUSE,
            refused.command_id,
            refused.command,
            refused.target,
            refused.refusal,
            metadata.principal,
            metadata.via,
            metadata.on_behalf_of,
            metadata.correlation_id,
        )

    async def after(
        self,
        number: int,
        limit: int,
        *,
        up_to_position: int | None = None,
        principal: str | None = None,
        target: str | None = None,
    ) -> list[RecordedRefusal]:
        """Return at most `limit` refusals above `number`, oldest first."""
        rows = await self._database.fetch(AFTER, number, up_to_position, principal, target, limit)
        return [
            RecordedRefusal(
                command_id=row["command_id"],
                command=row["command"],
                target=row["target"],
                refusal=row["refusal"],
                metadata=Metadata(
                    principal=row["principal"],
                    via=row["via"],
                    on_behalf_of=row["on_behalf_of"],
                    correlation_id=row["correlation_id"],
                ),
                number=row["number"],
                position=row["position"],
                recorded_at=row["recorded_at"],
            )
            for row in rows
        ]
