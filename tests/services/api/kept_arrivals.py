"""Arrivals in memory, for tests without a database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.errors import LogUnavailable
from events.log.intake.arrivals import Ending, KeptArrival, Message, Waiting, WithText


@dataclass
class KeptArrivals:
    """Keeps every message, or is as unreachable as a test wants it."""

    messages: dict[UUID, Message] = field(default_factory=dict)
    endings: dict[UUID, Ending] = field(default_factory=dict)
    attempts: dict[UUID, int] = field(default_factory=dict)
    is_down: bool = False

    async def keep(self, message: Message) -> None:
        if self.is_down:
            raise LogUnavailable("down")
        self.messages[message.arrival_id] = message

    def ended(self, arrival_id: UUID, ending: Ending) -> None:
        self.endings.setdefault(arrival_id, ending)

    async def flush(self) -> None:
        """Nothing is late here."""

    async def newest(
        self,
        integration_id: str,
        limit: int,
        *,
        before: UUID | None = None,
        outcome: str | None = None,
    ) -> list[KeptArrival]:
        found = [one for one in self._all() if one.integration_id == integration_id]
        found = [one for one in found if before is None or one.arrival_id < before]
        found = [one for one in found if outcome in (None, one.outcome or "waiting")]
        return found[::-1][:limit]

    async def find(self, arrival_id: UUID) -> WithText | None:
        if arrival_id not in self.messages:
            return None
        return self._row(arrival_id), self.messages[arrival_id].content

    async def replayed(self, arrival_id: UUID, key: str) -> KeptArrival | None:
        for one in self.messages.values():
            if (one.replay_of, one.replay_key) == (arrival_id, key):
                return self._row(one.arrival_id)
        return None

    async def claim(self, limit: int, after: timedelta) -> list[WithText]:
        found: list[WithText] = []
        due = [one for one in self._all() if one.outcome is None][:limit]
        due = [one for one in due if one.arrived_at <= datetime.now(UTC) - after]
        for one in due:
            self.attempts[one.arrival_id] = one.attempts + 1
            found.append((self._row(one.arrival_id), self.messages[one.arrival_id].content))
        return found

    async def later(self, arrival: KeptArrival, limit: int) -> list[WithText]:
        place = (arrival.integration_id, arrival.source)
        found: list[WithText] = [
            (one, self.messages[one.arrival_id].content)
            for one in self._all()
            if (one.integration_id, one.source) == place
            and one.arrival_id > arrival.arrival_id
            and one.outcome in {"opened", "joined", "unchanged", "stored"}
        ]
        return found[:limit]

    async def taken(self, after: UUID, until: UUID, limit: int) -> list[WithText]:
        found: list[WithText] = [
            (one, self.messages[one.arrival_id].content)
            for one in self._all()
            if after < one.arrival_id < until
            and one.replay_of is None
            and one.outcome in {"opened", "joined", "unchanged", "stored"}
        ]
        return found[:limit]

    async def oldest(self) -> datetime | None:
        return next((one.arrived_at for one in self._all()), None)

    async def waiting(self, after: timedelta) -> Waiting:
        del after
        number = sum(one.outcome is None for one in self._all())
        return Waiting(number=number, seconds=0.0)

    async def failed(self, within: timedelta | None = None) -> int:
        del within
        return sum(one.outcome == "failed" for one in self._all())

    def _all(self) -> list[KeptArrival]:
        return [self._row(one) for one in sorted(self.messages)]

    def _row(self, arrival_id: UUID) -> KeptArrival:
        one, ending = self.messages[arrival_id], self.endings.get(arrival_id)
        return KeptArrival(
            arrival_id=arrival_id,
            arrived_at=one.at,
            integration_id=one.integration_id,
            source=one.source,
            size=one.size,
            kept=one.kept,
            sha256=one.sha256,
            correlation_id=one.correlation_id,
            replay_of=one.replay_of,
            outcome=ending.outcome.value if ending else None,
            reason=ending.reason if ending else None,
            detail=ending.detail if ending else None,
            finished_at=one.at if ending else None,
            attempts=self.attempts.get(arrival_id, 0),
        )
