"""Every event and every command of every aggregate, drawn by hypothesis from their own types."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from events.ids import (
    AlertGroupId,
    AlertId,
    ApiKeyId,
    AttachmentId,
    ChangeId,
    DeliveryId,
    EscalationPolicyId,
    IncidentId,
    IntegrationId,
    NoteId,
    PageId,
    ResponderId,
    ServiceId,
    SubjectId,
    SubscriptionId,
)
from events.response_policy.calendar import BusinessCalendar

FIRST = datetime(2026, 11, 23, tzinfo=UTC)

# A handful of values each, so that commands meet the things that events made.
few_ids = st.sampled_from([UUID(int=number) for number in range(1, 4)])
few_names = st.sampled_from(["ana", "ben", "cem"])

UUID_IDS: tuple[Any, ...] = (
    *(IncidentId, PageId, DeliveryId, AlertId, AlertGroupId, ChangeId),
    *(NoteId, AttachmentId),
)
TEXT_IDS: tuple[Any, ...] = (
    ResponderId,
    EscalationPolicyId,
    ServiceId,
    IntegrationId,
    ApiKeyId,
    SubjectId,
    SubscriptionId,
)
for uuid_id in UUID_IDS:
    st.register_type_strategy(uuid_id, few_ids.map(uuid_id))
for text_id in TEXT_IDS:
    st.register_type_strategy(text_id, few_names.map(text_id))
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
