"""Every projection there is: what the runner feeds and what readers may wait for."""

from typing import Protocol

from events.log.recorded import Recorded
from projections import (
    alerts,
    changes,
    configuration,
    delivery_log,
    incident_board,
    incident_detail,
    incident_types,
    noise,
    notes,
    privacy,
    response_policies,
    status_updates,
    subscriptions,
    timeline,
    work_items,
)
from projections.rows import Batch, Rows


class Projection(Protocol):
    """A module: its checkpoint's name, its rules' version, its tables, how a batch changes them."""

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def VERSION(self) -> int: ...  # noqa: D102, N802
    @property
    def TABLES(self) -> tuple[str, ...]: ...  # noqa: D102, N802

    @property
    def COMPLETE(self) -> bool: ...  # noqa: D102, N802

    def key_of(self, recorded: Recorded[object]) -> str | None:
        """Return what an event is about here; None when it changes no row."""
        ...

    async def project(self, batch: Batch, tx: Rows) -> None:
        """Bring the tables up to date, in the transaction that moves the checkpoint."""
        ...


ALL_PROJECTIONS: tuple[Projection, ...] = (
    incident_board,
    incident_detail,
    timeline,
    notes,
    alerts,
    delivery_log,
    configuration,
    privacy,
    noise,
    status_updates,
    subscriptions,
    response_policies,
    incident_types,
    work_items,
    changes,
)
BY_NAME = {projection.NAME: projection for projection in ALL_PROJECTIONS}
VERSIONS = {projection.NAME: projection.VERSION for projection in ALL_PROJECTIONS}
