"""How many events a page holds: fewer after a page that took too long, so that none comes again."""

from dataclasses import dataclass

from projections.pages import PAGE


@dataclass
class PageLength:
    """Outlives the connection that was cut because a page took longer than a transaction may."""

    events: int = PAGE

    def interrupted(self) -> None:
        """Read half as many the next time."""
        self.events = max(1, self.events // 2)

    def went_well(self) -> None:
        """Read twice as many again, up to a whole page."""
        self.events = min(PAGE, 2 * self.events)
