"""Audit trail: what was done and what was refused, in the order in which it happened."""

import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal

from pydantic import PlainValidator, WithJsonSchema

from events.log.codec import decode_metadata
from events.log.recorded import Metadata, RecordedEvent
from events.log.refusals import RecordedRefusal, Refusals
from events.log.store import Log
from services.api.http.formats import LARGEST

SCANNED: Final = 2_000  # events, or refusals, looked at for one answer
_PLACE: Final = re.compile(r"(\d{1,19})(?:\.(\d{1,19}))?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Place in the audit trail: behind this event of the log and behind this refusal."""

    position: int = 0
    refusal: int = 0

    def __str__(self) -> str:
        """Return the place as callers hand it back: 4711.12."""
        return f"{self.position}.{self.refusal}"


def _read(value: Any) -> Any:
    if isinstance(value, Place):
        return value
    written = _PLACE.fullmatch(value) if isinstance(value, str) else None
    numbers = [int(digits or 0) for digits in written.groups()] if written else []
    if not numbers or max(numbers) > LARGEST:
        raise ValueError("write a position in digits, or what `reached` said: 4711.12")
    return Place(position=min(numbers[0], LARGEST - SCANNED), refusal=numbers[1])


type After = Annotated[
    Place,
    PlainValidator(_read),
    WithJsonSchema(
        {"type": "string", "pattern": _PLACE.pattern.join("^$"), "examples": ["4711", "4711.12"]}
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filter of the audit trail; what is None is not filtered by."""

    principal: str | None = None  # who did it, or on whose behalf
    stream: str | None = None  # to what
    outcome: Literal["accepted", "refused"] | None = None

    def takes(self, event: RecordedEvent, metadata: Metadata) -> bool:
        """Say whether an event belongs to the answer."""
        who = (metadata.principal, metadata.on_behalf_of)
        return (self.principal is None or self.principal in who) and (
            self.stream is None or self.stream == event.stream
        )


type Deed = tuple[RecordedEvent, Metadata]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Part of the audit trail, oldest first."""

    deeds: list[Deed | RecordedRefusal]
    reached: Place
    more: bool  # is there already


async def part_of(log: Log, refusals: Refusals, wanted: Wanted, after: Place) -> Part:
    """Return the part behind a place.

    A refusal stands behind the event that was the newest when it happened. Refusals are found by
    their own number, so that one written late is in the next part and never lost.
    Raises: LogUnavailable.
    """
    if wanted.outcome == "refused":
        return await _refused(refusals, wanted, after, None)
    head = await log.head()
    # Only what the head covers: what comes later comes with the refusals before it.
    reach = max(after.position, min(after.position + SCANNED, head))
    more = head > reach
    refused = Part(deeds=[], reached=after, more=False)
    if wanted.outcome is None:
        refused = await _refused(refusals, wanted, after, reach)
        if refused.more:
            reach, more = refused.reached.position, True
    events = await log.read_all(after.position, reach - after.position)
    done = [
        (event, metadata)
        for event in events
        if wanted.takes(event, metadata := decode_metadata(event.meta))
    ]
    return Part(
        deeds=sorted([*refused.deeds, *done], key=_in_order),
        reached=replace(refused.reached, position=reach),
        more=more,
    )


async def _refused(
    refusals: Refusals, wanted: Wanted, after: Place, up_to_position: int | None
) -> Part:
    found = await refusals.after(
        after.refusal,
        SCANNED,
        up_to_position=up_to_position,
        principal=wanted.principal,
        target=wanted.stream,
    )
    reached = after
    if found:
        position = max(after.position, found[-1].position)
        reached = Place(position=position, refusal=found[-1].number)
    return Part(deeds=list(found), reached=reached, more=len(found) == SCANNED)


def _in_order(deed: Deed | RecordedRefusal) -> tuple[int, int]:
    if isinstance(deed, RecordedRefusal):
        return deed.position, deed.number
    return deed[0].position, 0
