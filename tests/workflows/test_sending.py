"""A provider that is away, on the real servers: it is seen while it is tried, and nobody waits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from temporalio import activity

from activities.delivery.attempting import attempted
from activities.delivery.faults import ContactLimited, ProviderUnreachable
from activities.payloads import DELIVER, DeliveryInput, DeliveryOutcome, DeliveryState
from activities.recording import Recording
from events.delivery.events import DeliveryDelayed, DeliverySent, DeliverySuppressed
from events.ids import (
    DeliveryId,
    IncidentId,
    PageId,
    ResponderId,
    announcement_stream,
    delivery_id_for,
    page_stream,
)
from events.log.codec import codec_for
from events.page.decide import page_decider
from events.page.events import EscalationExhausted
from services.worker.workers import announcer, incident_worker
from tests.answers import NoAnswers
from tests.eventually import eventually
from tests.harness import ADA
from tests.workflows.conftest import Harness
from tests.workflows.resting import idles
from tests.workflows.test_announcement import Comms
from workflows import escalation, sending

pytestmark = pytest.mark.stack


@dataclass
class Provider:
    """Takes messages, unless it is away for whom they are to."""

    is_away: Callable[[DeliveryInput], bool]
    attempts: list[int] = field(default_factory=list)
    marked: list[bool] = field(default_factory=list)  # of what it took

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        async def once(attempt: int, repeat: bool) -> DeliveryOutcome:  # noqa: FBT001
            self.attempts.append(attempt)
            if self.is_away(task):
                raise ProviderUnreachable("connect_failed")
            self.marked.append(repeat)
            return DeliveryOutcome(state=DeliveryState.SENT, attempts=attempt)

        return await attempted("page", task, once)


@pytest.fixture(autouse=True)
def word_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    words = (timedelta(seconds=1.5), timedelta(seconds=2), timedelta(minutes=1))
    monkeypatch.setattr(sending, "WORDS", words)


@asynccontextmanager
async def working(harness: Harness, provider: Provider) -> AsyncIterator[None]:
    recording = Recording(harness.log, NoAnswers())
    async with incident_worker(harness.temporal, recording, provider):
        yield


async def page_events(harness: Harness, incident_id: IncidentId) -> list[object]:
    stored = await harness.log.read_stream(page_stream(harness.page_of(incident_id)))
    codec = codec_for(page_decider.event_types)
    return [codec.decode(one).event for one in stored]


async def test_a_level_that_cannot_be_reached_is_left_at_once_and_people_see_why(
    idle_harness: Harness,
) -> None:
    def to_ada(order: DeliveryInput) -> bool:
        ada = ResponderId("ada")
        return order.delivery_id == delivery_id_for(
            PageId(UUID(order.about)), 1, 1, ada, "email", 0
        )

    async with working(idle_harness, Provider(to_ada)):
        policy = await idle_harness.policy("ada", "grace", escalation_timeout=120)
        incident_id = await idle_harness.declare(policy)
        await idle_harness.page_happens(incident_id, "delivery.sent")
    happened = await idle_harness.happened(page_stream(idle_harness.page_of(incident_id)))
    assert happened[:6] == [
        "page.started",
        "page.level_reached",
        "delivery.delayed",
        "page.level_unreached",
        "page.level_reached",
        "delivery.sent",
    ]
    delayed = (await page_events(idle_harness, incident_id))[2]
    assert isinstance(delayed, DeliveryDelayed)
    assert (delayed.attempts, delayed.error) == (2, "ProviderUnreachable: connect_failed")


async def test_the_last_level_waits_for_its_provider_and_is_never_called_silent(
    idle_harness: Harness,
) -> None:
    async with working(idle_harness, Provider(lambda _: True)):
        incident_id = await idle_harness.declare(
            await idle_harness.policy("ada", escalation_timeout=5)
        )
        await idle_harness.page_happens(incident_id, "delivery.delayed")
        stream = page_stream(idle_harness.page_of(incident_id))
        assert "escalation.exhausted" not in await idle_harness.happened(stream)
        await idle_harness.page_happens(incident_id, "escalation.exhausted")
    events = await page_events(idle_harness, incident_id)
    assert "page.timed_out" not in await idle_harness.happened(stream)
    (exhausted,) = [one for one in events if isinstance(one, EscalationExhausted)]
    assert (exhausted.silent, exhausted.unreached) == (0, 1)


async def test_a_message_goes_out_once_when_its_provider_is_back_and_is_no_repeat(
    idle_harness: Harness,
) -> None:
    away = True
    provider = Provider(lambda _: away)
    async with working(idle_harness, provider):
        incident_id = await idle_harness.declare(
            await idle_harness.policy("ada", escalation_timeout=120)
        )
        await idle_harness.page_happens(incident_id, "delivery.delayed")
        away = False
        await idle_harness.page_happens(incident_id, "delivery.sent")
        await idles(idle_harness.incident(incident_id))
    assert provider.marked == [False]
    events = await page_events(idle_harness, incident_id)
    (sent,) = [one for one in events if isinstance(one, DeliverySent)]
    assert provider.attempts == [1, 2, 3]
    assert sent.attempts == 3


async def test_a_message_that_is_held_back_says_why_and_is_no_silence(harness: Harness) -> None:
    harness.outbox.holding_back = "responder_removed"
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=120))
    await harness.page_happens(incident_id, "delivery.suppressed")
    suppressed = (await page_events(harness, incident_id))[-1]
    assert isinstance(suppressed, DeliverySuppressed)
    assert suppressed.reason == "responder_removed"


async def test_a_message_whose_answer_was_lost_has_one_outcome(harness: Harness) -> None:
    harness.outbox.losing = 1
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=120))
    await harness.page_happens(incident_id, "delivery.sent")
    assert len({one.delivery_id for one in harness.outbox.sent}) == 1
    assert len(harness.outbox.sent) == 2
    happened = await harness.happened(page_stream(harness.page_of(incident_id)))
    assert happened.count("delivery.sent") == 1


async def test_a_provider_that_hangs_keeps_no_answer_waiting(harness: Harness) -> None:
    harness.outbox.hanging = True
    incident_id = await harness.declare(
        await harness.policy("ada", "grace", escalation_timeout=0.5)
    )
    await harness.page_happens(incident_id, "escalation.exhausted")
    await harness.answer(incident_id, ADA)
    await harness.page_happens(incident_id, "page.acknowledged")
    harness.outbox.hanging = False


async def test_a_task_that_sends_and_breaks_fails_the_workflows_task_at_once(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(sending, "_command", breaks)
    incident_id = await harness.declare(await harness.policy("ada", escalation_timeout=120))

    async def seen() -> bool:
        told = await harness.incident(incident_id).fetch_history()
        return any("ZeroDivisionError" in str(event) for event in told.events)

    await eventually("the workflow's task fails", seen)
    monkeypatch.undo()
    await harness.page_happens(incident_id, "delivery.sent")


@dataclass
class SlowComms(Comms):
    """Comms whose provider is away for a number of attempts."""

    away_for: int = 2

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        async def once(attempt: int, repeat: bool) -> DeliveryOutcome:  # noqa: FBT001
            if attempt <= self.away_for:
                raise ProviderUnreachable("connect_failed")
            self.sent.append(("", attempt, repeat))
            return DeliveryOutcome(state=DeliveryState.SENT, attempts=attempt)

        return await attempted("status_update", task, once)


async def test_a_status_update_that_is_held_up_says_so_and_goes_out_later(harness: Harness) -> None:
    comms = SlowComms(harness)
    async with announcer(harness.temporal, Recording(harness.log, NoAnswers()), comms, comms):
        incident_id = await harness.declare()
        await comms.publish(incident_id)
        await comms.ends(incident_id)
    happened = await harness.happened(announcement_stream(incident_id))
    assert happened[0] == "announcement.planned"
    assert sorted(happened[1:3]) == ["delivery.delayed"] * 2
    assert sorted(happened[3:]) == ["delivery.sent"] * 2
    assert comms.sent == [("", 3, False)] * 2


@dataclass
class Busy:
    """A receiver who has had enough for a while, and is then told of it by another message."""

    until: int  # attempts
    attempts: list[int] = field(default_factory=list)

    @activity.defn(name=DELIVER)
    async def deliver(self, task: DeliveryInput) -> DeliveryOutcome:
        async def once(attempt: int, repeat: bool) -> DeliveryOutcome:  # noqa: FBT001
            self.attempts.append(attempt)
            if len(self.attempts) < self.until:
                raise ContactLimited(timedelta(seconds=0.5))
            assert not repeat
            return DeliveryOutcome(
                state=DeliveryState.SENT, attempts=attempt, bundled_with=DeliveryId(UUID(int=7))
            )

        return await attempted("page", task, once)


async def test_a_message_that_waits_for_its_turn_is_not_given_up_and_hides_no_level(
    idle_harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "ALL_TRIES", timedelta(seconds=5))
    busy = Busy(until=9)
    recording = Recording(idle_harness.log, NoAnswers())
    async with incident_worker(idle_harness.temporal, recording, busy):
        policy = await idle_harness.policy("ada", "grace", escalation_timeout=60)
        incident_id = await idle_harness.declare(policy)
        await idle_harness.page_happens(incident_id, "delivery.sent")
    events = await page_events(idle_harness, incident_id)
    assert [type(one).__name__ for one in events] == [
        "PageStarted",
        "PageLevelReached",
        "DeliverySent",
    ]
    sent = events[-1]
    assert isinstance(sent, DeliverySent)
    assert sent.bundled_with == DeliveryId(UUID(int=7))
    assert busy.attempts == list(range(1, 10))
