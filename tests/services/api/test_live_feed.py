"""A stream that is cut anywhere and gone on with is the log, each event once."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import LogOverloaded, LogUnavailable
from events.log.memory import MemoryLog
from events.log.recorded import Append, EventData, Metadata, RecordedEvent
from services.api.dependencies import Dependencies
from services.api.reading.event_view import event_json
from services.live import event_streams, live_feed, log_reader
from services.live.event_filter import OF_INCIDENTS, Chosen
from services.live.event_streams import BrokenOff, lines, server_sent
from services.live.live_feed import Ending, Listener, LiveFeed
from services.request_refusals import NotAuthenticated

INCIDENT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
STREAMS = (f"incident-{INCIDENT}", "page-1", "alert-1", "responder-ada", "api_key-k")
TYPES = ("incident.declared", "page.started")


async def append(log: MemoryLog, stream: str = "page-1", kind: str = "page.started") -> None:
    payload = json.dumps({"incident_id": str(INCIDENT)}).encode()
    await log.append(
        Append(
            stream=stream,
            command_id=uuid4(),
            request_digest=bytes(32),
            expected_version=None,
            events=(EventData(type=kind, schema_version=1, payload=payload),),
            metadata=Metadata(principal="test"),
        )
    )


async def admitted() -> None:
    """Let everybody stay."""


async def refused() -> None:
    """Let nobody stay."""
    raise NotAuthenticated("Send a good API key.")


@dataclass
class Client:
    """Reads a stream as the standard says, and remembers where it was."""

    last_event_id: int = 0
    seen: list[int] = field(default_factory=list)
    ended: dict[str, Any] | None = None

    def read(self, chunk: bytes) -> None:
        for block in chunk.decode().split("\n\n"):
            members = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
            if members.get("event") == "end":
                self.ended = json.loads(members["data"])
                continue
            if "id" in members:
                self.last_event_id = int(members["id"])
            if "data" in members:
                self.seen.append(int(json.loads(members["data"])["position"]))


def positions(events: Sequence[RecordedEvent], chosen: Chosen) -> list[int]:
    return [event.position for event in events if chosen.admits(event)]


CHOICES = (
    Chosen(),
    Chosen(nouns=OF_INCIDENTS),
    Chosen(types=frozenset({"page.started"})),
    Chosen(stream="page"),
    Chosen(stream="responder-ada", types=frozenset(TYPES)),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(STREAMS), st.sampled_from(TYPES)),  # append
        st.integers(0, 3),  # read so many chunks
        st.none(),  # lose the line
    ),
    max_size=60,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.integers(0, 7), walk=steps, chosen=st.sampled_from(CHOICES))
async def test_no_event_is_lost_or_repeated_however_often_the_line_breaks(
    dependencies: Dependencies,
    monkeypatch: pytest.MonkeyPatch,
    before: int,
    walk: list[Any],
    chosen: Chosen,
) -> None:
    monkeypatch.setattr(log_reader, "PART", 3)
    monkeypatch.setattr(event_streams, "PART", 3)
    monkeypatch.setattr(event_streams, "HEARTBEAT_SECONDS", 0.001)
    log, client = MemoryLog(), Client()
    for number in range(before):
        await append(log, STREAMS[number % len(STREAMS)], TYPES[number % 2])
    feed = LiveFeed(event_json, part=2, pause=0)
    here = replace(dependencies, log=log, live_feed=feed)
    stream = server_sent(here, here.live_feed, chosen, 0, admitted)
    for step in walk:
        match step:
            case None:
                await stream.aclose()
                stream = server_sent(here, here.live_feed, chosen, client.last_event_id, admitted)
            case int():
                for _ in range(step):
                    client.read(await anext(stream))
            case (name, kind):
                await append(log, name, kind)
    async with aclosing(stream):
        while client.last_event_id < await log.head():
            client.read(await anext(stream))
    assert client.seen == positions(await log.read_all(0), chosen)


async def test_a_client_that_is_ahead_of_the_reader_hears_nothing_again(
    dependencies: Dependencies,
) -> None:
    log, client = MemoryLog(), Client(last_event_id=3)
    here = replace(dependencies, log=log)
    async with here.live_feed.listening(log, Chosen()):  # its reader is still at 0
        for _ in range(3):
            await append(log)
        async with aclosing(server_sent(here, here.live_feed, Chosen(), 3, admitted)) as stream:
            client.read(await anext(stream))
            await append(log)
            while client.last_event_id < 4:
                client.read(await anext(stream))
    assert client.seen == [4]


class Counting(MemoryLog):
    """Counts how often it is read, and may be down once."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = self.parts_with_events = 0
        self.down = False

    async def read_all(self, after_position: int, limit: int = 5000) -> Sequence[RecordedEvent]:
        if self.down:
            self.down = False
            raise LogUnavailable("for a moment")
        events = await super().read_all(after_position, limit)
        self.reads += 1
        self.parts_with_events += bool(events)
        return events


