"""A calendar shows every turn on call as it is, read by a program that nobody here wrote."""

from datetime import UTC, datetime, timedelta
from typing import Any

import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from events.ids import ResponderId, ScheduleId
from events.on_call.rota import Duty, Shift
from services.api.calendars.feed_file import feed_file, turns_of
from tests.events.on_call.reports.turns import ADA, BEN, HOUR, MONDAY, turns

PAYMENTS = ScheduleId("payments")
TITLES = ("{} is on call: Payments", "{} learns on call: Payments")
PEOPLE = st.lists(st.sampled_from([ADA, BEN]), unique=True).map(tuple)


def written(shifts: list[Shift], only: ResponderId | None = None) -> bytes:
    begin = shifts[0].starts_at - HOUR if shifts else MONDAY
    return feed_file("Payments", turns_of(PAYMENTS, shifts, begin, TITLES, only), MONDAY)


def read(content: bytes, begin: datetime, end: datetime) -> list[Any]:
    calendar = Calendar.from_ical(content)
    return sorted(
        recurring_ical_events.of(calendar).between(begin, end),
        key=lambda event: (event["DTSTART"].dt, str(event["SUMMARY"])),
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 60), PEOPLE), min_size=1, max_size=8))
def test_another_program_reads_who_is_on_call_at_every_hour(
    lengths: list[tuple[int, tuple[ResponderId, ...]]],
) -> None:
    shifts = turns(*lengths)
    end = shifts[-1].ends_at
    found = read(written(shifts), MONDAY, end)
    at = MONDAY
    while at < end:
        there = {
            str(event["SUMMARY"]).partition(" ")[0]
            for event in found
            if event["DTSTART"].dt <= at < event["DTEND"].dt
        }
        [shift] = [one for one in shifts if one.starts_at <= at < one.ends_at]
        assert there == set(shift.responder_ids)
        at += 5 * HOUR


def test_a_turn_that_ends_later_than_planned_is_the_same_entry() -> None:
    before = read(written(turns((24, (ADA,)), (24, (BEN,)))), MONDAY, MONDAY + 48 * HOUR)
    after = read(written(turns((30, (ADA,)), (18, (BEN,)))), MONDAY, MONDAY + 48 * HOUR)
    assert before[0]["UID"] == after[0]["UID"]
    assert before[1]["UID"] != after[1]["UID"]


def test_a_turn_that_began_before_the_feed_is_the_same_entry_on_the_next_day() -> None:
    days = [turns((24 * 40, (ADA,)), begin=MONDAY + day * 24 * HOUR) for day in range(2)]
    first, second = (
        turns_of(PAYMENTS, shifts, shifts[0].starts_at, TITLES)[0].uid for shifts in days
    )
    assert first == second


def test_whoever_learns_is_in_the_calendar_as_such() -> None:
    shadows = (Duty(responder_id=BEN, layer_id="shadow"),)
    [shift] = turns((24, (ADA,)))
    shift = Shift(
        starts_at=shift.starts_at, ends_at=shift.ends_at, duties=shift.duties, shadows=shadows
    )
    [entry] = read(written([shift], only=BEN), MONDAY, MONDAY + 24 * HOUR)
    assert entry["SUMMARY"] == "ben learns on call: Payments"


def test_a_name_with_line_ends_and_commas_cannot_break_the_file() -> None:
    titles = ("{} on call: a,b;c\r\nEND:VCALENDAR\nX", "")
    shifts = turns((24, (ADA,)))
    content = feed_file("a\r\nb", turns_of(PAYMENTS, shifts, MONDAY, titles), MONDAY)
    [entry] = read(content, MONDAY, MONDAY + 24 * HOUR)
    assert "END:VCALENDAR" in entry["SUMMARY"]
    assert entry["DTEND"].dt == datetime(2026, 11, 3, tzinfo=UTC)
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=24)
