"""Next level of a page: who is asked after those who are asked now, and when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from events.configuration.responder import ResponderKind
from events.escalation.target import Target, people
from events.ids import IncidentId, PageId, ResponderId, page_id_for
from events.page.events import (
    PageAcknowledged,
    PageLevelEmpty,
    PageLevelReached,
    PageReplanned,
    PageStarted,
)
from events.page.paged import Paged
from events.page.plan import PagePlan, Part, PlannedLevel
from projections.incidents.facets.pages import Page, pages_after

INCIDENT = IncidentId(UUID(int=1))
PAGE = PageId(page_id_for(INCIDENT, 1))
BEGAN = datetime(2026, 11, 29, 3, 13, 52, tzinfo=UTC)
ADA, OLA, INES = (Target(responder_id=ResponderId(name)) for name in ("ada", "ola", "ines"))


def plan(*targets: Target, repeats: int = 0) -> PagePlan:
    return PagePlan(
        escalation_policy_id=None,
        levels=tuple(
            PlannedLevel(parts=(Part(targets=(one,)),), escalation_timeout=timedelta(minutes=5))
            for one in targets
        ),
        repeats=repeats,
    )


def reached(level: int, target: Target, round_: int = 1) -> PageLevelReached:
    assert target.responder_id is not None
    return PageLevelReached(
        page_id=PAGE,
        incident_id=INCIDENT,
        round=round_,
        level=level,
        deliveries=(),
        reached_at=BEGAN + timedelta(minutes=5 * (level - 1)),
        people=(Paged(responder_id=target.responder_id, target=target, kind=ResponderKind.PERSON),),
    )


def page_after(made: PagePlan, *happened: object) -> Page:
    started = PageStarted(
        page_id=PAGE, incident_id=INCIDENT, reference="INC-1", plan=made, started_at=BEGAN
    )
    pages = pages_after((), started)
    for event in happened:
        pages = pages_after(pages, event)
    return pages[0]


def test_the_next_level_is_paged_when_the_one_before_was_silent_long_enough() -> None:
    page = page_after(plan(OLA, INES), reached(1, OLA))
    assert page.paged == (ResponderId("ola"),)
    assert page.next_level is not None
    assert page.next_level.targets == (INES,)
    assert page.next_level.at == BEGAN + timedelta(minutes=5)


def test_after_the_last_level_the_first_one_is_next_as_often_as_the_policy_repeats() -> None:
    again = page_after(plan(OLA, INES, repeats=1), reached(1, OLA), reached(2, INES))
    assert again.next_level is not None
    assert (again.next_level.round, again.next_level.level) == (2, 1)
    once = page_after(plan(OLA, INES), reached(1, OLA), reached(2, INES))
    assert once.next_level is None


@pytest.mark.parametrize("level", [0, 1])
def test_nothing_is_next_before_the_first_level_and_on_a_level_that_nobody_is_on(
    level: int,
) -> None:
    empty = PageLevelEmpty(page_id=PAGE, incident_id=INCIDENT, round=1, level=1, found_at=BEGAN)
    page = page_after(plan(OLA, INES), *[empty][:level])
    assert page.next_level is None


def test_nothing_is_next_once_somebody_answered_and_a_new_plan_has_its_own_levels() -> None:
    answered = PageAcknowledged(
        page_id=PAGE,
        incident_id=INCIDENT,
        acknowledged_by="responder:ola",
        responder_id=ResponderId("ola"),
        via="link",
        acknowledged_at=BEGAN,
    )
    assert page_after(plan(OLA, INES), reached(1, OLA), answered).next_level is None
    replanned = PageReplanned(
        page_id=PAGE,
        incident_id=INCIDENT,
        plan=plan(OLA, ADA),
        replanned_by="responder:ola",
        replanned_at=BEGAN,
    )
    page = page_after(plan(OLA, INES), reached(1, OLA), replanned, reached(1, OLA))
    assert page.next_level is not None
    assert page.next_level.targets == people([ResponderId("ada")])
