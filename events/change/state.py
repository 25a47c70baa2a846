"""Change state, folded from its events: whether it is reported."""

from dataclasses import dataclass

from events.change.events import ChangeReported


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as its rule sees it."""

    reported: bool = False


INITIAL = Change()


def evolve(_change: Change, _event: ChangeReported) -> Change:
    """Return the change after the event; never refuses."""
    return Change(reported=True)
