"""Flapping: an alert that opens again and again, so that its closing says nothing.

It flaps from the third opening within an hour on (five changes of state), until it has not opened
for an hour. Sources: BigPanda's flapping (more than four changes of state in an hour) for the
beginning; Nagios and ServiceNow for an end that is harder to reach than the beginning.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

OPENINGS: Final = 3
WINDOW: Final = timedelta(hours=1)  # also how long it has to be quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class Flapping:
    """How an alert opened of late: as much of it as the next opening has to know."""

    recent: tuple[datetime, ...] = ()  # the last openings, one less than make it flap
    since: datetime | None = None  # the first opening of the flapping; None: it does not flap
    openings: int = 0  # since then

    def opened(self, at: datetime) -> Self:
        """Return how it is after one more opening; the clock never goes back."""
        at = max(at, self.recent[-1]) if self.recent else at
        within = (*self.recent, at)[-OPENINGS:]
        after = replace(self, recent=within[1 - OPENINGS :])
        if self.is_flapping(at):
            return replace(after, openings=self.openings + 1)
        if len(within) == OPENINGS and at - within[0] < WINDOW:
            return replace(after, since=within[0], openings=OPENINGS)
        return replace(after, since=None, openings=0)

    def is_flapping(self, at: datetime) -> bool:
        """Return whether it flaps at a time that is not before its last opening."""
        return self.since is not None and at - self.recent[-1] < WINDOW


CALM: Final = Flapping()


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time that an alert flapped."""

    since: datetime  # its first opening
    until: datetime  # its last one
    openings: int


def episodes(openings: Iterable[datetime]) -> tuple[Episode, ...]:
    """Return each time that an alert with these openings flapped, the first one first."""
    found: list[Episode] = []
    flapping = CALM
    for at in openings:
        flapping = flapping.opened(at)
        if flapping.since is None:
            continue
        episode = Episode(
            since=flapping.since, until=flapping.recent[-1], openings=flapping.openings
        )
        if found and found[-1].since == episode.since:
            found[-1] = episode
        else:
            found.append(episode)
    return tuple(found)
