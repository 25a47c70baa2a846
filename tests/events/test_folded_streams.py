"""Folded streams: whatever happens to a log, they are as if they were folded anew each time."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from msgspec.structs import replace

from events import folded_streams
from events.decider import Decider
from events.errors import EventTooNew, LogUnavailable
from events.folded_streams import newest, newest_of
from events.loading import load
from events.log.memory import MemoryLog
from events.log.recorded import Bookmark, RecordedEvent
from tests.events.log.requests import append, data


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded:
    note: str
    type: Literal["note.added"] = "note.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesCleared:
    note: str = ""
    type: Literal["note.cleared"] = "note.cleared"


type Note = NoteAdded | NotesCleared
type Notes = tuple[str, ...]


def written(notes: Notes, event: Note) -> Notes:
    return () if isinstance(event, NotesCleared) else (*notes, event.note)


def nothing(_command: None, _notes: Notes) -> list[Note]:
    return []


WHOLE: Decider[None, Notes, Note] = Decider((), nothing, written, (NoteAdded, NotesCleared))
AFRESH: Decider[None, Notes, Note] = Decider(
    (), nothing, written, (NoteAdded, NotesCleared), afresh=(NotesCleared,)
)
COUNTED: Decider[None, int, Note] = Decider(
    0, lambda _command, _count: [], lambda count, _event: count + 1, (NoteAdded, NotesCleared)
)
PAGES = ("notes-1", "notes-2", "notes-3")


class Desk(MemoryLog):
    """A log that counts the events it is asked for, and may be taken back to an older one."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched = 0
        self.is_away = False
        self.seals = False

    async def write(self, stream: str, note: str, kind: str = "note.added") -> None:
        await self.append(append(stream, data(f'{{"note":"{note}"}}'.encode(), kind)))

    def restore(self, stream: str, versions: int) -> None:
        self._streams[stream] = self._streams[stream][:versions]

    async def read_since(
        self, streams: Sequence[str], types: Sequence[str]
    ) -> dict[str, list[RecordedEvent]]:
        return self._counted(await super().read_since(streams, types))

    async def read_on(self, bookmarks: Mapping[str, Bookmark]) -> dict[str, list[RecordedEvent]]:
        return self._counted(await super().read_on(bookmarks))

    async def opened(self, stored: Sequence[RecordedEvent]) -> list[RecordedEvent]:
        return [replace(one) for one in stored] if self.seals else list(stored)

    def _counted(self, found: dict[str, list[RecordedEvent]]) -> dict[str, list[RecordedEvent]]:
        if self.is_away:
            raise LogUnavailable("away")
        self.fetched += sum(map(len, found.values()))
        return found


steps = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(PAGES), st.integers(0, 9)),
    st.tuples(st.just("clear"), st.sampled_from(PAGES), st.just(0)),
    st.tuples(st.just("restore"), st.sampled_from(PAGES), st.integers(0, 4)),
    st.tuples(st.just("look"), st.sampled_from(PAGES), st.integers(0, 2)),
)


@each(walk=st.lists(steps, max_size=40))
def test_a_stream_is_as_if_it_were_folded_anew_also_after_an_older_log_was_restored(
    walk: list[tuple[str, str, int]],
) -> None:
    async def walked() -> None:
        log = Desk()
        for step, stream, number in walk:
            if step == "write":
                await log.write(stream, str(number))
            elif step == "clear":
                await log.write(stream, "", "note.cleared")
            elif step == "restore":
                log.restore(stream, number)
            elif number == 2:
                assert await newest(log, COUNTED, stream) == await load(log, COUNTED, stream)
            else:
                decider = (WHOLE, AFRESH)[number]
                found = await newest_of(log, decider, PAGES)
                assert found == {page: await load(log, decider, page) for page in PAGES}

    asyncio.run(walked())


async def test_only_what_came_since_the_last_look_is_read() -> None:
    log = Desk()
    for number in range(100):
        await log.write("notes-1", str(number))
    await newest(log, WHOLE, "notes-1")
    log.fetched = 0
    assert (await newest(log, WHOLE, "notes-1"))[1] == 100
    assert log.fetched == 0
    await log.write("notes-1", "one more")
    assert (await newest(log, WHOLE, "notes-1"))[0][-1] == "one more"
    assert log.fetched == 1


async def test_nothing_is_answered_while_the_log_is_away_though_it_was_folded_before() -> None:
    log = Desk()
    await log.write("notes-1", "a")
    await newest(log, WHOLE, "notes-1")
    log.is_away = True
    with pytest.raises(LogUnavailable):
        await newest(log, WHOLE, "notes-1")


async def test_what_is_known_of_a_person_is_read_anew_each_time() -> None:
    log = Desk()
    await log.write("notes-1", "ada@example.com")
    log.seals = True
    await newest(log, WHOLE, "notes-1")
    log.fetched = 0
    await newest(log, WHOLE, "notes-1")
    assert log.fetched == 1


async def test_an_event_of_a_newer_version_of_ours_is_too_new_at_every_look() -> None:
    log = Desk()
    await log.write("notes-1", "a")
    await newest(log, WHOLE, "notes-1")
    await log.write("notes-1", "b", "note.burnt")
    for _ in range(2):
        with pytest.raises(EventTooNew):
            await newest(log, WHOLE, "notes-1")
    assert (await newest(log, WHOLE, "notes-2")) == ((), 0)


async def test_the_streams_that_were_asked_for_longest_ago_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folded_streams, "MOST_KEPT", 2)
    log = Desk()
    for page in PAGES:
        await log.write(page, page)
    await newest_of(log, WHOLE, PAGES[:2])
    await newest(log, WHOLE, PAGES[0])
    await newest(log, WHOLE, PAGES[2])
    log.fetched = 0
    await newest_of(log, WHOLE, (PAGES[0], PAGES[2]))
    assert log.fetched == 0
    assert (await newest(log, WHOLE, PAGES[1]))[0] == (PAGES[1],)
    assert log.fetched == 1


async def test_many_who_look_at_once_cost_one_read() -> None:
    log = Desk()
    await log.write("notes-1", "a")
    looks = await asyncio.gather(*(newest(log, WHOLE, "notes-1") for _ in range(20)))
    assert looks == [(("a",), 1)] * 20
    assert log.fetched == 1
