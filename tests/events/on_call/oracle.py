"""Oracle: who is on call, written straight from the rules and never from the product.

Slow and plain on purpose. It takes the shapes of `events.on_call` and none of its arithmetic: every
hand-off is counted from the anchor, and every question is asked of one instant.
"""

import calendar
import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from events.on_call.layer import Frequency, Holidays, Layer, Rotation, Turns
from events.on_call.rota import Edition, Override, Rota

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = timedelta(minutes=15)  # windows and hand-offs of the tests are on quarters of an hour

RULES: dict[str, Callable[[date, date], bool]] = {
    "FREQ=WEEKLY;BYDAY=MO,TH": lambda day, first: day.isoweekday() in {1, 4},
    "FREQ=MONTHLY;BYMONTHDAY=15,-1": lambda day, first: day.day == 15 or (day + DAY).day == 1,
    "FREQ=MONTHLY;BYDAY=1MO": lambda day, first: day.isoweekday() == 1 and day.day <= 7,
    "FREQ=DAILY;INTERVAL=3": lambda day, first: (day - first).days % 3 == 0,
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE": lambda day, first: (
        day.isoweekday() == 3 and (monday(day) - monday(first)).days % 14 == 0
    ),
}


def monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


@lru_cache
def zone(name: str) -> ZoneInfo:
    with (resources.files("tzdata.zoneinfo") / name).open("rb") as file:
        return ZoneInfo.from_file(file)


def shown(at: datetime, name: str) -> datetime:
    return at.astimezone(zone(name)).replace(tzinfo=None)


@lru_cache(maxsize=200_000)
def instant(wall: datetime, name: str) -> datetime:
    """Return the first instant at which the clock shows it, or at which it is already past it."""
    around = [wall.replace(tzinfo=UTC) + hours * HOUR for hours in range(-40, 41)]
    place = zone(name)
    offsets = {at.astimezone(place).utcoffset() or timedelta() for at in around}
    candidates = [wall.replace(tzinfo=UTC) - offset for offset in offsets]
    if exact := [at for at in candidates if shown(at, name) == wall]:
        return min(exact)
    before = max(at for at in around if shown(at, name) < wall)
    for step in (HOUR, timedelta(minutes=1), timedelta(seconds=1)):
        while shown(before + step, name) < wall:
            before += step
    return before + timedelta(seconds=1)


def walls(rotation: Rotation) -> Iterator[datetime]:
    """Yield what clocks show at each hand-off."""
    first = datetime.combine(rotation.first_hand_off, rotation.hand_off_at)
    if rotation.rrule is not None:
        yield first
        day = rotation.first_hand_off
        while True:
            day += DAY
            if RULES[rotation.rrule](day, rotation.first_hand_off):
                yield datetime.combine(day, rotation.hand_off_at)
    wall, months = first, 0
    while True:
        yield wall
        match rotation.frequency:
            case Frequency.HOURLY:
                wall += rotation.every * HOUR
            case Frequency.DAILY:
                wall += rotation.every * DAY
            case Frequency.WEEKLY:
                wall += rotation.every * 7 * DAY
            case _:
                months += rotation.every
                year, month = first.year + (first.month - 1 + months) // 12, first.month + months
                month = (month - 1) % 12 + 1
                last = calendar.monthrange(year, month)[1]
                wall = first.replace(year=year, month=month, day=min(first.day, last))


def hand_offs(rotation: Rotation, name: str, at: datetime) -> list[datetime]:
    """Return the different instants of hand-offs up to one, and the first one after it."""
    found: list[datetime] = []
    for wall in walls(rotation):
        begins = instant(wall, name)
        if not found or begins != found[-1]:
            found.append(begins)
        if begins > at:
            return found
    raise AssertionError


def present(layer: Layer, edition: Edition, at: datetime) -> bool:
    """Return whether windows and holidays leave the layer in at an instant."""
    name = layer.zone or edition.zone
    today = shown(at, name).date()
    for day in (today - 2 * DAY, today - DAY, today):  # the second: where a day was skipped
        if layer.holidays is Holidays.ONLY and day not in edition.holidays.dates:
            continue
        if layer.holidays is Holidays.NEVER and day in edition.holidays.dates:
            continue
        spans = [(window.starts, window.ends, window.weekdays) for window in layer.windows] or [
            (time(0), time(0), (1, 2, 3, 4, 5, 6, 7))
        ]
        for starts, ends, weekdays in spans:
            opens = instant(datetime.combine(day, starts), name)
            last = day if ends > starts else day + DAY
            closes = instant(datetime.combine(last, ends), name)
            if day.isoweekday() in weekdays and opens <= at < closes:
                return True
    return False


def worked(layer: Layer, edition: Edition, begins: datetime, ends: datetime) -> bool:
    at = begins
    while at < ends:
        if present(layer, edition, at):
            return True
        at += STEP
    return False


def slot(layer: Layer, edition: Edition, at: datetime) -> list[str]:
    """Return who has the layer at an instant, whatever the others are."""
    if layer.begins_at is not None and at < layer.begins_at:
        return []
    if layer.ends_at is not None and at >= layer.ends_at:
        return []
    found = hand_offs(layer.rotation, layer.zone or edition.zone, at)
    if at < found[0] or not present(layer, edition, at):
        return []
    turns = list(itertools.pairwise(found))
    if layer.rotation.turns is Turns.WORKED:
        turns = [turn for turn in turns if worked(layer, edition, *turn)]
    return [str(who) for who in layer.rotation.slots[(len(turns) - 1) % len(layer.rotation.slots)]]


def holds(override: Override, at: datetime) -> bool:
    return (
        override.starts_at <= at < override.ends_at
        and override.made_at <= at
        and (override.withdrawn_at is None or at < override.withdrawn_at)
    )


def in_force(rota: Rota, at: datetime) -> Edition:
    edition = rota.editions[0]
    for later in rota.editions[1:]:
        if later.holds_from <= at:
            edition = later
    return edition


def who(rota: Rota, at: datetime) -> tuple[set[str], set[str]]:
    """Return who is on call and who shadows at an instant."""
    edition = in_force(rota, at)
    gone = {str(name) for name, since in rota.gone if since <= at}
    paged = [(one.priority, slot(one, edition, at)) for one in edition.layers if not one.shadow]
    extra: list[str] = []
    for override in rota.overrides:
        if not holds(override, at) or (override.on is not None and str(override.on) in gone):
            continue
        if override.off is None:
            extra.append(str(override.on))
            continue
        put = [] if override.on is None else [str(override.on)]
        for names in [*(names for _, names in paged), extra]:
            while str(override.off) in names:
                place = names.index(str(override.off))
                names[place : place + 1] = put
                if put == [str(override.off)]:
                    break
    alive = [(priority, set(names) - gone) for priority, names in paged]
    top = max((priority for priority, names in alive if names), default=0)
    highest = [names for priority, names in alive if priority == top]
    on_call = set(extra) - gone | set().union(*highest)
    learning = {name for one in edition.layers if one.shadow for name in slot(one, edition, at)}
    return on_call, learning - gone - on_call
