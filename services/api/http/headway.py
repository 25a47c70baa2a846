"""Deadline extension: a request that gets on with its work gets time, a hanging one does not."""

import asyncio
from typing import Final

from fastapi import Request

DEADLINE_SECONDS: Final = 4.5  # with what it takes to give up, an answer is there within 5


def made_headway(request: Request, more_seconds: float = 0) -> None:
    """Begin the request's time anew: a part of its work is done for good.

    What comes next may take so many seconds more than any request has.
    """
    deadline: asyncio.Timeout | None = getattr(request.state, "deadline", None)
    if deadline is not None and not deadline.expired():
        deadline.reschedule(asyncio.get_running_loop().time() + DEADLINE_SECONDS + more_seconds)
