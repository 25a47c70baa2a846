"""Projection: what the engine asks of a read model's module."""

from typing import Any, Protocol

from events.log.recorded import Recorded
from projections.engine.rows import Batch, Rows, Table


class Projection(Protocol):
    """A module: its checkpoint's name, its rules' version, its tables, how a batch changes them."""

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def VERSION(self) -> int: ...  # noqa: D102, N802
    @property
    def TABLES(self) -> tuple[Table[Any], ...]: ...  # noqa: D102, N802

    @property
    def COMPLETE(self) -> bool: ...  # noqa: D102, N802

    def key_of(self, recorded: Recorded[object]) -> str | None:
        """Return what an event is about here; None when it changes no row."""
        ...

    async def project(self, batch: Batch, tx: Rows) -> None:
        """Bring the tables up to date, in the transaction that moves the checkpoint."""
        ...
