"""Refused commands in memory, for tests without a database."""

from dataclasses import dataclass, field

from events.errors import LogUnavailable
from events.log.refusals import RecordedRefusal, RefusedCommand


@dataclass
class KeptRefusals:
    """Keeps each refusal of a command once, or is as unreachable as a test wants it."""

    refused: list[RefusedCommand] = field(default_factory=list)
    is_down: bool = False

    async def record(self, refused: RefusedCommand) -> None:
        if self.is_down:
            raise LogUnavailable("down")
        known = {(one.command_id, one.refusal) for one in self.refused}
        if (refused.command_id, refused.refusal) not in known:
            self.refused.append(refused)

    async def after(
        self,
        number: int,
        limit: int,
        *,
        up_to_position: int | None = None,
        principal: str | None = None,
        target: str | None = None,
    ) -> list[RecordedRefusal]:
        return []
