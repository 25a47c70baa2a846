"""One attempt after another: how long they wait, how long they may take, and what is certain."""

import asyncio
from datetime import timedelta
from enum import StrEnum

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from activities.delivery.delivering import GRACE
from activities.delivery.faults import DeliveryDeferred, OutcomeUnknown, ProviderUnreachable
from activities.delivery.heartbeats import BEAT_EVERY
from activities.delivery.provider import Provider, provider_types
from events.configuration.responder import ContactMethod
from events.ids import incident_stream, page_stream, responder_stream
from events.log.memory import MemoryLog
from services.worker.workers import BEATS
from tests.activities.attempts import (
    ADDRESS,
    ANNA,
    DECLARED,
    INCIDENT,
    PAGE,
    REACHED,
    STARTED,
    attempts,
    failed,
    record,
    registered,
)
from workflows.sending import HEARTBEAT, ONE_TRY


async def told() -> MemoryLog:
    """Return a log in which a page is about to reach Anna."""
    log = MemoryLog()
    method = ContactMethod(channel="email", address=ADDRESS)
    await record(log, responder_stream(ANNA), registered(method))
    await record(log, incident_stream(INCIDENT), DECLARED)
    await record(log, page_stream(PAGE), STARTED, REACHED)
    return log


@pytest.mark.parametrize("provider", provider_types().values(), ids=provider_types())
def test_an_attempt_is_not_given_up_before_its_provider_would_have(
    provider: type[Provider],
) -> None:
    assert provider.DEADLINE + GRACE < ONE_TRY
    assert max(one.DEADLINE for one in provider_types().values()) + timedelta(seconds=5) >= ONE_TRY


def test_a_dead_worker_is_known_in_seconds_and_a_slow_one_is_no_dead_one() -> None:
    between = timedelta(seconds=BEAT_EVERY) + BEATS
    assert 2 * between <= HEARTBEAT <= timedelta(seconds=10)


@pytest.mark.parametrize("asked", [timedelta(0), timedelta(seconds=-60), None])
async def test_who_defers_without_a_time_is_asked_less_and_less_often(
    asked: timedelta | None,
) -> None:
    run, _ = attempts(await told(), *[DeliveryDeferred("http_429", retry_after=asked)] * 8)
    delays = [failed(await run.next()).next_retry_delay for _ in range(8)]
    if asked is None:  # the retry policy of pages says the same
        assert delays == [None] * 8
    else:
        assert delays == [timedelta(seconds=one) for one in (1, 2, 4, 8, 16, 30, 30, 30)]


class Fate(StrEnum):
    """How an attempt may end."""

    UNREACHABLE = "unreachable"  # certainly nothing was sent
    DEFERRED = "deferred"
    UNKNOWN = "unknown"  # it may have arrived
    VANISHED = "vanished"  # the worker died at any moment


FAULTS = {
    Fate.UNREACHABLE: ProviderUnreachable("connect_failed"),
    Fate.DEFERRED: DeliveryDeferred("http_429"),
    Fate.UNKNOWN: OutcomeUnknown("http_500", answered=True),
}


@each(fates=st.lists(st.sampled_from(Fate), max_size=8))
def test_a_message_is_marked_if_any_attempt_before_it_may_have_arrived(fates: list[Fate]) -> None:
    async def marks() -> list[bool]:
        faults = [FAULTS[one] for one in fates if one is not Fate.VANISHED]
        run, provider = attempts(await told(), *faults)
        for fate in fates:
            run.vanish() if fate is Fate.VANISHED else await run.next()
        await run.next()
        return [one.possible_repeat for one in provider.messages]

    certain = [fate in {Fate.UNREACHABLE, Fate.DEFERRED} for fate in fates]
    expected = [not all(certain[:number]) for number in range(len(fates) + 1)]
    sent = [*(fate is not Fate.VANISHED for fate in fates), True]
    assert asyncio.run(marks()) == [mark for mark, was in zip(expected, sent, strict=True) if was]
