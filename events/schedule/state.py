"""Schedule state, folded from its events: every edition and every override it ever had."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from events.ids import ResponderId, ScheduleId, TeamId
from events.on_call.layer import Layer
from events.on_call.rota import Edition, HolidayCalendar, Override, Rota
from events.schedule.cover.events import (
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
)
from events.schedule.cover.state import CoverRequests, cover_after
from events.schedule.events import (
    ScheduleDefined,
    ScheduleEnded,
    ScheduleEvent,
    ScheduleOverrideChanged,
    ScheduleOverrideMade,
    ScheduleOverrideWithdrawn,
)
from events.schedule.hand_over import ScheduleHandOverNoted
from events.schedule.ledger import EMPTY, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule as the rules, and whoever pages, see it."""

    schedule_id: ScheduleId | None = None
    name: str = ""
    team_id: TeamId | None = None
    editions: tuple[Edition, ...] = ()
    overrides: Ledger = EMPTY
    cover: CoverRequests = ()
    ended_at: datetime | None = None

    @property
    def zone(self) -> str:
        """Return the zone in which its clocks are read now."""
        return self.editions[-1].zone if self.editions else "UTC"

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return its layers as they are now."""
        return self.editions[-1].layers if self.editions else ()

    @property
    def holidays(self) -> HolidayCalendar:
        """Return its holidays as they are now."""
        return self.editions[-1].holidays if self.editions else HolidayCalendar()

    @property
    def rota(self) -> Rota:
        """Return what says who is on call, made anew each time: keep it.

        Nobody is gone in it: that is in the streams of the people.
        """
        kept = self.overrides.kept().values()
        return Rota(
            editions=self.editions,
            overrides=tuple(override for one in kept for override in one.held),
        )


INITIAL = Schedule()


def evolve(schedule: Schedule, event: ScheduleEvent) -> Schedule:
    """Return the schedule after the event; never refuses."""
    match event:
        case ScheduleDefined():
            return replace(
                schedule,
                schedule_id=event.schedule_id,
                name=event.name,
                team_id=event.team_id,
                editions=with_edition(schedule.editions, edition_of(event)),
                ended_at=None,
            )
        case ScheduleOverrideMade() | ScheduleOverrideChanged() | ScheduleOverrideWithdrawn():
            return replace(schedule, overrides=schedule.overrides.plus(event))
        case ScheduleEnded():
            return replace(
                schedule,
                editions=with_edition(schedule.editions, edition_of(event)),
                overrides=schedule.overrides.plus(event),
                ended_at=event.ended_at,
            )
        case (
            ScheduleCoverAsked()
            | ScheduleCoverAccepted()
            | ScheduleCoverDeclined()
            | ScheduleCoverExpired()
            | ScheduleCoverWithdrawn()
        ):
            return replace(schedule, cover=cover_after(schedule.cover, event))
        case ScheduleHandOverNoted():
            return schedule
        case _:
            assert_never(event)


def edition_of(event: ScheduleDefined | ScheduleEnded) -> Edition:
    """Return what the schedule says from a definition on, or from its end."""
    if isinstance(event, ScheduleEnded):
        return Edition(holds_from=event.ended_at, zone="UTC", layers=())
    return Edition(
        holds_from=event.defined_at, zone=event.zone, layers=event.layers, holidays=event.holidays
    )


def with_edition(editions: tuple[Edition, ...], new: Edition) -> tuple[Edition, ...]:
    """Return the editions with one more, unless it says what the last one says.

    They hold in the order of the stream: a clock that was put back in between does not undo them.
    """
    if not editions:
        return (new,)
    last = editions[-1]
    if replace(new, holds_from=last.holds_from) == last:
        return editions
    if new.holds_from <= last.holds_from:
        return (*editions[:-1], replace(new, holds_from=last.holds_from))
    return (*editions, new)


def people_in(editions: Iterable[Edition], overrides: Iterable[Override]) -> set[ResponderId]:
    """Return everybody who may be on call."""
    taking_turns = {
        responder_id
        for edition in editions
        for layer in edition.layers
        for slot in layer.rotation.slots
        for responder_id in slot
    }
    return taking_turns | {one.on for one in overrides if one.on is not None}
