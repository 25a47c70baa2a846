"""Every projection there is: what the runner feeds and what readers may wait for."""

from typing import Protocol

from projections import (
    alerts,
    configuration,
    delivery_log,
    incident_board,
    incident_detail,
    timeline,
)
from projections.rows import Batch, Connection


class Projection(Protocol):
    """A module: its checkpoint's name and revision, its tables, and how a batch changes them."""

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def VERSION(self) -> int: ...  # noqa: D102, N802
    @property
    def TABLES(self) -> tuple[str, ...]: ...  # noqa: D102, N802

    async def project(self, batch: Batch, tx: Connection) -> None:
        """Bring the tables up to date, in the transaction that moves the checkpoint."""
        ...


ALL_PROJECTIONS: tuple[Projection, ...] = (
    incident_board,
    incident_detail,
    timeline,
    alerts,
    delivery_log,
    configuration,
)
VERSIONS = {projection.NAME: projection.VERSION for projection in ALL_PROJECTIONS}
