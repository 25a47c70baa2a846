"""Live stream client: every event once, whatever the connection does."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from services.cli.remote import LineLost, Problem, Remote, parsed

PATH: Final = "/v1/stream"
FIRST_PAUSE: Final = 0.5  # seconds
LONGEST_PAUSE: Final = 10.0  # seconds
COME_BACK: Final = frozenset({"stopping", "too slow"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One block of a stream of server-sent events."""

    position: int | None
    event: str = "message"
    data: str = ""


def messages(lines: Iterable[str]) -> Iterator[Message]:
    """Yield the blocks of a stream; a last one that is not whole is left out.

    Source: the HTML standard, "Server-sent events", on interpreting an event stream.
    """
    found: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            found[name] = value.removeprefix(" ")
        elif found:
            position = int(found["id"]) if "id" in found else None
            event, data = found.get("event", "message"), found.get("data", "")
            yield Message(position=position, event=event, data=data)
            found = {}


def followed(remote: Remote, incident: str, after: int) -> Iterator[dict[str, Any]]:
    """Yield the incident's events above a position, for ever; a line that breaks is taken up again.

    Raises: Problem.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            lines = remote.lines(PATH, "text/event-stream", incident=incident, after=after)
            for message in messages(lines):
                pause = FIRST_PAUSE
                if message.event == "end":
                    require_coming_back(parsed(message.data)["reason"])
                    break
                after = message.position if message.position is not None else after
                if message.data:
                    yield parsed(message.data)
        except LineLost:
            pause = min(2 * pause, LONGEST_PAUSE)
        time.sleep(pause)


def require_coming_back(reason: str) -> None:
    """Let an ending pass after which the stream can be taken up again.

    Raises: Problem.
    """
    if reason not in COME_BACK:
        raise Problem("The stream has ended.", reason)
