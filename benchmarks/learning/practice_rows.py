"""Practice rows: what else happened to a report's incidents: pages, work, alerts, follow-up."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from events.action_item.item import ActionItemState, ActionKind, Priority
from events.incident.modes import Mode
from events.incident.phases import Phase
from events.postmortem.document.factors import FactorKind
from events.postmortem.state import PostmortemState
from projections.engine.rows import Row, Table
from projections.metrics.engagements import ENGAGEMENT, EngagementRow
from projections.metrics.facts import FactsRow
from projections.metrics.interruptions import PAGE_MESSAGE, MessageRow
from projections.metrics.responses import RESPONSE, ReachedPhase, ResponseRow
from projections.practice.action_items import ACTION_ITEM, ActionItemRow
from projections.practice.noise import NOISE, OPENED, NoiseRow, Opening
from projections.practice.postmortems import FACTOR, POSTMORTEM, FactorRow, PostmortemRow

PEOPLE: Final = 60
MESSAGES: Final = 3  # of an incident
CAUSES: Final = ("deploy", "dependency", "config_change", "resource_exhaustion")
RULES: Final = 200
BETWEEN: Final = 10  # incidents with an action item
MINUTE: Final = timedelta(minutes=1)


def practice_rows(incidents: list[FactsRow]) -> Mapping[Table[Any], Iterator[Row]]:
    """Return the rows of each table beside the facts."""
    return {
        PAGE_MESSAGE: (row for one in incidents for row in messages(one)),
        ENGAGEMENT: map(engagement, incidents),
        RESPONSE: map(response, incidents),
        NOISE: map(noise, incidents),
        OPENED: map(opening, incidents),
        POSTMORTEM: map(postmortem, incidents),
        FACTOR: map(factor, incidents),
        ACTION_ITEM: map(item, incidents[::BETWEEN]),
    }


def person(one: FactsRow) -> str:
    """Return who had an incident."""
    return f"person-{one.position % PEOPLE}"


def messages(one: FactsRow) -> Iterator[MessageRow]:
    """Yield the messages of its page."""
    for number in range(MESSAGES):
        yield MessageRow(
            position=one.position * MESSAGES + number,
            responder_id=person(one),
            incident_id=one.incident_id,
            sent_at=one.declared_at + number * MINUTE,
            channel="push",
        )


def engagement(one: FactsRow) -> EngagementRow:
    """Return what somebody had to do with it."""
    return EngagementRow(
        position=one.position,
        engagement_id=f"{one.incident_id}/{person(one)}",
        incident_id=one.incident_id,
        responder_id=person(one),
        acknowledged_at=one.acknowledged_at,
        acknowledged=1,
        acted_first_at=one.acknowledged_at,
        commanded=True,
        mitigated=True,
    )


def response(one: FactsRow) -> ResponseRow:
    """Return how it was responded to."""
    reached = ReachedPhase(phase=Phase.RESPONSE, at=one.declared_at + MINUTE)
    return ResponseRow(
        position=one.position, incident_id=one.incident_id, reached=(reached,), pages=1
    )


def noise(one: FactsRow) -> NoiseRow:
    """Return what people did about it."""
    worked = one.acknowledged_at if one.position % 2 else None
    return NoiseRow(
        position=one.position,
        incident_id=one.incident_id,
        mode=Mode.REAL,
        service_id=one.service_id,
        declared_at=one.declared_at,
        acknowledged_at=one.acknowledged_at,
        worked_at=worked,
    )


def opening(one: FactsRow) -> Opening:
    """Return the alert that opened it."""
    return Opening(
        position=one.position,
        opened_position=one.position,
        incident_id=one.incident_id,
        alert_id=UUID(int=one.position),
        at=one.declared_at,
        over_at=one.resolved_at,
        integration_id="prometheus",
        dedup_key=f"rule-{one.position % RULES}",
        title=f"Rule {one.position % RULES}",
    )


def postmortem(one: FactsRow) -> PostmortemRow:
    """Return its postmortem, which is published."""
    return PostmortemRow(
        position=one.position,
        incident_id=one.incident_id,
        state=PostmortemState.PUBLISHED,
        author_id=person(one),
        started_by=person(one),
        started_at=one.declared_at,
        first_published_at=one.declared_at + timedelta(days=4),
        words_by_people=300,
        version=1,
    )


def factor(one: FactsRow) -> FactorRow:
    """Return the primary factor of its postmortem."""
    return FactorRow(
        position=one.position,
        factor_key=f"{one.incident_id}/1",
        incident_id=one.incident_id,
        number=1,
        factor_kind=FactorKind.TRIGGER,
        category=Random(one.position).choice(CAUSES),
        because_of=None,
        is_primary=True,
        change_id=None,
        recorded_by=person(one),
        recorded_at=one.declared_at,
    )


def item(one: FactsRow) -> ActionItemRow:
    """Return what was changed after it."""
    done = one.position % 3 > 0
    ended = one.declared_at + timedelta(days=20)
    return ActionItemRow(
        position=one.position,
        action_item_id=UUID(int=one.position),
        incident_id=one.incident_id,
        text="Add a canary stage to the deployment",
        action=ActionKind.PREVENT,
        owner=person(one),
        team=None,
        priority=Priority.P2,
        factor=None,
        state=ActionItemState.DONE if done else ActionItemState.OPEN,
        due_on=(one.declared_at + timedelta(days=30)).date(),
        first_due_on=(one.declared_at + timedelta(days=30)).date(),
        opened_by=person(one),
        opened_at=one.declared_at,
        opened_position=one.position,
        ended_at=ended if done else None,
        version=1,
    )
