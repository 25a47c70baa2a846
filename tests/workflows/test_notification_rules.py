"""Messages that wait for their time, on the real servers: sent then, or dropped by an answer."""

import asyncio
from datetime import timedelta

import pytest

from events.configuration.notification_rules import NotificationRule, NotificationRules, QuietHours
from events.configuration.responder import ContactMethod
from events.delivery.events import DeliverySuppressed, IntendedDelivery
from events.ids import IncidentId, ResponderId, page_id_for, page_stream
from events.incident.commands import AcknowledgeIncident, DeclineIncident
from events.incident.pages.commands import RequestPage
from events.incident.severity.commands import ChangeSeverity
from events.incident.status_updates.commands import PublishStatusUpdate
from events.log.codec import Codec, codec_for
from events.page.decide import page_decider
from events.page.events import PageLevelReached
from events.page.plan import PageTarget
from events.values.severity import Severity
from tests.eventually import eventually
from tests.harness import ADA, ADMIN, now
from tests.workflows.conftest import Harness

pytestmark = pytest.mark.stack

PUSH = ContactMethod(channel="push", address="https://ntfy.sh/ada")
PAGES: Codec[object] = codec_for(page_decider.event_types)
AT_ONCE = NotificationRule(contact_method=1)


def push_after(seconds: float) -> NotificationRules:
    late = NotificationRule(contact_method=2, after=timedelta(seconds=seconds))
    return NotificationRules(high=(AT_ONCE, late))


async def paged(
    harness: Harness,
    rules: NotificationRules,
    *,
    severity: Severity | None = None,
    quiet_hours: QuietHours | None = None,
) -> IncidentId:
    policy = await harness.policy("ada", escalation_timeout=60)
    await harness.responder("ada", PUSH, rules=rules, quiet_hours=quiet_hours)
    return await harness.declare(policy, severity=severity)


async def facts(harness: Harness, incident_id: IncidentId) -> list[object]:
    stored = await harness.log.read_stream(page_stream(harness.page_of(incident_id)))
    codec = codec_for(page_decider.event_types)
    return [codec.decode(one).event for one in stored]


async def meant(harness: Harness, incident_id: IncidentId) -> list[IntendedDelivery]:
    happened = await facts(harness, incident_id)
    reached = (one for one in happened if isinstance(one, PageLevelReached))
    return [one for level in reached for one in level.deliveries]


async def channels(harness: Harness, incident_id: IncidentId) -> list[str]:
    """Return over which channels messages went out, in order."""
    by_id = {one.delivery_id: one.channel for one in await meant(harness, incident_id)}
    return [by_id[order.delivery_id] for order in harness.outbox.sent]


async def held_back(harness: Harness, incident_id: IncidentId) -> list[str]:
    happened = await facts(harness, incident_id)
    return [one.reason for one in happened if isinstance(one, DeliverySuppressed)]


async def sent(harness: Harness, number: int) -> None:
    async def there() -> bool:
        return len(harness.outbox.sent) >= number

    await eventually(f"{number} messages are sent", there)


async def test_a_second_contact_method_follows_when_nobody_answers(harness: Harness) -> None:
    incident_id = await paged(harness, push_after(1.5))
    await sent(harness, 1)
    assert await channels(harness, incident_id) == ["email"]
    await sent(harness, 2)
    assert await channels(harness, incident_id) == ["email", "push"]
    assert [order.possible_repeat for order in harness.outbox.sent] == [False, False]


async def test_an_answer_drops_what_waits_at_once(harness: Harness) -> None:
    incident_id = await paged(harness, push_after(3600))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "delivery.suppressed")
    assert await held_back(harness, incident_id) == ["incident_acknowledged"]
    assert await channels(harness, incident_id) == ["email"]


async def test_an_incident_that_is_over_does_not_wait_for_its_messages(harness: Harness) -> None:
    incident_id = await paged(harness, push_after(3600))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.give(incident_id, DeclineIncident(reason="Test traffic", actor=ADMIN, at=now()))
    async with asyncio.timeout(10):
        await harness.incident(incident_id).result()
    assert await held_back(harness, incident_id) == ["page_cancelled"]


