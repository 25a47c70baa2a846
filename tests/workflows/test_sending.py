"""A provider that is away, on the real servers: it is seen while it is tried, and nobody waits."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from temporalio import activity

from activities.announcement_orders import SEND_ANNOUNCEMENT, PostOrder
from activities.delivery.attempting import attempted
from activities.delivery.faults import ProviderUnreachable
from activities.orders import SEND_PAGE, SendOrder, SendOutcome, SendState
from activities.recording import Recording
from events.ids import (
    IncidentId,
    ResponderId,
    announcement_stream,
    delivery_id_for,
    page_stream,
)
from events.log.codec import codec_for
from events.page.decide import page_decider
from events.page.events import EscalationExhausted, PageDeliveryDelayed, PageSent
from services.worker.workers import announcer, incident_worker
from tests.answers import NoAnswers
from tests.workflows.conftest import House
from tests.workflows.resting import idles
from tests.workflows.test_announcement import Comms
from workflows import sending

pytestmark = pytest.mark.stack


@dataclass
class Provider:
    """Takes messages, unless it is away for whom they are to."""

    is_away: Callable[[SendOrder], bool]
    attempts: list[int] = field(default_factory=list)
    marked: list[bool] = field(default_factory=list)  # of what it took

    @activity.defn(name=SEND_PAGE)
    async def send(self, order: SendOrder) -> SendOutcome:
        async def deliver(attempt: int, repeat: bool) -> SendOutcome:  # noqa: FBT001
            self.attempts.append(attempt)
            if self.is_away(order):
                raise ProviderUnreachable("connect_failed")
            self.marked.append(repeat)
            return SendOutcome(state=SendState.SENT, attempts=attempt)

        return await attempted("page", order, deliver)


@pytest.fixture(autouse=True)
def word_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    words = (timedelta(seconds=1.5), timedelta(seconds=2), timedelta(minutes=1))
    monkeypatch.setattr(sending, "WORDS", words)


@asynccontextmanager
async def working(house: House, provider: Provider) -> AsyncIterator[None]:
    recording = Recording(house.log, NoAnswers())
    async with incident_worker(house.client, recording, provider):
        yield


async def page_events(house: House, incident_id: IncidentId) -> list[object]:
    stored = await house.log.read_stream(page_stream(house.page_of(incident_id)))
    codec = codec_for(page_decider.event_types)
    return [codec.decode(one).event for one in stored]


async def test_a_level_that_cannot_be_reached_is_left_at_once_and_people_see_why(
    idle_house: House,
) -> None:
    def to_ada(order: SendOrder) -> bool:
        ada = ResponderId("ada")
        return order.delivery_id == delivery_id_for(order.page_id, 1, 1, ada, "email", 0)

    async with working(idle_house, Provider(to_ada)):
        policy = await idle_house.policy("ada", "grace", escalation_timeout=120)
        incident_id = await idle_house.declare(policy)
        await idle_house.page_happens(incident_id, "page.sent")
    happened = await idle_house.happened(page_stream(idle_house.page_of(incident_id)))
    assert happened[:6] == [
        "page.started",
        "page.level_reached",
        "page.delivery_delayed",
        "page.level_unreached",
        "page.level_reached",
        "page.sent",
    ]
    delayed = (await page_events(idle_house, incident_id))[2]
    assert isinstance(delayed, PageDeliveryDelayed)
    assert (delayed.attempts, delayed.error) == (2, "ProviderUnreachable: connect_failed")


async def test_the_last_level_waits_for_its_provider_and_is_never_called_silent(
    idle_house: House,
) -> None:
    async with working(idle_house, Provider(lambda _: True)):
        incident_id = await idle_house.declare(await idle_house.policy("ada", escalation_timeout=5))
        await idle_house.page_happens(incident_id, "page.delivery_delayed")
        stream = page_stream(idle_house.page_of(incident_id))
        assert "escalation.exhausted" not in await idle_house.happened(stream)
        await idle_house.page_happens(incident_id, "escalation.exhausted")
    events = await page_events(idle_house, incident_id)
    assert "page.timed_out" not in await idle_house.happened(stream)
    (exhausted,) = [one for one in events if isinstance(one, EscalationExhausted)]
    assert (exhausted.silent, exhausted.unreached) == (0, 1)


async def test_a_message_goes_out_once_when_its_provider_is_back_and_is_no_repeat(
    idle_house: House,
) -> None:
    away = True
    provider = Provider(lambda _: away)
    async with working(idle_house, provider):
        incident_id = await idle_house.declare(
            await idle_house.policy("ada", escalation_timeout=120)
        )
        await idle_house.page_happens(incident_id, "page.delivery_delayed")
        away = False
        await idle_house.page_happens(incident_id, "page.sent")
        await idles(idle_house.incident(incident_id))
    assert provider.marked == [False]
    events = await page_events(idle_house, incident_id)
    (sent,) = [one for one in events if isinstance(one, PageSent)]
    assert provider.attempts == [1, 2, 3]
    assert sent.attempts == 3


@dataclass
class SlowComms(Comms):
    """Comms whose provider is away for a number of attempts."""

    away_for: int = 2

    @activity.defn(name=SEND_ANNOUNCEMENT)
    async def send_announcement(self, order: PostOrder) -> SendOutcome:
        async def deliver(attempt: int, repeat: bool) -> SendOutcome:  # noqa: FBT001
            if attempt <= self.away_for:
                raise ProviderUnreachable("connect_failed")
            self.sent.append(("", attempt, repeat))
            return SendOutcome(state=SendState.SENT, attempts=attempt)

        return await attempted("announcement", order, deliver)


async def test_a_status_update_that_is_held_up_says_so_and_goes_out_later(house: House) -> None:
    comms = SlowComms(house)
    async with announcer(house.client, Recording(house.log, NoAnswers()), comms):
        incident_id = await house.declare()
        await comms.publish(incident_id)
        await comms.ends(incident_id)
    happened = await house.happened(announcement_stream(incident_id))
    assert happened[0] == "announcement.planned"
    assert sorted(happened[1:3]) == ["announcement.delivery_delayed"] * 2
    assert sorted(happened[3:]) == ["announcement.sent"] * 2
    assert comms.sent == [("", 3, False)] * 2
