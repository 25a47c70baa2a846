"""Quarters tile time in every zone, and have the hours that a wall's clock shows."""

from datetime import datetime, timedelta
from importlib import resources
from itertools import pairwise

import pytest

from events.on_call.zones import UnknownZone, zone_names
from projections.metrics.quarters import HOUR, Quarter, UnknownQuarter, quarter_at, quarter_named

YEARS = range(2000, 2041)
SECOND = timedelta(seconds=1)
QUARTERS = [Quarter(year=year, number=number) for year in YEARS for number in range(1, 5)]


def zones_of_one_kind() -> dict[str, list[str]]:
    """Return the zones by the first letter of one that stands for all with the same clocks."""
    files = resources.files("tzdata.zoneinfo")
    by_rules = {
        files.joinpath(*name.split("/")).read_bytes(): name for name in sorted(zone_names())
    }
    kinds: dict[str, list[str]] = {}
    for name in sorted(by_rules.values()):
        kinds.setdefault(name[0], []).append(name)
    return kinds


KINDS = zones_of_one_kind()


@pytest.mark.parametrize("letter", sorted(KINDS))
def test_quarters_tile_forty_years_in_every_zone(letter: str) -> None:
    for name in KINDS[letter]:
        windows = [quarter.window(name) for quarter in QUARTERS]
        assert all(one.end == following.begin for one, following in pairwise(windows)), name
        assert all(window.begin < window.end for window in windows), name
        whole = windows[-1].end - windows[0].begin
        assert sum(window.hours for window in windows) == pytest.approx(whole / HOUR), name
        for quarter, window in list(zip(QUARTERS, windows, strict=True))[::7]:
            inside = (window.begin, window.end - SECOND)
            assert all(quarter_at(at, name) == quarter for at in inside), name
            assert quarter_at(window.end, name) == quarter.following, name


def test_the_clocks_of_berlin_make_quarters_longer_and_shorter() -> None:
    hours = [quarter_named(f"2026-Q{number}").window("Europe/Berlin").hours for number in (1, 4)]
    assert hours == [2159, 2209]
    assert quarter_named("2026-Q3").window("UTC").hours == 2208


@pytest.mark.parametrize(
    ("zone", "quarter", "begins"),
    [
        ("UTC", "2026-Q4", "2026-10-01T00:00:00Z"),
        ("Europe/Berlin", "2026-Q4", "2026-09-30T22:00:00Z"),
        ("Asia/Kolkata", "2026-Q1", "2025-12-31T18:30:00Z"),
        # There clocks went from midnight to one o'clock, so the quarter began at one.
        ("America/Asuncion", "2017-Q4", "2017-10-01T04:00:00Z"),
        ("Asia/Khandyga", "2004-Q1", "2003-12-31T15:00:00Z"),
    ],
)
def test_a_quarter_begins_at_midnight_on_the_wall(zone: str, quarter: str, begins: str) -> None:
    window = quarter_named(quarter).window(zone)
    assert window.begin == datetime.fromisoformat(begins)
    assert quarter_at(window.begin, zone).name == quarter
    assert quarter_at(window.begin - SECOND, zone) == quarter_named(quarter).preceding


@pytest.mark.parametrize(
    ("first_month", "name", "begins", "ends"),
    [
        (4, "2026-Q1", "2025-04-01", "2025-07-01"),
        (4, "2026-Q4", "2026-01-01", "2026-04-01"),
        (7, "2026-Q1", "2025-07-01", "2025-10-01"),
        (12, "2026-Q1", "2025-12-01", "2026-03-01"),
        (2, "2026-Q4", "2025-11-01", "2026-02-01"),
    ],
)
def test_a_fiscal_year_has_the_name_of_the_year_it_ends_in(
    first_month: int, name: str, begins: str, ends: str
) -> None:
    quarter = quarter_named(name, first_month)
    window = quarter.window("UTC")
    assert (f"{window.begin:%Y-%m-%d}", f"{window.end:%Y-%m-%d}") == (begins, ends)
    assert quarter_at(window.begin, "UTC", first_month) == quarter
    assert quarter.following.preceding == quarter == quarter.preceding.following


@pytest.mark.parametrize(
    "name",
    ["2026-Q5", "2026-Q0", "2026Q1", "2026-q1", "26-Q1", "1066-Q1", "9999-Q4", "", "²026-Q1"],
)
def test_a_quarter_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnknownQuarter, match="is no quarter"):
        quarter_named(name)


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownZone):
        quarter_named("2026-Q4").window("Europe/Atlantis")
