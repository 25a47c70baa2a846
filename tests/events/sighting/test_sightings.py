"""A person who reads a private incident is kept once an hour, and again in the next."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from uuid import UUID

from events.actor import Actor
from events.ids import IncidentId, ResponderId
from events.sighting.commands import RecordSighting
from events.sighting.decide import sighting_decider
from events.sighting.events import SightingEvent

NOW = datetime(2026, 11, 23, 3, 12, tzinfo=UTC)


def read(who: str, at: datetime) -> RecordSighting:
    return RecordSighting(
        private_incident_id=IncidentId(UUID(int=1)),
        first_read="GET /v1/incidents/{incident_id}",
        via="web",
        actor=Actor(principal=f"account:{who}", responder_id=ResponderId(who)),
        at=at,
    )


def kept(*commands: RecordSighting) -> list[tuple[str, datetime]]:
    events: list[SightingEvent] = []
    for command in commands:
        state = reduce(sighting_decider.evolve, events, sighting_decider.initial)
        events += sighting_decider.decide(command, state)
    return [(event.seen_by, event.recorded_at) for event in events]


def test_each_person_is_kept_once_in_an_hour_of_the_clock() -> None:
    later, next_hour = NOW + timedelta(minutes=47), NOW + timedelta(minutes=48)
    assert kept(read("ada", NOW), read("ada", later), read("ben", later)) == [
        ("responder:ada", NOW),
        ("responder:ben", later),
    ]
    assert kept(read("ada", NOW), read("ada", next_hour))[1:] == [("responder:ada", next_hour)]


def test_what_comes_late_of_an_hour_that_is_over_is_not_kept_behind_the_next() -> None:
    assert len(kept(read("ada", NOW), read("ada", NOW - timedelta(hours=1)))) == 1
