"""Every event and every command of every aggregate, drawn by hypothesis from their own types."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NewType, cast
from uuid import UUID

from hypothesis import strategies as st

from events import ids
from events.registry import AGGREGATES
from events.response_policy.calendar import BusinessCalendar

FIRST = datetime(2026, 11, 23, tzinfo=UTC)

# A handful of values each, so that commands meet the things that events made.
few_ids = st.sampled_from([UUID(int=number) for number in range(1, 4)])
few_names = st.sampled_from(["ana", "ben", "cem"])

for kind in (*vars(ids).values(), *(one.id for one in AGGREGATES)):
    if isinstance(kind, NewType):
        few = few_ids if kind.__supertype__ is UUID else few_names
        st.register_type_strategy(cast("Any", kind), few.map(kind))
st.register_type_strategy(
    datetime, st.integers(0, 120).map(lambda minutes: FIRST + timedelta(minutes=minutes))
)
st.register_type_strategy(timedelta, st.integers(0, 60).map(lambda n: timedelta(minutes=n)))
st.register_type_strategy(str, st.sampled_from(["", " ", "ana", "ben", "because"]))
st.register_type_strategy(int, st.integers(0, 4))
st.register_type_strategy(
    BusinessCalendar,
    st.builds(
        BusinessCalendar,
        zone=st.sampled_from(["UTC", "Europe/Berlin"]),  # none other comes in
        weekdays=st.lists(st.integers(1, 7), max_size=3).map(tuple),
    ),
)


@cache
def any_of(classes: tuple[type, ...]) -> st.SearchStrategy[object]:
    """Return a strategy for instances of these classes."""
    return st.one_of([st.from_type(one) for one in classes])
