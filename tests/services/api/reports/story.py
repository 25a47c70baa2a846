"""A quarter with something for every section of a report, always told the same."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from events.action_item.events import ActionItemCompleted, ActionItemOpened, ActionItemReopened
from events.action_item.item import ActionItem, ActionKind, Owner, Priority
from events.configuration.personal_hours import PersonalHours
from events.configuration.responder import (
    ResponderHoursDefined,
    ResponderKind,
    ResponderRegistered,
)
from events.ids import ActionItemId, DeliveryId, IncidentId, ResponderId
from events.log.postgres import PostgresLog
from events.postmortem.document.factors import Factor, FactorKind
from events.postmortem.document.terms import DEFAULT_TERMS
from events.postmortem.events import (
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
    PostmortemStarted,
)
from events.values.severity import Severity
from tests.projections.metrics.histories import Life
from tests.projections.stories import ANA, BOB, Story, at, tell, tell_whole
from tests.services.api.test_incident_metrics import live, usual

ITEM = ActionItemId(UUID(int=41))
WHOLE = Story(IncidentId(UUID(int=500)), "INC-500")  # with its alert and its pages
CAUSED = (2, 12)  # incidents of one cause, the later one a repeat


async def explained(log: PostgresLog, number: int) -> str:
    """Let people find out that a deploy was the cause of an incident."""
    incident_id = Life(number=number).incident_id
    started = PostmortemStarted(
        incident_id=incident_id,
        author_id=None,
        terms=DEFAULT_TERMS,
        started_by="responder:ana",
        started_at=at(2_000),
    )
    found = PostmortemFactorRecorded(
        incident_id=incident_id,
        number=1,
        factor_id=UUID(int=number),
        factor=Factor(kind=FactorKind.TRIGGER, category="deploy", primary=True),
        text_id=UUID(int=100 + number),
        text="A full table scan",
        recorded_by="responder:ana",
        recorded_at=at(2_001),
    )
    stored = await tell(log, f"postmortem-{incident_id}", started, found)
    return str(stored.last_position)


async def full_quarter(log: PostgresLog) -> str:
    """Tell of seven incidents of the first quarter of 2026, and of what followed them."""
    await usual(log)
    for number in (11, 12, 13):
        life = Life(number=number)
        begun = life.declared(number * 60, Severity.SEV3, began=number * 60 - 2)
        taken, over = life.acknowledged(number * 60 + 4), life.resolved(number * 60 + number)
        await live(log, number, begun, taken, over)
    await tell_whole(log, WHOLE)
    for number in CAUSED:
        await explained(log, number)
    opened = ActionItemOpened(
        action_item_id=ITEM,
        incident_id=Life(number=12).incident_id,
        item=ActionItem(
            text="Add a canary stage",
            action=ActionKind.PREVENT,
            owner=Owner(person=ResponderId("ana")),
            priority=Priority.P1,
        ),
        due_on=date(2026, 3, 20),
        opened_by="responder:ana",
        opened_at=at(2_002),
    )
    done = ActionItemCompleted(
        action_item_id=ITEM,
        incident_id=opened.incident_id,
        evidence_url=None,
        completed_by="responder:ana",
        completed_at=at(4_000),
    )
    stored = await tell(log, f"action_item-{ITEM}", opened, done)
    return str(stored.last_position)


async def touch_everything(log: PostgresLog) -> None:
    """Let more happen to each thing that a section is made from."""
    message = replace(WHOLE.sent(ANA), delivery_id=DeliveryId(UUID(int=77)), sent_at=at(90))
    await tell(log, f"page-{WHOLE.page_id}", message, WHOLE.level_silent())
    again = replace(WHOLE.triggered(), triggered_at=at(200))
    await tell(log, f"alert-{WHOLE.alert_id}", again)
    update = replace(WHOLE.update_published(), number=2, published_at=at(100))
    acts = (update, WHOLE.reopened(), replace(WHOLE.mitigated(), mitigated_by="responder:ana"))
    await tell(log, f"incident-{WHOLE.incident_id}", *acts, WHOLE.resolved())
    for number in CAUSED:
        incident_id = Life(number=number).incident_id
        gone = PostmortemFactorRetracted(
            incident_id=incident_id,
            number=1,
            retracted_by="responder:ana",
            retracted_at=at(9_000),
        )
        await tell(log, f"postmortem-{incident_id}", gone)
    open_again = ActionItemReopened(
        action_item_id=ITEM,
        incident_id=Life(number=12).incident_id,
        reason="It came back",
        reopened_by="responder:ana",
        reopened_at=at(9_000),
    )
    await tell(log, f"action_item-{ITEM}", open_again)
    hours = ResponderHoursDefined(
        responder_id=BOB,
        hours=PersonalHours(zone="Asia/Tokyo"),
        defined_by="responder:bob",
        defined_at=at(-9_000),
    )
    room = ResponderRegistered(
        responder_id=BOB,
        name="Bob",
        contact_methods=(),
        kind=ResponderKind.CHANNEL,
        registered_by="responder:ana",
        registered_at=at(9_000),
    )
    await tell(log, "responder-bob", hours, room)
