"""Folded streams: states as they were folded last, so that only what came since is read and folded.

What is kept is no answer by itself: at every question the log says what it holds behind the last
event that was folded, and that event is told by its hash, which stands for all before it. Where an
older log was restored, or another one, the stream is read and folded anew.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from events.decider import Decider
from events.handle import beginnings, known
from events.log.codec import codec_for
from events.log.lookup.shared_reads import SharedReads
from events.log.recorded import Bookmark, RecordedEvent
from events.log.store import Log

MOST_KEPT: Final = 4_000  # streams

type Evolve = Callable[[Any, Any], Any]  # by which the deciders of one stream are told apart
type Key = tuple[str, Evolve]


@dataclass(frozen=True, slots=True)
class _Folded:
    """A stream's state, and the last event that is in it."""

    state: Any
    evolve: Evolve
    bookmark: Bookmark


@dataclass(slots=True)
class _Read:
    """What was read of a stream: it goes on from what is kept, or begins anew."""

    kept: _Folded | None
    stored: Sequence[RecordedEvent]
    newest: tuple[Any, int] | None = None  # what follows from both, once somebody has looked


class FoldedStreams:
    """Streams of one log, the one that was asked for last at the end."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Folded] = OrderedDict()
        self._types: dict[Evolve, Sequence[str]] = {}
        self._reads = SharedReads[Log, Key, _Read](self._read)

    async def newest[Command, State, Event](
        self, log: Log, decider: Decider[Command, State, Event], streams: Sequence[str]
    ) -> dict[str, tuple[State, int]]:
        """Return the state and version of each stream, 0 if it does not exist.

        Raises: EventTooNew, LogUnavailable.
        """
        self._types.setdefault(decider.evolve, beginnings(decider))
        read = await self._reads.answers(log, [(stream, decider.evolve) for stream in streams])
        return {
            stream: await self._folded(log, decider, stream, read[stream, decider.evolve])
            for stream in streams
        }

    async def _read(self, log: Log, keys: Sequence[Key]) -> Mapping[Key, _Read]:
        kept: dict[str, _Folded] = {}
        unknown: dict[Evolve, list[str]] = {}
        for stream, evolve in keys:
            folded = self._kept.get(stream)
            if folded is not None and folded.evolve is evolve:
                kept[stream] = folded
                self._kept.move_to_end(stream)
            else:
                unknown.setdefault(evolve, []).append(stream)
        parts = await asyncio.gather(
            _behind(log, kept),
            *(
                _from_the_start(log, evolve, streams, self._types[evolve])
                for evolve, streams in unknown.items()
            ),
        )
        return {key: read for part in parts for key, read in part.items()}

    async def _folded[Command, State, Event](
        self, log: Log, decider: Decider[Command, State, Event], stream: str, read: _Read
    ) -> tuple[State, int]:
        if read.newest is None:
            read.newest = await self._fold(log, decider, stream, read)
        return read.newest

    async def _fold[Command, State, Event](
        self, log: Log, decider: Decider[Command, State, Event], stream: str, read: _Read
    ) -> tuple[State, int]:
        kept, stored = read.kept, read.stored
        state: State = kept.state if kept is not None else decider.initial
        if not stored:
            return state, kept.bookmark.version if kept is not None else 0
        opened = await log.opened(stored)
        events = known(codec_for(decider.event_types), opened)
        state = decider.fold((recorded.event for recorded in events), state)
        if all(clear is sealed for clear, sealed in zip(opened, stored, strict=True)):
            self._keep(stream, _Folded(state, decider.evolve, Bookmark.behind(stored[-1])))
        else:  # what is known of a person is not kept beyond their key
            self._kept.pop(stream, None)
        return state, stored[-1].version

    def _keep(self, stream: str, folded: _Folded) -> None:
        self._kept[stream] = folded
        self._kept.move_to_end(stream)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


async def _behind(log: Log, kept: Mapping[str, _Folded]) -> dict[Key, _Read]:
    if not kept:
        return {}
    news = await log.read_on({stream: folded.bookmark for stream, folded in kept.items()})
    found: dict[Key, _Read] = {}
    for stream, folded in kept.items():
        key, stored = (stream, folded.evolve), news.get(stream)
        if stored is None:
            found[key] = _Read(folded, ())
        else:
            goes_on = bool(stored) and stored[0].version == folded.bookmark.version + 1
            found[key] = _Read(folded if goes_on else None, stored)
    return found


async def _from_the_start(
    log: Log, evolve: Evolve, streams: Sequence[str], types: Sequence[str]
) -> dict[Key, _Read]:
    read = await log.read_since(streams, types)
    return {(stream, evolve): _Read(None, read[stream]) for stream in streams}


# It keeps no log alive: a trial has one of its own.
_of_logs: WeakKeyDictionary[Log, FoldedStreams] = WeakKeyDictionary()


async def newest_of[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], streams: Sequence[str]
) -> dict[str, tuple[State, int]]:
    """Return the state and version of each stream, as the log has them now, in one read.

    Raises: EventTooNew, LogUnavailable.
    """
    folded = _of_logs.get(log)
    if folded is None:
        folded = _of_logs[log] = FoldedStreams()
    return await folded.newest(log, decider, streams)


async def newest[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stream: str
) -> tuple[State, int]:
    """Return the state and version of a stream, as the log has them now; 0 if it does not exist.

    It is `load` for what is asked for again and again.
    Raises: EventTooNew, LogUnavailable.
    """
    return (await newest_of(log, decider, [stream]))[stream]
