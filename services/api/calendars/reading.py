"""Calendar reading: when somebody is away, by an iCalendar file of theirs.

It runs in a process of its own, which may use so much time and memory and no more: a file of a few
lines can describe more instances than any machine can count. `python -m` this module reads the
question from standard input and writes the answer to standard output, both as JSON.
Source: RFC 5545; X-WR-TIMEZONE as calendars in the wild use it.
"""

import json
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from events.on_call.zones import UnknownZone, instant, zone

MEMORY: Final = 768 * 1024 * 1024  # bytes
SECONDS: Final = 4  # of a processor
MOST_EVENTS: Final = 5_000  # entries of the file
MOST: Final = 1_000  # absences, those that touch as one
WHOLE_DAY: Final = timedelta(days=1)


class Unreadable(Exception):
    """The file is no calendar that can be taken over; the text says why."""


def absences_in(
    content: str, begin: datetime, end: datetime, zone_name: str
) -> list[tuple[datetime, datetime]]:
    """Return when the calendar's owner is away, in order; what touches is one.

    `zone_name` is the zone of times without one and of whole days, if the calendar names none.
    Entries that are cancelled, or during which one is free, are none.
    Raises: Unreadable.
    """
    # Here, because it loads for half a second, in this process only.
    import recurring_ical_events  # type: ignore[import-untyped]  # noqa: PLC0415
    from icalendar import Calendar  # noqa: PLC0415

    try:
        calendars = Calendar.from_ical(content, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as fault:
        raise Unreadable(f"it is no iCalendar file ({fault})") from fault
    if not calendars and content.strip():
        raise Unreadable("it holds no whole calendar: was it cut off?")
    found: list[tuple[datetime, datetime]] = []
    for calendar in calendars:
        if calendar.name != "VCALENDAR":
            raise Unreadable(f"it holds a {calendar.name} where a VCALENDAR should be")
        events = calendar.walk("VEVENT")
        if len(events) > MOST_EVENTS:
            raise Unreadable(f"it has {len(events)} entries: at most {MOST_EVENTS}")
        for event in events:
            require_zones(event)
        where = place(str(calendar.get("X-WR-TIMEZONE", zone_name)))
        try:
            query = recurring_ical_events.of(calendar, skip_bad_series=False)
            found += spans(query.between(begin, end), where)
        except Unreadable:
            raise
        except Exception as fault:
            raise Unreadable(f"an entry cannot be understood ({fault})") from fault
    merged = list(joined(sorted(found), begin, end))
    if len(merged) > MOST:
        raise Unreadable(f"it says {len(merged)} times that somebody is away: at most {MOST}")
    return merged


def require_zones(event: Any) -> None:
    """Let an entry pass whose times are in zones that there are.

    Raises: Unreadable: a zone that is none would be taken for any other.
    """
    for name in ("DTSTART", "DTEND"):
        shown = event.get(name)
        named = getattr(shown, "params", {}).get("TZID") if shown is not None else None
        if named and getattr(getattr(shown, "dt", None), "tzinfo", True) is None:
            raise Unreadable(f"its zone {str(named)!r} is none")


def place(name: str) -> ZoneInfo:
    """Return a zone by its name.

    Raises: Unreadable.
    """
    try:
        return zone(name)
    except UnknownZone as unknown:
        raise Unreadable(f"its zone {name!r} is none") from unknown


def spans(instances: list[Any], where: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield when each instance begins and ends, but for those that keep nobody away."""
    for one in instances:
        if str(one.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if str(one.get("TRANSP", "")).upper() == "TRANSPARENT":
            continue
        starts, ends = one.start, one.end
        if not isinstance(starts, datetime) and ends <= starts:
            ends = starts + WHOLE_DAY
        begins, over = moment(starts, where), moment(ends, where)
        if begins < over:
            yield begins, over


def moment(shown: date, where: ZoneInfo) -> datetime:
    """Return an instant: one that knows its zone by that, else by the wall clock there."""
    if not isinstance(shown, datetime):
        return instant(shown, time(), where)
    if shown.tzinfo is None:
        return instant(shown.date(), shown.time(), where)
    return shown.astimezone(UTC)


def joined(
    found: list[tuple[datetime, datetime]], begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spans between two instants, those that touch as one."""
    open_: tuple[datetime, datetime] | None = None
    for starts, ends in found:
        starts, ends = max(starts, begin), min(ends, end)  # noqa: PLW2901  cut to what is asked
        if starts >= ends:
            continue
        if open_ is not None and starts <= open_[1]:
            open_ = open_[0], max(open_[1], ends)
            continue
        if open_ is not None:
            yield open_
        open_ = starts, ends
    if open_ is not None:
        yield open_


def main() -> None:
    """Answer one question, within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked: Mapping[str, Any] = json.load(sys.stdin)
    begin, end = (datetime.fromisoformat(asked[name]) for name in ("begin", "end"))
    answer: dict[str, Any]
    try:
        found = absences_in(asked["content"], begin, end, asked["zone"])
        answer = {"absences": [[one.isoformat() for one in span] for span in found]}
    except Unreadable as fault:
        answer = {"fault": str(fault)}
    except (MemoryError, RecursionError):
        answer = {"fault": "it repeats too often, or is nested too deeply"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
