"""Calendars of people are read as they mean it, and what cannot be read costs no more than that."""

from datetime import UTC, datetime, timedelta

import pytest

from services.api.calendars import apart
from services.api.calendars.apart import absences_apart
from services.api.calendars.reading import Unreadable, absences_in
from services.request_refusals import RequestInvalid

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=731)


def calendar(*entries: str, head: str = "") -> str:
    """Return a calendar of these entries, each a text of lines."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{number}@example.org\r\n{entry}\r\nEND:VEVENT\r\n"
        for number, entry in enumerate(entries)
    )
    begin = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n"
    return f"{begin}{head}{events}END:VCALENDAR\r\n"


def read(*entries: str, head: str = "", zone: str = "UTC") -> list[str]:
    found = absences_in(calendar(*entries, head=head), BEGIN, END, zone)
    return [f"{begins:%m-%d %H:%M} to {ends:%m-%d %H:%M}" for begins, ends in found]


def test_a_wall_clock_is_that_of_its_zone_or_of_the_calendars_v11() -> None:
    """V11: 09:00 with TZID Asia/Taipei, and the same floating in a calendar of that zone."""
    with_zone = "DTSTART;TZID=Asia/Taipei:20260418T090000\r\nDTEND;TZID=Asia/Taipei:20260418T100000"
    floating = "DTSTART:20260418T090000\r\nDTEND:20260418T100000"
    assert read(with_zone) == ["04-18 01:00 to 04-18 02:00"]
    assert read(floating, head="X-WR-TIMEZONE:Asia/Taipei\r\n") == ["04-18 01:00 to 04-18 02:00"]
    assert read(floating, zone="Asia/Taipei") == ["04-18 01:00 to 04-18 02:00"]


def test_whole_days_are_days_of_the_calendars_zone() -> None:
    day = "DTSTART;VALUE=DATE:20260418\r\nDTEND;VALUE=DATE:20260420"
    assert read(day, zone="Europe/Berlin") == ["04-17 22:00 to 04-19 22:00"]
    assert read("DTSTART;VALUE=DATE:20260418") == ["04-18 00:00 to 04-19 00:00"]


def test_what_is_cancelled_or_free_keeps_nobody_away() -> None:
    hour = "DTSTART:20260418T090000Z\r\nDTEND:20260418T100000Z"
    assert read(f"{hour}\r\nSTATUS:CANCELLED", f"{hour}\r\nTRANSP:TRANSPARENT") == []


def test_what_repeats_is_there_each_time_and_what_touches_is_one() -> None:
    weekly = "DTSTART:20260418T090000Z\r\nDTEND:20260418T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert read(weekly) == ["04-18 09:00 to 04-18 10:00", "04-25 09:00 to 04-25 10:00"]
    daily = "DTSTART;VALUE=DATE:20260418\r\nRRULE:FREQ=DAILY;COUNT=5"
    assert read(daily) == ["04-18 00:00 to 04-23 00:00"]


@pytest.mark.parametrize(
    "content",
    [
        "garbage",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        calendar("DTSTART:20260418T090000Z\r\nDTEND:never"),
        calendar("DTSTART:20260418T090000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=XX"),
        calendar("DTSTART;VALUE=DATE:20260418")[:-15],
        calendar(
            "DTSTART;TZID=Mars/Olympus:20260418T090000\r\nDTEND;TZID=Mars/Olympus:20260418T100000"
        ),
        calendar("DTSTART:20260418T090000", head="X-WR-TIMEZONE:Mars/Olympus\r\n"),
        calendar(*["DTSTART;VALUE=DATE:20260418"] * 5_001),
        calendar("DTSTART:20260101T000000Z\r\nDTEND:20260101T000001Z\r\nRRULE:FREQ=HOURLY"),
    ],
)
def test_what_is_no_calendar_is_refused_with_the_reason(content: str) -> None:
    with pytest.raises(Unreadable, match=r".+"):
        absences_in(content, BEGIN, END, "UTC")


def test_an_empty_calendar_says_nothing() -> None:
    assert absences_in("", BEGIN, END, "UTC") == absences_in(calendar(), BEGIN, END, "UTC") == []


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",  # sixty million instances
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",  # none, for ever
        "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=3;BYSECOND=3;BYMONTH=2;BYMONTHDAY=30",
    ],
)
async def test_a_rule_that_never_ends_or_never_comes_takes_no_longer_than_a_request(
    rule: str,
) -> None:
    entry = f"DTSTART:20260101T000000Z\r\nDTEND:20260101T000001Z\r\nRRULE:{rule}"
    began = datetime.now(UTC)
    try:
        found = await absences_apart(calendar(entry), BEGIN, END, "UTC")
    except RequestInvalid as refused:
        wrong = str(refused.facts["errors"])
        assert "body.content" in wrong
        assert "cannot be taken over" in wrong
    else:
        assert len(found) <= 1  # the first instance, which the rule does not name
    assert datetime.now(UTC) - began < timedelta(seconds=apart.WITHIN + 3)
