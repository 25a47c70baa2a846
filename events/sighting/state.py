"""Sighting state: in which hour each person saw the incident last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from events.sighting.events import SightingEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """Who saw one private incident, and when last."""

    last_hour: Mapping[str, datetime] = field(default_factory=dict)


INITIAL: Final = Sightings()


def hour_of(at: datetime) -> datetime:
    """Return the beginning of the hour: a person is kept once in it."""
    return at.replace(minute=0, second=0, microsecond=0)


def evolve(state: Sightings, event: SightingEvent) -> Sightings:
    """Return the state after the event."""
    return Sightings(last_hour={**state.last_hour, event.seen_by: hour_of(event.recorded_at)})
