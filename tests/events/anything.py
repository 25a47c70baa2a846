"""Every event and every command of every aggregate, drawn by hypothesis from their own types."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, NewType, cast
from uuid import UUID

from hypothesis import strategies as st

from events import ids
from events.on_call.layer import Frequency, Layer, Rotation
from events.registry import AGGREGATES
from events.response_policy.calendar import BusinessCalendar
from events.schedule.commands import DefineSchedule
from events.schedule.events import ScheduleDefined

FIRST = datetime(2026, 11, 23, tzinfo=UTC)

# A handful of values each, so that commands meet the things that events made.
few_ids = st.sampled_from([UUID(int=number) for number in range(1, 4)])
few_names = st.sampled_from(["ana", "ben", "cem"])

for kind in (*vars(ids).values(), *(one.id for one in AGGREGATES)):
    if isinstance(kind, NewType):
        few = few_ids if kind.__supertype__ is UUID else few_names
        st.register_type_strategy(cast("Any", kind), few.map(kind))
few_times = st.integers(0, 120).map(lambda minutes: FIRST + timedelta(minutes=minutes))
few_numbers = st.integers(0, 4)
st.register_type_strategy(datetime, few_times)
st.register_type_strategy(timedelta, st.integers(0, 60).map(lambda n: timedelta(minutes=n)))
st.register_type_strategy(str, st.sampled_from(["", " ", "ana", "ben", "because"]))
st.register_type_strategy(int, few_numbers)
st.register_type_strategy(
    BusinessCalendar,
    st.builds(
        BusinessCalendar,
        zone=st.sampled_from(["UTC", "Europe/Berlin"]),  # none other comes in
        weekdays=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    ),
)
st.register_type_strategy(
    Layer,
    st.builds(
        Layer,
        layer_id=st.sampled_from(["first", "second"]),
        name=st.just("Layer"),
        priority=st.integers(0, 2),
        shadow=st.booleans(),
        rotation=st.builds(
            Rotation,
            slots=st.lists(
                st.lists(few_names.map(ids.ResponderId), max_size=2, unique=True).map(tuple),
                min_size=1,
                max_size=3,
            ).map(tuple),
            first_hand_off=st.just(FIRST.date()),
            hand_off_at=st.sampled_from([time(0), time(0, 30), time(9)]),
            frequency=st.sampled_from([Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY]),
        ),
    ),
)
for says_a_zone in (ScheduleDefined, DefineSchedule):
    st.register_type_strategy(
        says_a_zone,
        st.builds(says_a_zone, zone=st.sampled_from(["UTC", "Europe/Berlin", "Africa/Cairo"])),
    )


@cache
def any_of(classes: tuple[type, ...]) -> st.SearchStrategy[object]:
    """Return a strategy for instances of these classes."""
    return st.one_of([st.from_type(one) for one in classes])
