"""How a response kept to the practice follows from its events, however often they are read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace as changed

from events.incident.checklist.events import ChecklistItemsLeft
from events.incident.phases import Phase
from events.incident.status_updates.events import StatusUpdateMissed
from events.incident.watch.events import RoleUnfilled
from projections.metrics import responses
from projections.metrics.kept_practice import kept_practice
from projections.metrics.responses import RESPONSE, ResponseRow
from projections.past import Folding
from tests.projections.metrics.histories import Life, facts_of, recorded
from tests.projections.stories import ANA, BOB, at, story

ONE = story(1)


async def responded(*events: Any, cut: int = 0) -> ResponseRow:
    folding = Folding()
    log = list(recorded(events))
    await responses.project(log[:cut], folding)
    await responses.project(log, folding)
    [row] = folding.all_of(RESPONSE)
    return row


def update(minute: float, promised: float | None) -> Any:
    following = None if promised is None else at(promised)
    return replace(ONE.update_published(), published_at=at(minute), next_update_at=following)


def missed(due: float) -> Any:
    return StatusUpdateMissed(
        incident_id=ONE.incident_id, due_at=at(due), missed_at=at(due) + timedelta(minutes=1)
    )


@pytest.mark.parametrize("cut", range(9))
async def test_a_promised_update_comes_in_time_late_or_never(cut: int) -> None:
    row = await responded(
        *(ONE.declared(), update(5, 35), update(30, 60), missed(60), update(70, 100)),
        *(replace(update(71, 500), corrects=1), missed(100), ONE.resolved(), update(130, None)),
        cut=cut,
    )
    assert (row.updates_kept, row.updates_late, row.updates_missed) == (1, 1, 1)
    assert row.promised_at is None


async def test_what_was_left_unfilled_and_beyond_the_first_level_is_counted() -> None:
    left = ChecklistItemsLeft(
        incident_id=ONE.incident_id,
        phase=Phase.TRIAGE,
        item_ids=("a", "b"),
        texts=("A", "B"),
        reason="Nobody was there",
        left_by="responder:ana",
        left_at=at(4),
    )
    unfilled = RoleUnfilled(
        incident_id=ONE.incident_id,
        role="commander",
        notice=1,
        due_at=at(5),
        unfilled_at=at(5),
    )
    row = await responded(
        *(ONE.declared(), left, unfilled, replace(unfilled, notice=2)),
        *(ONE.level_reached(1, ANA, 1), ONE.level_reached(2, BOB, 6), ONE.delivery_failed(ANA)),
    )
    assert (row.items_left, row.roles_unfilled) == (2, ("commander",))
    assert (row.pages, row.escalated, row.failed) == (1, 1, 1)


async def test_a_phase_is_in_time_if_it_or_a_later_one_was_reached_by_its_deadline() -> None:
    quick = await responded(ONE.declared(), ONE.advanced(Phase.DETECTION, Phase.MITIGATION, 4))
    slow = await responded(
        ONE.declared(),
        ONE.advanced(Phase.DETECTION, Phase.RESPONSE, 6),
        ONE.advanced(Phase.RESPONSE, Phase.RESPONSE, 50),  # after a step back
    )
    never = await responded(ONE.declared())
    [incident] = await facts_of(Life(number=1).declared())
    rows = [(incident, quick), (incident, slow), (incident, never)]
    found = kept_practice(rows, at(60)).phases[Phase.RESPONSE]
    assert (found.reached, found.with_deadline, found.in_time) == (1, 3, 1)
    assert found.median == timedelta(minutes=6)
    early = kept_practice([(incident, never)], at(3)).phases[Phase.RESPONSE]
    assert early.with_deadline == 0, "its time has not come"
    over = changed(incident, first_resolved_at=at(2))
    gone = kept_practice([(over, never)], at(60)).phases[Phase.RESPONSE]
    assert gone.with_deadline == 0, "it was over before"
