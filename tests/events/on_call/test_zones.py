"""Zones come from the package, and a wall clock means one instant in each of them."""

import struct
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from itertools import pairwise

import pytest

from events.on_call.clock_jumps import Jump, jumps
from events.on_call.zones import UnknownZone, instant, zone, zone_names
from tests.events.on_call import oracle

FIRST, LAST = 1973, 2036  # since then every zone counts in quarters of an hour


def changes(name: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """Return when a zone's clocks changed, and its offsets before and after, read off its file."""
    data = (resources.files("tzdata.zoneinfo") / name).read_bytes()
    counts = [struct.unpack(">6l", data[20:44])]
    first_part = 44 + counts[0][3] * 5 + counts[0][4] * 6 + counts[0][5]
    first_part += counts[0][2] * 8 + counts[0][1] + counts[0][0]
    second = data[first_part:]
    _, _, _, times, types, _ = struct.unpack(">6l", second[20:44])
    moments = struct.unpack(f">{times}q", second[44 : 44 + 8 * times])
    kinds = second[44 + 8 * times : 44 + 9 * times]
    at = 44 + 9 * times
    offsets = [
        timedelta(seconds=struct.unpack(">l", second[at + 6 * n : at + 6 * n + 4])[0])
        for n in range(types)
    ]
    return [
        (datetime.fromtimestamp(after[0], UTC), offsets[before[1]], offsets[after[1]])
        for before, after in pairwise(zip(moments, kinds, strict=True))
        if FIRST <= datetime.fromtimestamp(after[0], UTC).year <= LAST
    ]


@pytest.mark.parametrize("letter", sorted({name[:4] for name in zone_names()}))
def test_every_jump_of_every_zone_is_known(letter: str) -> None:
    for name in sorted(one for one in zone_names() if one.startswith(letter)):
        changed = changes(name)
        last = max((at for at, _, _ in changed), default=datetime(FIRST, 1, 1, tzinfo=UTC)).year
        expected = [
            Jump((at + before).replace(tzinfo=None), (at + after).replace(tzinfo=None))
            for at, before, after in changed
            if after > before and at.year < last
        ]
        found = [one for year in range(FIRST, last) for one in jumps(name, year)]
        assert found == expected, name


@pytest.mark.parametrize("letter", sorted({name[:4] for name in zone_names()}))
def test_a_wall_clock_is_the_instant_that_somebody_looking_at_it_would_say(letter: str) -> None:
    """Around the last changes that each zone had, of every length, a quarter of an hour at a time.

    Rows of the rule: in a jump the first instant after it, and of two times the first.
    """
    for name in sorted(one for one in zone_names() if one.startswith(letter)):
        latest = {after - before: at for at, before, after in changes(name)}
        for at in latest.values():
            begin = oracle.shown(at, name) - timedelta(hours=4)
            begin = begin.replace(minute=0, second=0)
            for quarter in range(8 * 4):
                wall = begin + quarter * oracle.STEP
                found = instant(wall.date(), wall.time(), zone(name))
                assert found == oracle.instant(wall, name), (name, wall)


def test_a_clock_that_is_watched_minute_by_minute_says_the_same() -> None:
    for name, day in (
        ("Australia/Lord_Howe", date(2026, 10, 4)),
        ("Africa/Cairo", date(2026, 4, 24)),
    ):
        begin = datetime.combine(day, time(0), tzinfo=UTC) - timedelta(days=1)
        watched = [
            (at, oracle.shown(at, name))
            for at in (begin + timedelta(minutes=minutes) for minutes in range(2 * 24 * 60))
        ]
        for quarter in range(96):
            wall = datetime.combine(day, time(0)) + quarter * oracle.STEP
            first = next((at for at, shown in watched if shown >= wall), None)
            assert instant(wall.date(), wall.time(), zone(name)) == first


@pytest.mark.parametrize(
    "name", ["Europe/Nowhere", "../../etc/passwd", "", "zones", "europe/berlin"]
)
def test_a_zone_that_is_none_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZone, match="is not a time zone"):
        zone(name)
