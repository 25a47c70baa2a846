"""A harness of its own, whose Temporal can be stopped, set back and emptied, and a reconciler."""

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from events.ids import IncidentId, repair_stream
from events.log.postgres import PostgresLog
from events.repair.events import Finding
from services.projector.reconciler.reconciler import Reconciler
from services.projector.reconciler.repairing import Repaired
from services.stack.data_directory import state_file
from services.stack.ports import is_taken
from services.stack.temporal.server import RunningTemporal, TemporalOptions, start_temporal
from services.temporal.client import client_of
from tests.eventually import eventually
from tests.projections.stories import catch_up
from tests.servers import Database
from tests.temporal_servers import DYNAMIC_CONFIG, NAMESPACE, TemporalServer, named_cli
from tests.workflows.conftest import Harness, Outbox
from workflows.incident_view import SHOWN_WITHIN


def lasting_port() -> int:
    """Return a free port that is given to no client while the server that has it is stopped.

    Linux gives those from 32,768 on, as net.ipv4.ip_local_port_range says.
    """
    return next(one for one in random.sample(range(20_000, 32_768), 100) if not is_taken(one))


@dataclass
class OwnTemporal:
    """A server on a port that stays, with its state in a file that a test may exchange."""

    folder: Path
    port: int = field(default_factory=lasting_port)
    running: RunningTemporal | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        options = TemporalOptions(dynamic_config=DYNAMIC_CONFIG, cli=named_cli(), port=self.port)
        self.running = await start_temporal(self.folder, options)

    async def stop(self) -> None:
        if self.running is not None:
            await self.running.stop()

    def backed_up(self) -> Path:
        """Return a copy of the state; the server is stopped."""
        backup = self.folder / "backup"
        backup.mkdir(exist_ok=True)
        for file in self._state():
            shutil.copy(file, backup)
        return backup

    def restored(self, backup: Path | None) -> None:
        """Put a copy in the place of the state, or nothing at all; the server is stopped."""
        for file in self._state():
            file.unlink()
        for file in backup.iterdir() if backup else ():
            shutil.copy(file, self.folder)

    def _state(self) -> list[Path]:
        state = state_file(self.folder)
        return list(state.parent.glob(f"{state.name}*"))


@dataclass
class Scene:
    """Incidents on real servers, and the reconciler that looks after them, look by look."""

    harness: Harness
    database: Database
    reconciler: Reconciler

    async def look(self) -> Sequence[Repaired]:
        """Let the read models catch up, look once, and return what was repaired."""
        await asyncio.sleep(0.5)  # Temporal's list is a moment old
        await catch_up(self.database)
        done = await self.reconciler.step()
        assert done is not None
        return done.repaired

    async def repairs(self, number: int = 1) -> list[Repaired]:
        """Look until so much was repaired, and return it."""
        await self.quiet()
        repaired: list[Repaired] = []

        async def enough() -> list[Repaired] | None:
            repaired.extend(await self.look())
            return repaired if len(repaired) >= number else None

        return await eventually(f"{number} repairs", enough, within=60)

    async def at_peace(self) -> None:
        """Look until nothing is to be repaired any more, several times in a row."""
        await self.quiet()
        for _ in range(3):

            async def nothing() -> bool:
                repaired = await self.look()
                return not repaired and not self.reconciler.seen

            await eventually("nothing is to be repaired", nothing, within=30)

    async def quiet(self) -> None:
        """Wait as long as workflows take to show where they are; these looks are quick ones."""

        async def shown() -> bool:
            await catch_up(self.database)
            look = await self.reconciler.looking.look()
            behind = [one for one in look.differences if one.finding is Finding.BEHIND]
            return not behind

        with suppress(AssertionError):
            await eventually("all show their version", shown, SHOWN_WITHIN.total_seconds() + 1)

    async def recorded(self, incident_id: IncidentId) -> int:
        """Return how many repairs an incident's history tells of."""
        return len(await self.harness.log.read_stream(repair_stream(incident_id)))


type MakeScene = Callable[[str, PostgresLog, Database], Awaitable[Scene]]


async def scene_at(address: str, log: PostgresLog, database: Database) -> Scene:
    """Return a scene on the Temporal server at this address."""
    client = await TemporalServer(address=address).client()
    harness = Harness(temporal=client, log=log, outbox=Outbox())
    return Scene(
        harness=harness,
        database=database,
        reconciler=Reconciler(log, await client_of(address, NAMESPACE), settling=timedelta(0)),
    )


@pytest.fixture
async def scene(temporal: TemporalServer, log: PostgresLog, database: Database) -> Scene:
    """A scene on the session's Temporal server."""
    return await scene_at(temporal.address, log, database)


@pytest.fixture
async def own_temporal(tmp_path: Path) -> AsyncIterator[OwnTemporal]:
    """A Temporal server of the test's own, running."""
    server = OwnTemporal(tmp_path)
    await server.start()
    yield server
    await server.stop()
