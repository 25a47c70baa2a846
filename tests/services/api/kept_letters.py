"""Dead letters in memory, for tests without a database."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from events.errors import LogUnavailable
from events.log.intake.dead_letters import DeadLetter, Unreadable


@dataclass
class KeptLetters:
    """Keeps every message, or is as unreachable as a test wants it."""

    kept: list[Unreadable] = field(default_factory=list)
    is_down: bool = False

    async def keep(self, message: Unreadable) -> None:
        if self.is_down:
            raise LogUnavailable("down")
        self.kept.append(message)

    async def newest(
        self, limit: int, *, integration_id: str | None = None, before: int | None = None
    ) -> list[DeadLetter]:
        return [self._letter(number) for number in range(len(self.kept), 0, -1)][:limit]

    async def find(self, number: int) -> tuple[DeadLetter, bytes | None] | None:
        if not 0 < number <= len(self.kept):
            return None
        return (self._letter(number), self.kept[number - 1].beginning)

    async def recent(self, seconds: float) -> int:
        return len(self.kept)

    async def by_source(self) -> dict[str, int]:
        return dict(Counter(one.source for one in self.kept))

    def _letter(self, number: int) -> DeadLetter:
        one = self.kept[number - 1]
        now = datetime.now(UTC)
        return DeadLetter(
            number=number,
            integration_id=one.integration_id,
            source=one.source,
            reason=one.reason,
            size=one.size,
            sha256=one.sha256,
            first_at=now,
            last_at=now,
            times=1,
        )
