"""Feed the projections from the log: in order, once, from wherever the last run stopped."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from events.log.keyring import Keyring
from events.log.personal_data import PersonalData
from projections.checkpoints import Checkpoint, ProjectionFenced, move, say, take_over
from projections.pages import LogPage, read_page, refuse_newer
from projections.registry import ALL_PROJECTIONS, Projection
from projections.rows import Batch, Connection

BUSY_PAUSE = 0.01  # seconds, for a while after an event
IDLE_PAUSE = 0.05  # seconds; half of it is the idle system's share of a read of one's own write
BUSY_FOR = 2.0  # seconds
RETRY_HALTED = 15.0  # seconds

log = structlog.get_logger(__name__)


class Runner:
    """One connection, one reading of the log, one checkpoint and one transaction a projection.

    Projections at the same place share the page; one that is rebuilt holds the others up by no more
    than a page. One that fails on an event is halted there and tried again; the others go on.
    """

    def __init__(
        self,
        connection: Connection,
        owner: str,
        projections: Sequence[Projection] = ALL_PROJECTIONS,
        keyring: Keyring | None = None,
    ) -> None:
        self._connection = connection
        # Not remembered: a page read after a key was destroyed must not show what it sealed.
        self._personal = PersonalData(keyring, connection.fetch, remembered=0.0)
        self._owner = owner
        self._projections = {projection.NAME: projection for projection in projections}
        self._checkpoints: dict[str, Checkpoint] = {}
        self._halted: dict[str, float] = {}  # when to try again

    async def start(self) -> None:
        """Take every projection over where it stands.

        Raises: LogForked.
        """
        for name, projection in self._projections.items():
            self._checkpoints[name] = await take_over(self._connection, projection, self._owner)

    async def follow(self, moved: Callable[[], None]) -> None:
        """Keep the projections up to date for ever; say `moved` when there was something new.

        Raises: ProjectionFenced, and what the connection raises when it is lost.
        """
        busy_until = 0.0
        while True:
            if await self.step():
                busy_until = time.monotonic() + BUSY_FOR
                moved()
            else:
                busy = time.monotonic() < busy_until
                await asyncio.sleep(BUSY_PAUSE if busy else IDLE_PAUSE)

    async def step(self) -> bool:
        """Read one page for each place where projections stand; say whether there was any.

        Raises: ProjectionFenced.
        """
        found = False
        for position, names in sorted(self._places().items()):
            page = await read_page(self._connection, position, self._personal)
            if page is None:
                continue
            found = True
            for name in names:
                await self._advance(name, page)
        return found

    def _places(self) -> dict[int, list[str]]:
        now = time.monotonic()
        places: dict[int, list[str]] = {}
        for name, checkpoint in self._checkpoints.items():
            if self._halted.get(name, now) <= now:
                places.setdefault(checkpoint.position, []).append(name)
        return places

    async def _advance(self, name: str, page: LogPage) -> None:
        if await self._applied(name, page.batch) is None:
            return
        for recorded in page.batch:  # one of them cannot be applied: go right up to it
            failure = await self._applied(name, [recorded])
            if failure is not None:
                await self._halt(name, recorded.position, failure)
                return

    async def _applied(self, name: str, batch: Batch) -> Exception | None:
        """Return why the projection could not take the batch, None when it did.

        Raises: ProjectionFenced, and what the connection raises when it is lost.
        """
        try:
            await self._apply(name, batch)
        except ProjectionFenced:
            raise
        except Exception as failure:
            if self._connection.is_closed():
                raise
            return failure
        return None

    async def _apply(self, name: str, batch: Batch) -> None:
        refuse_newer(batch)
        projection, at = self._projections[name], self._checkpoints[name]
        async with self._connection.transaction():
            moved = await move(self._connection, projection, at, batch[-1].position, batch[-1].hash)
            await projection.project(batch, self._connection)
        self._checkpoints[name] = moved
        if self._halted.pop(name, None) is not None:
            log.info("projection_goes_on", name=name, position=moved.position)

    async def _halt(self, name: str, position: int, failure: Exception) -> None:
        log.error("projection_halted", name=name, position=position, exc_info=failure)
        self._halted[name] = time.monotonic() + RETRY_HALTED
        projection, checkpoint = self._projections[name], self._checkpoints[name]
        await say(self._connection, projection, checkpoint, "halted")
