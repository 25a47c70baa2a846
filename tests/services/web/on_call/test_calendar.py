"""The calendar of a schedule says who is on call each day, by the clock on its own wall."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.web.pages.on_call.calendar import first_day, gaps_in, weeks_of

BERLIN = ZoneInfo("Europe/Berlin")


def shift(starts_at: str, ends_at: str, *people: str, override: bool = False) -> dict[str, Any]:
    duties = [
        {"responder_id": one, "override_id": "x" if override else None, "layer_id": "weekly"}
        for one in people
    ]
    causes = [] if people else [{"text": "empty slot of layer weekly"}]
    times = {"starts_at": f"{starts_at}Z", "ends_at": f"{ends_at}Z"}
    return {**times, "on_call": duties, "shadows": [], "gap_causes": causes}


@pytest.mark.parametrize(
    ("now", "monday"),
    [
        ("2026-11-29T22:59:00", date(2026, 11, 23)),
        ("2026-11-29T23:00:00", date(2026, 11, 30)),  # Monday in Berlin already
    ],
)
def test_the_week_begins_on_the_monday_of_the_schedules_own_clock(now: str, monday: date) -> None:
    assert first_day(datetime.fromisoformat(now).replace(tzinfo=UTC), BERLIN) == monday


def test_a_day_with_a_hand_off_names_both_and_when() -> None:
    shifts = [
        shift("2026-11-22T00:00:00", "2026-11-24T08:00:00", "grace"),
        shift("2026-11-24T08:00:00", "2026-11-24T16:00:00", "mei", override=True),
        shift("2026-11-24T16:00:00", "2026-12-30T00:00:00"),
    ]
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    week = weeks_of(shifts, date(2026, 11, 23), now, BERLIN)[0]
    assert [(part.people, part.hours) for part in week[0].parts] == [(("grace",), "")]
    assert [(part.people, part.hours) for part in week[1].parts] == [
        (("grace",), "until 09:00"),
        (("mei",), "09:00 to 17:00"),
        ((), "from 17:00"),
    ]
    assert week[1].parts[1].by_override
    assert week[1].parts[2].causes == ("empty slot of layer weekly",)
    assert week[0].is_today
    assert not week[1].is_past


def test_a_person_who_goes_on_is_named_once_a_day() -> None:
    shifts = [
        shift("2026-11-22T00:00:00", "2026-11-24T08:00:00", "grace"),
        shift("2026-11-24T08:00:00", "2026-12-30T00:00:00", "grace"),
    ]
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    [part] = weeks_of(shifts, date(2026, 11, 23), now, BERLIN)[0][1].parts
    assert (part.people, part.hours) == (("grace",), "")


def test_a_gap_that_is_over_is_nothing_to_look_at() -> None:
    over = shift("2026-11-22T00:00:00", "2026-11-24T08:00:00")
    later = shift("2026-11-26T00:00:00", "2026-11-27T00:00:00")
    assert gaps_in([over, later], datetime(2026, 11, 25, tzinfo=UTC)) == [later]
