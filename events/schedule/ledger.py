"""Override ledger: every override of a schedule, with what became of it.

Overrides are kept for ever, for the past to be what it was. So a new one must not cost a copy of
all others: the events are kept in parts, each at least twice as long as the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Final, assert_never

from events.ids import OverrideId
from events.on_call.rota import Override
from events.schedule.events import (
    OverrideEvent,
    ScheduleEnded,
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)

type Entry = OverrideEvent | ScheduleEnded


@dataclass(frozen=True, slots=True)
class Kept:
    """An override as it is now, and as it was each time before it was changed."""

    newest: Override
    reason: str | None
    before: tuple[Override, ...] = ()

    @property
    def held(self) -> Iterator[Override]:
        """Yield each of its versions that holds, held or will hold at some instant."""
        for one in (*self.before, self.newest):
            if one.withdrawn_at is None or one.withdrawn_at > one.starts_at:
                yield one

    def stands(self, at: datetime) -> bool:
        """Return whether it holds at or after an instant."""
        return self.newest.withdrawn_at is None and self.newest.ends_at > at

    def withdrawn(self, at: datetime) -> "Kept":
        """Return it after its end by hand; one that was over stays as it was."""
        if not self.stands(at):
            return self
        return replace(self, newest=replace(self.newest, withdrawn_at=at))

    def changed(self, event: ScheduleOverrideChanged) -> "Kept":
        """Return it after a change, which acts from then on."""
        if self.newest.withdrawn_at is not None:
            return self
        earlier = replace(self.newest, withdrawn_at=event.changed_at)
        newest = replace(
            self.newest,
            starts_at=max(event.starts_at, event.changed_at),
            ends_at=event.ends_at,
            off=event.off,
            on=event.on,
            made_at=event.changed_at,
        )
        return Kept(newest, event.reason, (*self.before, earlier))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The events of a schedule's overrides, in order, and the ends of the schedule."""

    parts: tuple[tuple[Entry, ...], ...] = ()

    def plus(self, entry: Entry) -> "Ledger":
        """Return it with one entry more."""
        parts = self.parts
        last: tuple[Entry, ...] = (entry,)
        while parts and len(parts[-1]) <= len(last):
            parts, last = parts[:-1], parts[-1] + last
        return Ledger((*parts, last))

    def kept(self) -> dict[OverrideId, Kept]:
        """Return every override, in the order they were made."""
        found: dict[OverrideId, Kept] = {}
        for entry in chain.from_iterable(self.parts):
            match entry:
                case ScheduleOverrideMade():
                    found.setdefault(entry.override_id, as_made(entry))
                case ScheduleOverrideChanged():
                    if entry.override_id in found:
                        found[entry.override_id] = found[entry.override_id].changed(entry)
                case ScheduleOverrideWithdrawn():
                    if entry.override_id in found:
                        kept = found[entry.override_id]
                        found[entry.override_id] = kept.withdrawn(entry.withdrawn_at)
                case ScheduleEnded():
                    found = {one: kept.withdrawn(entry.ended_at) for one, kept in found.items()}
                case _:
                    assert_never(entry)
        return found


EMPTY: Final = Ledger()


def as_made(event: ScheduleOverrideMade) -> Kept:
    """Return an override as it was made."""
    override = Override(
        override_id=event.override_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        off=event.off,
        on=event.on,
        made_at=event.made_at,
    )
    return Kept(override, event.reason)