async def test_a_restarted_page_takes_its_waiting_messages_from_the_log(harness: Harness) -> None:
    incident_id = await paged(harness, push_after(3))
    await harness.page_happens(incident_id, "delivery.sent")
    await harness.incident(incident_id).terminate("by hand")
    await harness.start(incident_id)
    await sent(harness, 2)
    assert await channels(harness, incident_id) == ["email", "push"]
    assert [order.possible_repeat for order in harness.outbox.sent] == [False, False]


async def test_a_worker_that_was_away_past_the_time_sends_it_then(idle_harness: Harness) -> None:
    async with idle_harness.working():
        incident_id = await paged(idle_harness, push_after(1))
        await sent(idle_harness, 1)
    [_, late] = await meant(idle_harness, incident_id)

    async def is_due() -> bool:
        return not late.waits(now())

    await eventually("its time is over", is_due)
    assert len(idle_harness.outbox.sent) == 1
    async with idle_harness.working():
        await sent(idle_harness, 2)
    assert await channels(idle_harness, incident_id) == ["email", "push"]


async def test_a_waiting_message_holds_up_no_new_run(harness: Harness) -> None:
    incident_id = await paged(harness, push_after(3600))
    await harness.page_happens(incident_id, "delivery.sent")
    first = (await harness.incident(incident_id).describe()).run_id

    async def another_run() -> bool:
        command = PublishStatusUpdate(
            impact="update", current_actions="looking", next_update_at=None, actor=ADA, at=now()
        )
        await harness.give(incident_id, command)
        return (await harness.incident(incident_id).describe()).run_id != first

    async with asyncio.timeout(60):
        while not await another_run():
            pass
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.page_happens(incident_id, "delivery.suppressed")
    assert await held_back(harness, incident_id) == ["incident_acknowledged"]


async def test_low_urgency_waits_for_the_end_of_the_quiet_hours_and_high_does_not(
    harness: Harness,
) -> None:
    at = now()
    quiet = QuietHours(
        begins=(at - timedelta(hours=1)).time().replace(second=0, microsecond=0),
        ends=(at + timedelta(hours=2)).time().replace(second=0, microsecond=0),
        zone="UTC",
    )
    none = NotificationRules()
    low = await paged(harness, none, severity=Severity.SEV3, quiet_hours=quiet)
    await harness.page_happens(low, "page.level_reached")
    assert harness.outbox.sent == []
    times = [one.not_before for one in await meant(harness, low)]
    assert all(time is not None and time > at + timedelta(hours=1) for time in times)
    high = await paged(harness, none, severity=Severity.SEV2, quiet_hours=quiet)
    await harness.page_happens(high, "delivery.sent")


async def test_a_reminder_that_was_quiet_is_loud_once_the_severity_is_high(
    harness: Harness,
) -> None:
    rules = NotificationRules(high=(NotificationRule(contact_method=2),), low=(AT_ONCE,))
    incident_id = await paged(harness, NotificationRules(), severity=Severity.SEV4)
    await sent(harness, 1)
    await harness.give(incident_id, AcknowledgeIncident(actor=ADA, at=now()))
    await harness.responder("ben", PUSH, rules=rules)
    target = PageTarget(responder_ids=(ResponderId("ben"),))
    await harness.give(incident_id, RequestPage(ask="Help", target=target, actor=ADA, at=now()))
    await sent(harness, 2)
    raised = ChangeSeverity(severity=Severity.SEV1, reason="It spreads", actor=ADA, at=now())
    await harness.give(incident_id, raised)
    await sent(harness, 3)
    reminders = [page_stream(page_id_for(incident_id, number)) for number in (2, 3)]
    over = [
        one.channel
        for stream in reminders
        for stored in await harness.log.read_stream(stream)
        if isinstance(event := PAGES.decode(stored).event, PageLevelReached)
        for one in event.deliveries
    ]
    assert over == ["email", "push"]
