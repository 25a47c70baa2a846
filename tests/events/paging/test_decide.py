"""Stuck paging is said once, and taken back once."""

from datetime import UTC, datetime
from uuid import UUID

from events.ids import IncidentId
from events.paging.commands import DegradePaging, RestorePaging
from events.paging.decide import paging_decider
from events.paging.events import PagingDegraded, PagingRestored

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
INCIDENT = IncidentId(UUID(int=1))
DEGRADE = DegradePaging(incident_id=INCIDENT, waiting_since=NOON, reason="down", at=NOON)
RESTORE = RestorePaging(incident_id=INCIDENT, at=NOON)
DEGRADED = PagingDegraded(incident_id=INCIDENT, waiting_since=NOON, reason="down", degraded_at=NOON)
RESTORED = PagingRestored(incident_id=INCIDENT, restored_at=NOON)


def test_paging_that_gets_stuck_is_said_once() -> None:
    assert paging_decider.decide(DEGRADE, paging_decider.initial) == [DEGRADED]
    assert paging_decider.decide(DEGRADE, paging_decider.fold([DEGRADED])) == []


def test_only_a_warning_that_was_given_is_taken_back() -> None:
    assert paging_decider.decide(RESTORE, paging_decider.initial) == []
    assert paging_decider.decide(RESTORE, paging_decider.fold([DEGRADED])) == [RESTORED]
    assert paging_decider.decide(RESTORE, paging_decider.fold([DEGRADED, RESTORED])) == []


def test_paging_may_get_stuck_again() -> None:
    assert paging_decider.decide(DEGRADE, paging_decider.fold([DEGRADED, RESTORED])) == [DEGRADED]
