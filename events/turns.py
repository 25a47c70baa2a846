"""Turns: within a process, whoever writes to one stream waits for those who came before.

A race that is lost is run again, and with many writers most of them lose most of the time. Other
processes are not waited for: with them a race is lost now and then.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from weakref import WeakKeyDictionary, WeakValueDictionary

from events.log.store import Log

_turns: WeakKeyDictionary[Log, WeakValueDictionary[str, asyncio.Lock]] = WeakKeyDictionary()


def turn(log: Log, stream: str) -> AbstractAsyncContextManager[object]:
    """Hold the process's turn to write to a stream of a log; the longest waiting is next."""
    streams = _turns.setdefault(log, WeakValueDictionary())
    return streams.setdefault(stream, asyncio.Lock())
