"""Waiting for what happens elsewhere: look again until it is there, or say what never came."""

import asyncio
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any, overload

import httpx

LONG = 60.0  # seconds: what the promises give a system to be right again
PAUSE = 0.05  # seconds between two looks: short beside anything that is waited for


@overload
async def eventually[Found](
    what: str,
    look: Callable[[], Awaitable[Found | None]],
    within: float = LONG,
    pause: float = PAUSE,
) -> Found: ...
@overload
async def eventually(
    what: str, look: Callable[[], bool], within: float = LONG, pause: float = PAUSE
) -> bool: ...
async def eventually(
    what: str, look: Callable[[], Any], within: float = LONG, pause: float = PAUSE
) -> Any:
    """Return what a look finds, as soon as it finds something; trouble on the way is fine.

    None and False mean not yet; 0 and an empty list are found.
    Raises: AssertionError (it did not happen in time).
    """
    trouble: Exception | None = None
    limit = asyncio.timeout(within)
    try:
        async with limit:
            while True:
                try:
                    found = look()
                    found = await found if isawaitable(found) else found
                except (httpx.HTTPError, AssertionError) as raised:
                    found, trouble = None, raised
                if found is not None and found is not False:
                    return found
                await asyncio.sleep(pause)
    except TimeoutError:
        if not limit.expired():
            raise
        raise AssertionError(f"Not within {within:g} s: {what}.") from trouble
