"""Rotas for tests: short ways to write layers, overrides and what somebody reads off them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from events.ids import ResponderId
from events.on_call.final import shifts
from events.on_call.layer import Frequency, Layer, Rotation, Window
from events.on_call.rota import Edition, HolidayCalendar, Override, Rota

WORKDAYS = (1, 2, 3, 4, 5)
ALL_WEEK = (1, 2, 3, 4, 5, 6, 7)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def people(names: str) -> tuple[tuple[ResponderId, ...], ...]:
    """Return slots: "A B" take turns, "A+B" have one together, "-" is a slot of nobody."""
    return tuple(
        tuple(ResponderId(name) for name in slot.split("+") if name != "-")
        for slot in names.split()
    )


def rotation(
    names: str = "A B",
    first: str = "2026-01-01T00:00",
    frequency: Frequency = Frequency.DAILY,
    **more: Any,
) -> Rotation:
    begins = datetime.fromisoformat(first)
    return Rotation(
        slots=people(names),
        first_hand_off=begins.date(),
        hand_off_at=begins.time(),
        frequency=frequency,
        **more,
    )


def layer(turns: Rotation | str = "A B", **more: Any) -> Layer:
    name = more.pop("layer_id", "main")
    taken = rotation(turns) if isinstance(turns, str) else turns
    return Layer(layer_id=name, name=name, rotation=taken, **more)


def window(starts: str, ends: str, weekdays: tuple[int, ...] = ALL_WEEK) -> Window:
    return Window(
        weekdays=weekdays, starts=time.fromisoformat(starts), ends=time.fromisoformat(ends)
    )


def rota(
    *layers: Layer,
    zone: str = "UTC",
    overrides: Iterable[Override] = (),
    holidays: Iterable[date] = (),
    gone: Iterable[tuple[str, datetime]] = (),
) -> Rota:
    calendar = HolidayCalendar(dates=tuple(holidays))
    return Rota(
        editions=(Edition(holds_from=LONG_AGO, zone=zone, layers=layers, holidays=calendar),),
        overrides=tuple(overrides),
        gone=tuple((ResponderId(name), since) for name, since in gone),
    )


def override(change: str, starts: str, ends: str, *, number: int = 1, **more: Any) -> Override:
    """Return an override: "A>B" replaces, "A>" takes off, ">B" adds."""
    off, _, on = change.partition(">")
    return Override(
        override_id=UUID(int=number),
        starts_at=utc(starts),
        ends_at=utc(ends),
        off=ResponderId(off) if off else None,
        on=ResponderId(on) if on else None,
        made_at=more.pop("made_at", LONG_AGO + timedelta(seconds=number)),
        **more,
    )


def read(plan: Rota, begin: str, end: str) -> list[str]:
    """Return the final schedule in lines such as "01-02 08:00 to 01-02 18:00 A"."""
    return [
        f"{shift.starts_at:%m-%d %H:%M} to {shift.ends_at:%m-%d %H:%M} "
        f"{'+'.join(shift.responder_ids) or 'nobody'}"
        for shift in shifts(plan, utc(begin), utc(end))
    ]
