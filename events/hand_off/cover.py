"""Cover notices: who is asked to take a shift, and what became of it for whoever asked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from events.hand_off.notices import Notice, NoticeKind
from events.schedule.cover.state import CoverRequest, CoverStatus

OLD: Final = timedelta(days=1)  # after its time nobody needs to hear of a request any more


def of_cover(requests: Iterable[CoverRequest], now: datetime) -> Iterator[Notice]:
    """Yield every notice of the requests whose time is not long over."""
    for request in requests:
        if request.ends_at + OLD > now:
            yield from _of_request(request, now)


def _of_request(request: CoverRequest, now: datetime) -> Iterator[Notice]:
    status = request.status(now)
    asked = Notice(
        kind=NoticeKind.COVER_ASKED,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        request=request.number,
        about=request.responder_id,
    )
    if status in {CoverStatus.OPEN, CoverStatus.WITHDRAWN}:
        kind = NoticeKind.COVER_ASKED if status is CoverStatus.OPEN else NoticeKind.COVER_WITHDRAWN
        for who in request.notify_ids:
            if who not in request.declined_ids:
                yield replace(asked, kind=kind, responder_id=who)
    answer = replace(asked, responder_id=request.responder_id, about=None)
    for part in request.taken:
        yield replace(
            answer,
            kind=NoticeKind.COVER_TAKEN,
            starts_at=part.starts_at,
            ends_at=part.ends_at,
            about=part.responder_id,
        )
    for who in request.declined_ids:
        yield replace(answer, kind=NoticeKind.COVER_DECLINED, about=who)
    if status is CoverStatus.EXPIRED:
        yield replace(answer, kind=NoticeKind.COVER_EXPIRED)
