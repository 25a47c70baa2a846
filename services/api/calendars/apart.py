"""Calendar reading apart: a file of somebody else's is read in a process that may not last."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from events.errors import LogOverloaded
from services.request_refusals import Invalid, RequestInvalid

ROOT: Final = Path(__file__).parents[3]
WITHIN: Final = 3.5  # seconds; the request has to be answered in five
AT_ONCE: Final = 2
FIELD: Final = "body.content"

_ROOM: Final = asyncio.Semaphore(AT_ONCE)


async def absences_apart(
    content: str, begin: datetime, end: datetime, zone: str
) -> list[tuple[datetime, datetime]]:
    """Return when a calendar's owner is away between two instants.

    Raises: RequestInvalid with the reason, LogOverloaded while others are being read.
    """
    if _ROOM.locked():
        raise LogOverloaded("Other calendars are being read: try again in a moment.")
    asked = {"content": content, "begin": begin.isoformat(), "end": end.isoformat(), "zone": zone}
    async with _ROOM:
        answer = await _asked(json.dumps(asked).encode())
    if "fault" in answer:
        raise refused(f"The calendar cannot be taken over: {answer['fault']}.")
    return [
        (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
        for begins, ends in answer["absences"]
    ]


async def _asked(question: bytes) -> Any:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.api.calendars.reading"),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},  # none of our settings
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WITHIN):
            said, _ = await process.communicate(question)
    except TimeoutError:
        return {"fault": "it repeats too often to be read in time"}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        return {"fault": "it repeats too often, or is too large to be read"}
    return json.loads(said)


def refused(reason: str) -> RequestInvalid:
    """Return the refusal of a file."""
    return RequestInvalid(Invalid(field=FIELD, reason=reason))