async def test_one_reading_feeds_every_listener_and_ends_with_the_last() -> None:
    log, hub = Counting(), LiveFeed(event_json)
    async with hub.listening(log, Chosen()) as one, hub.listening(log, Chosen()) as other:
        await append(log)
        assert await one.messages(10) == await other.messages(10)
        assert log.parts_with_events == 1
    reads = log.reads
    for _ in range(5):
        await asyncio.sleep(hub.pause)
    assert log.reads == reads
    async with hub.listening(log, Chosen()) as again:  # at once after the last one left
        await append(log)
        assert [position for position, _ in await again.messages(10)] == [2]


async def test_a_log_that_fails_for_a_moment_loses_nothing() -> None:
    log = Counting()
    async with LiveFeed(event_json, fault_pause=0).listening(log, Chosen()) as listener:
        log.down = True
        await append(log)
        assert [position for position, _ in await listener.messages(10)] == [1]


@pytest.mark.parametrize(
    ("count", "size"), [(live_feed.MOST_WAITING + 1, 1), (3, live_feed.MOST_BYTES // 2)]
)
def test_a_client_that_does_not_keep_up_is_cut_off_and_keeps_no_memory(
    count: int, size: int
) -> None:
    listener = Listener(Chosen(), 0)
    for position in range(1, count + 1):
        listener.tell(position, b"a" * size)
    assert listener.ending is Ending.TOO_SLOW
    assert not listener._waiting


async def test_the_one_who_is_cut_off_is_told_where_to_go_on(dependencies: Dependencies) -> None:
    log, client = MemoryLog(), Client()
    await append(log)
    here = replace(dependencies, log=log)
    async with aclosing(server_sent(here, here.live_feed, Chosen(), 0, admitted)) as stream:
        while not client.seen:
            client.read(await anext(stream))
        [listener] = here.live_feed.listeners
        listener.end(Ending.TOO_SLOW)
        client.read(await anext(stream))
    assert client.ended == {"reason": "too slow", "resume_after": "1"}
    assert not here.live_feed.listeners


async def test_a_key_that_is_revoked_ends_the_stream(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr(event_streams, "ASK_SECONDS", 0)
    client = Client()
    here = replace(dependencies, log=MemoryLog())
    async for chunk in server_sent(here, here.live_feed, Chosen(), 0, refused):
        client.read(chunk)
    assert client.ended == {"reason": "Send a good API key.", "resume_after": "0"}


@pytest.mark.parametrize("taken", ["api_key.revoked", "subject.forgotten"])
async def test_whose_right_is_taken_away_is_told_nothing_that_happens_after_it(
    dependencies: Dependencies, taken: str
) -> None:
    log, client = MemoryLog(), Client()
    here = replace(dependencies, log=log)
    async with aclosing(
        server_sent(here, here.live_feed, Chosen(nouns=OF_INCIDENTS), 0, refused)
    ) as stream:
        client.read(await anext(stream))
        waiting = asyncio.ensure_future(anext(stream))
        while not here.live_feed.listeners:  # noqa: ASYNC110  nobody is told of a new one
            await asyncio.sleep(0)
        await append(log, "api_key-k", taken)
        await append(log)
        client.read(await waiting)
    assert client.ended == {"reason": "Send a good API key.", "resume_after": "0"}
    assert client.seen == []


async def test_a_download_breaks_off_when_its_key_is_revoked(
    dependencies: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "ASK_SECONDS", 0)
    log = MemoryLog()
    await append(log)
    here = replace(dependencies, log=log)
    with pytest.raises(BrokenOff, match="Send a good API key"):
        await anext(lines(here, here.live_feed, Chosen(), (0, 1), None, refused))


async def test_one_listener_too_many_is_refused() -> None:
    hub, log = LiveFeed(event_json, most_listeners=1), MemoryLog()
    async with hub.listening(log, Chosen()):
        with pytest.raises(LogOverloaded):
            async with hub.listening(log, Chosen()):
                pass
