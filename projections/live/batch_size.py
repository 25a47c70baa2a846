"""Batch size: halved after a batch that took too long, doubled again after those that did not."""

from dataclasses import dataclass, field

from projections.engine.log_batches import BATCH


@dataclass
class BatchSize:
    """Outlives the connection that was cut because a batch took longer than a transaction may."""

    most: int = BATCH
    events: int = field(init=False)

    def __post_init__(self) -> None:
        self.events = self.most

    def interrupted(self) -> None:
        """Read half as many the next time."""
        self.events = max(1, self.events // 2)

    def went_well(self) -> None:
        """Read twice as many again, up to a whole batch."""
        self.events = min(self.most, 2 * self.events)
