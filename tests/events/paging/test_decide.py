"""When a page is due and cannot start, it is said once, and taken back once."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.ids import IncidentId
from events.paging.commands import DegradePaging, RestorePaging
from events.paging.events import PagingDegraded, PagingRestored
from tests.given import given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=1)
INC_7 = IncidentId(UUID(int=7))

degrade = DegradePaging(incident_id=INC_7, waiting_since=SINCE, reason="Temporal is away.", at=NOW)
degraded = PagingDegraded(
    incident_id=INC_7, waiting_since=SINCE, reason="Temporal is away.", degraded_at=NOW
)
restore = RestorePaging(incident_id=INC_7, at=NOW)
restored = PagingRestored(incident_id=INC_7, restored_at=NOW)


def test_a_page_that_cannot_start_is_made_visible_once() -> None:
    given().when(degrade).then(degraded)
    given(degraded).when(degrade).then_nothing()


def test_the_warning_is_taken_back_once() -> None:
    given(degraded).when(restore).then(restored)
    given(degraded, restored).when(restore).then_nothing()


def test_paging_that_was_never_stuck_is_not_restored() -> None:
    given().when(restore).then_nothing()


def test_paging_can_get_stuck_again() -> None:
    given(degraded, restored).when(degrade).then(degraded)
