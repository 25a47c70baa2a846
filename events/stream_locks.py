"""Stream locks: within a process, writers of one stream wait for each other.

A race that is lost is run again, and with many writers most of them lose most of the time. Other
processes are not waited for: with them a race is lost now and then.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from weakref import WeakKeyDictionary, WeakValueDictionary

type Locks = WeakValueDictionary[str, asyncio.Lock]

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Locks] = WeakKeyDictionary()


def turn(stream: str) -> AbstractAsyncContextManager[object]:
    """Hold the process's turn to write to a stream; the longest waiting is next."""
    streams = _turns.setdefault(asyncio.get_running_loop(), WeakValueDictionary())
    return streams.setdefault(stream, asyncio.Lock())
