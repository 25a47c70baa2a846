"""Calendar feed: turns on call as an iCalendar file, in instants that every program reads alike.

A turn keeps its UID while it begins at the same instant, so that a calendar moves its end and does
not show it twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5

from icalendar import Calendar, Event, vText

from events.ids import TOCSIN, ResponderId, ScheduleId
from events.on_call.reports.periods import Period, periods
from events.on_call.rota import Shift

BEHIND: Final = timedelta(days=31)  # how much of the past is in a feed
AHEAD: Final = timedelta(days=183)
_REFRESH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One entry of a calendar."""

    schedule_id: ScheduleId
    responder_id: ResponderId
    period: Period
    title: str
    began_before: bool = False  # the period begins where the feed does

    @property
    def uid(self) -> str:
        """Return what a calendar knows the turn by."""
        begin = "" if self.began_before else self.period.starts_at.isoformat()
        name = f"turn:{self.schedule_id}:{self.responder_id}:{self.title}:{begin}"
        return f"{uuid5(TOCSIN, name)}@tocsin"


def turns_of(
    schedule_id: ScheduleId,
    final: Iterable[Shift],
    begin: datetime,
    titles: tuple[str, str],
    only: ResponderId | None = None,
) -> list[Turn]:
    """Return the turns in a part of a final schedule, of everybody or of one person.

    The titles are of a turn on call and of one beside it, with `{}` for who.
    """
    final = list(final)
    shadows = [
        Shift(starts_at=shift.starts_at, ends_at=shift.ends_at, duties=shift.shadows)
        for shift in final
    ]
    found = [
        Turn(
            schedule_id=schedule_id,
            responder_id=responder_id,
            period=period,
            title=title.replace("{}", responder_id, 1),
            began_before=period.starts_at <= begin,
        )
        for title, shifts in zip(titles, (final, shadows), strict=True)
        for responder_id, theirs in periods(shifts).items()
        for period in theirs
        if only in (None, responder_id)
    ]
    return sorted(found, key=lambda turn: (turn.period.starts_at, turn.responder_id, turn.title))


def feed_file(name: str, turns: Iterable[Turn], written_at: datetime) -> bytes:
    """Return the calendar as a file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Tocsin//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for turn in turns:
        event = Event()
        event.add("uid", turn.uid)
        event.add("dtstamp", written_at)
        event.add("dtstart", turn.period.starts_at)
        event.add("dtend", turn.period.ends_at)
        event.add("summary", turn.title)
        event.add("transp", "TRANSPARENT")  # being on call keeps nobody from meetings
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
