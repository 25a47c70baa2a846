"""Upgrade: rows made by another version of a projection's rules are rebuilt beside them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
import structlog

from events.log.privacy.keyring import Keyring
from projections.engine.checkpoints import LEASE, LogForked, ProjectionFenced
from projections.engine.projection import Projection
from projections.engine.quarantine import kind_of
from projections.engine.rows import Connection
from projections.live.runner import passes
from projections.registry import ALL_PROJECTIONS
from projections.revisions.rebuild import (
    Rebuild,
    RebuildRunsAlready,
    RebuildStopped,
    SwapNotPossible,
)

RETRY_SECONDS: Final = 15.0  # after an upgrade that could not end

OTHER_VERSIONS: Final = """
select p.name, p.revision, p.version, es.lease_is_free(p) as is_free
from unnest($1::text[], $2::integer[]) wanted (name, version)
join es.projection p on p.name = wanted.name and p.stage = 'live' and p.version <> wanted.version
"""
SAY: Final = """
update es.projection set state = 'halted', trouble = $3
where name = $1 and revision = $2 and stage = 'live'
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVersion:
    """A live revision whose rows are not made by this program's rules."""

    name: str
    revision: int
    version: int
    is_free: bool  # no projector writes it


class Upgrades:
    """Brings each projection to the version of this program, on a connection of its own.

    Readers have the rows of the other version until the new ones take their place.
    """

    def __init__(
        self,
        connection: Connection,
        owner: str,
        projections: Sequence[Projection] = ALL_PROJECTIONS,
        keyring: Keyring | None = None,
        patience: float = LEASE.total_seconds(),
    ) -> None:
        self._connection = connection
        self._owner = owner
        self._projections = {projection.NAME: projection for projection in projections}
        self._keyring = keyring
        self._patience = patience
        self._free_since: dict[tuple[str, int], float] = {}
        self._not_before: dict[str, float] = {}

    async def look(self) -> None:
        """Build what was made by another version, if it is this program's turn.

        Raises: what the connection raises when it is lost.
        """
        names = list(self._projections)
        versions = [projection.VERSION for projection in self._projections.values()]
        found = await self._connection.fetch(OTHER_VERSIONS, names, versions)
        for other in (OtherVersion(**record) for record in found):
            if self._is_our_turn(other):
                await self._upgrade(other)

    def _is_our_turn(self, other: OtherVersion) -> bool:
        """Let the newer program win, and the older one only where nobody runs the newer any more.

        Right after a swap the new revision is free for a moment, so one look is not enough.
        """
        now = time.monotonic()
        if self._not_before.get(other.name, 0.0) > now:
            return False
        if other.version < self._projections[other.name].VERSION:
            return True
        place = (other.name, other.revision)
        if not other.is_free:
            self._free_since.pop(place, None)
            return False
        return now - self._free_since.setdefault(place, now) >= self._patience

    async def _upgrade(self, other: OtherVersion) -> None:
        projection = self._projections[other.name]
        log.info(
            "projection_upgrading",
            name=other.name,
            before=other.version,
            version=projection.VERSION,
        )
        rebuild = Rebuild(
            self._connection, projection, self._owner, keyring=self._keyring, quarantines=True
        )
        try:
            await rebuild.run(instead_of=other.revision)
        except RebuildRunsAlready:
            self._not_before[other.name] = time.monotonic() + LEASE.total_seconds()
        except (RebuildStopped, SwapNotPossible, ProjectionFenced, LogForked) as failure:
            await self._give_up(other, str(failure))
        except asyncpg.PostgresError as failure:
            if passes(failure):
                raise
            await self._give_up(other, kind_of(failure))  # tables of another release, for instance

    async def _give_up(self, other: OtherVersion, reason: str) -> None:
        self._not_before[other.name] = time.monotonic() + RETRY_SECONDS
        log.error("projection_not_upgraded", name=other.name, reason=reason)
        version = self._projections[other.name].VERSION
        trouble = f"version {version} cannot be built: {reason}"
        await self._connection.execute(SAY, other.name, other.revision, trouble)
