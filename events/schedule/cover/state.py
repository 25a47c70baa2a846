"""Cover request: what was asked, which parts of it are taken, and what is still open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from events.ids import ResponderId
from events.schedule.cover.events import (
    CoverEvent,
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    Span,
)


class CoverStatus(StrEnum):
    """How a cover request stands."""

    OPEN = "open"  # something of it can be taken
    ACCEPTED = "accepted"  # all of it is taken
    DECLINED = "declined"  # by everybody who was asked; they may still change their mind
    EXPIRED = "expired"  # what was not taken has begun
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Part of a shift that somebody took."""

    responder_id: ResponderId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRequest:
    """A request as the rules see it."""

    number: int
    responder_id: ResponderId  # whose shift it is
    starts_at: datetime
    ends_at: datetime
    asked_ids: tuple[ResponderId, ...]
    in_return: Span | None
    notify_ids: tuple[ResponderId, ...]
    taken: tuple[Taken, ...] = ()
    declined_ids: tuple[ResponderId, ...] = ()
    ended: CoverStatus | None = None  # by an event

    @property
    def left(self) -> Iterator[Span]:
        """Yield the parts that nobody has taken, in order."""
        begin = self.starts_at
        for part in sorted(self.taken, key=lambda one: one.starts_at):
            if begin < part.starts_at:
                yield Span(starts_at=begin, ends_at=part.starts_at)
            begin = max(begin, part.ends_at)
        if begin < self.ends_at:
            yield Span(starts_at=begin, ends_at=self.ends_at)

    def open_parts(self, at: datetime) -> list[Span]:
        """Return the parts that can be taken: a part that has begun stays as planned."""
        return [] if self.ended else [part for part in self.left if part.starts_at > at]

    def status(self, at: datetime) -> CoverStatus:
        """Return how the request stands, also where no event has said yet that it expired."""
        if self.ended is not None:
            return self.ended
        if not any(self.left):
            return CoverStatus.ACCEPTED
        if not self.open_parts(at):
            return CoverStatus.EXPIRED
        everybody = bool(self.asked_ids) and set(self.asked_ids) <= set(self.declined_ids)
        return CoverStatus.DECLINED if everybody and not self.taken else CoverStatus.OPEN

    @property
    def may_be_taken(self) -> bool:
        """Return whether time alone can end it."""
        return self.ended is None and any(self.left)


type CoverRequests = tuple[CoverRequest, ...]  # by number, from 1


def cover_after(requests: CoverRequests, event: CoverEvent) -> CoverRequests:
    """Return the requests of a schedule after an event; never refuses."""
    if isinstance(event, ScheduleCoverAsked):
        return (*requests, as_asked(event, len(requests) + 1))
    place = event.number - 1
    if not 0 <= place < len(requests):
        return requests
    return (*requests[:place], after(requests[place], event), *requests[place + 1 :])


def as_asked(event: ScheduleCoverAsked, number: int) -> CoverRequest:
    """Return a request as it was asked."""
    return CoverRequest(
        number=number,
        responder_id=event.responder_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        asked_ids=event.asked_ids,
        in_return=event.in_return,
        notify_ids=event.notify_ids,
    )


def after(
    request: CoverRequest,
    event: ScheduleCoverAccepted
    | ScheduleCoverDeclined
    | ScheduleCoverExpired
    | ScheduleCoverWithdrawn,
) -> CoverRequest:
    """Return one request after an event."""
    match event:
        case ScheduleCoverAccepted():
            part = Taken(
                responder_id=event.responder_id, starts_at=event.starts_at, ends_at=event.ends_at
            )
            return replace(request, taken=(*request.taken, part))
        case ScheduleCoverDeclined():
            return replace(request, declined_ids=(*request.declined_ids, event.responder_id))
        case ScheduleCoverExpired():
            return replace(request, ended=CoverStatus.EXPIRED)
        case ScheduleCoverWithdrawn():
            return replace(request, ended=CoverStatus.WITHDRAWN)
        case _:
            assert_never(event)
