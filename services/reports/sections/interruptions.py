"""Interruptions: when pages took people away from what they were doing, by their own clocks."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from projections.findings.record import PracticeRecord
from projections.load.bands import Band, clock_hour_at, hours_at
from projections.load.carried import within
from services.reports.asked import Asked
from services.reports.document import Grid, Section, columns
from services.reports.drawings.week import DAYS, HOURS, week
from services.reports.spoken import counted

ORDER: Final = 77
SINCE: Final = 2

type ByHour = Mapping[tuple[int, int], int]  # by the day of the week, Monday is 0, and the hour


async def section(asked: Asked) -> Section | None:
    """Return it; where nobody was interrupted or on call there is nothing to say."""
    record = await asked.practice()
    if not record.load.people:
        return None
    found = by_hour(record)
    total = sum(found.values())
    grids = [*_by_hour(found), *_rotations(asked, record)]
    return Section(
        title="Interruptions",
        sentences=[*_sentences(record, total)],
        grids=grids,
        pictures=[week(found)] if total else [],
    )


def by_hour(record: PracticeRecord) -> Counter[tuple[int, int]]:
    """Return how many interruptions began in each hour of a week."""
    found: Counter[tuple[int, int]] = Counter()
    for one in record.on_call.interruptions:
        if within(record.window, one.began_at):
            editions = record.on_call.editions.get(one.responder_id, ())
            shown = clock_hour_at(hours_at(editions, one.began_at), one.began_at)
            found[shown.day.weekday(), shown.hour] += 1
    return found


def _sentences(record: PracticeRecord, total: int) -> Iterator[str]:
    people = record.load.people.values()
    if not total:
        yield f"{counted(len(people), 'person was', 'people were')} on call. No page was sent."
        return
    bands = {band: sum(one.by_band[band] for one in people) for band in Band}
    interrupted = sum(one.interruptions > 0 for one in people)
    nights = sum(one.broken_nights for one in people)
    yield (
        f"{counted(total, 'interruption')} of {counted(interrupted, 'person', 'people')}:"
        f" {bands[Band.WORK]} at work, {bands[Band.OFF]} in their free time, {bands[Band.SLEEP]}"
        f" in their sleep. Broken nights: {nights}, however often a night was broken."
    )
    unsaid = sum(not one.hours_said for one in people)
    if unsaid:
        yield f"By UTC, for they have not said when they work and sleep: {unsaid} of {len(people)}."


def _by_hour(found: ByHour) -> Iterator[Grid]:
    rows = []
    for hour in range(HOURS):
        numbers = [found.get((day, hour), 0) for day in range(len(DAYS))]
        if any(numbers):
            cells = ["" if number == 0 else str(number) for number in numbers]
            rows.append([f"{hour:02d}:00", *cells, str(sum(numbers))])
    if rows:
        heads = columns("From", *(f"{day}>" for day in DAYS), "All>")
        yield Grid(title="Interruptions by hour and weekday", columns=heads, rows=rows)


def _rotations(asked: Asked, record: PracticeRecord) -> Iterator[Grid]:
    schedules = record.on_call.schedules
    rows = [
        [
            schedules[name].name,
            str(len(one.shares)),
            str(one.interruptions),
            *(f"{balance} %" for balance in (one.balance, one.night_balance)),
            *(f"{balance} %" for balance in (one.weekend_balance, one.interruption_balance)),
        ]
        for name, one in sorted(record.load.rotations.items())
        if schedules[name].team_id not in asked.apart.teams
    ]
    if rows:
        heads = columns(
            *(
                "Schedule",
                "People>",
                "Interrupted>",
                "Hours>",
                "Nights>",
                "Weekends>",
                "Interruptions>",
            )
        )
        yield Grid(title="How evenly it is shared: 100 % is even", columns=heads, rows=rows)
