"""Rules for what a schedule's layers may say, refused with the field and the reason."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final, NoReturn

from events.errors import Unprocessable
from events.on_call.holiday_dates import HolidaysUnknown, check_holidays
from events.on_call.layer import Frequency, Holidays, Layer, Rotation, Turns, Window
from events.on_call.recurrence import RecurrenceInvalid, check_recurrence
from events.on_call.rota import HolidayCalendar
from events.on_call.zones import require_zone

MOST_LAYERS: Final = 20
MOST_SLOTS: Final = 200
MOST_IN_A_SLOT: Final = 20  # people
MOST_WINDOWS: Final = 50
MOST_DATES: Final = 1_000  # holidays of the team's own
LONGEST_TURN: Final = 9_000  # hours, days, weeks or months
HIGHEST_PRIORITY: Final = 9
WEEKDAYS: Final = range(1, 8)
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2200, 1, 1)
MOST_TO_COUNT: Final = 100_000  # turns of all layers: about a tenth of a second, once a process


class ScheduleInvalid(Unprocessable):
    """The schedule cannot be followed as it is written."""


def check_layers(
    zone_name: str, layers: Sequence[Layer], holidays: HolidayCalendar, at: datetime
) -> None:
    """Refuse a schedule that cannot be followed; the first fault is named with its field.

    `at` is when it is defined: hand-offs from the first one until then have to be counted.
    """
    require_zone("zone", zone_name)
    if len(layers) > MOST_LAYERS:
        _refuse("layers", f"{len(layers)} layers are too many: at most {MOST_LAYERS}")
    for layer_id, times in Counter(layer.layer_id for layer in layers).items():
        if times > 1:
            _refuse("layers", f"layer {layer_id} is there {times} times: give each its own id")
    _holidays(holidays)
    for number, layer in enumerate(layers):
        _layer(f"layers.{number}", layer, holidays)
    counted = 0
    for number, layer in enumerate(layers):
        counted += _to_count(layer.rotation, at)
        if counted > MOST_TO_COUNT:
            _refuse(
                f"layers.{number}.rotation.first_hand_off",
                f"{counted} turns since then would have to be counted: begin it later",
            )


def _refuse(field: str, reason: str) -> NoReturn:
    raise ScheduleInvalid(f"{field}: {reason}.", field=field)


def _holidays(holidays: HolidayCalendar) -> None:
    if len(holidays.dates) > MOST_DATES:
        _refuse("holidays.dates", f"{len(holidays.dates)} are too many: at most {MOST_DATES}")
    try:
        check_holidays(holidays)
    except HolidaysUnknown as unknown:
        field = f"holidays.{unknown.facts['field']}"
        raise HolidaysUnknown(f"{field}: {unknown.detail}", field=field) from None


def _layer(field: str, layer: Layer, holidays: HolidayCalendar) -> None:
    if not layer.layer_id:
        _refuse(f"{field}.layer_id", "a layer needs an id: write a short name")
    if not 0 <= layer.priority <= HIGHEST_PRIORITY:
        _refuse(
            f"{field}.priority", f"{layer.priority} is no priority: write 0 to {HIGHEST_PRIORITY}"
        )
    if layer.zone is not None:
        require_zone(f"{field}.zone", layer.zone)
    if layer.holidays is not Holidays.ALIKE and holidays == HolidayCalendar():
        _refuse(
            f"{field}.holidays",
            f"{layer.holidays} needs holidays: give the schedule a country or dates",
        )
    _instant(f"{field}.begins_at", layer.begins_at)
    _instant(f"{field}.ends_at", layer.ends_at)
    if layer.begins_at and layer.ends_at and layer.begins_at >= layer.ends_at:
        _refuse(f"{field}.ends_at", "it ends before it begins: write a later instant")
    if len(layer.windows) > MOST_WINDOWS:
        _refuse(f"{field}.windows", f"{len(layer.windows)} are too many: at most {MOST_WINDOWS}")
    for number, window in enumerate(layer.windows):
        _window(f"{field}.windows.{number}", window)
    _rotation(f"{field}.rotation", layer.rotation)


def _to_count(rotation: Rotation, at: datetime) -> int:
    """Return how many turns have to be counted one by one to know whose it is; most need none."""
    hours = max((at.date() - rotation.first_hand_off).days, 0) * 24
    if rotation.frequency is Frequency.RRULE:
        return hours if "FREQ=HOURLY" in (rotation.rrule or "").upper() else hours // 24
    if rotation.turns is Turns.CALENDAR:
        return 0
    length = 1 if rotation.frequency is Frequency.HOURLY else 24
    return hours // (length * rotation.every)


def _window(field: str, window: Window) -> None:
    if not window.weekdays:
        _refuse(f"{field}.weekdays", "a window needs a weekday: 1 is Monday, 7 is Sunday")
    for weekday in window.weekdays:
        if weekday not in WEEKDAYS:
            _refuse(f"{field}.weekdays", f"{weekday} is no weekday: 1 is Monday, 7 is Sunday")
    _wall(f"{field}.starts", window.starts)
    _wall(f"{field}.ends", window.ends)


def _rotation(field: str, rotation: Rotation) -> None:
    if not 1 <= len(rotation.slots) <= MOST_SLOTS:
        _refuse(
            f"{field}.slots", f"{len(rotation.slots)} slots: a rotation has 1 to {MOST_SLOTS} slots"
        )
    for number, slot in enumerate(rotation.slots):
        if len(slot) > MOST_IN_A_SLOT:
            _refuse(
                f"{field}.slots.{number}", f"{len(slot)} people: at most {MOST_IN_A_SLOT} at once"
            )
        if len(set(slot)) < len(slot):
            _refuse(f"{field}.slots.{number}", "somebody is in it twice: name each person once")
    if not 1 <= rotation.every <= LONGEST_TURN:
        _refuse(f"{field}.every", f"{rotation.every} is no length: write 1 to {LONGEST_TURN}")
    if not FIRST_DAY <= rotation.first_hand_off < LAST_DAY:
        _refuse(
            f"{field}.first_hand_off",
            f"{rotation.first_hand_off} is out of reach: write a day from {FIRST_DAY} "
            f"to before {LAST_DAY}",
        )
    _wall(f"{field}.hand_off_at", rotation.hand_off_at)
    _recurrence(field, rotation)


def _recurrence(field: str, rotation: Rotation) -> None:
    by_rule = rotation.frequency is Frequency.RRULE
    if by_rule is (rotation.rrule is None):
        _refuse(f"{field}.rrule", "frequency rrule needs a rule, and no other frequency takes one")
    if rotation.rrule is None:
        return
    if rotation.every != 1:
        _refuse(f"{field}.every", "a recurrence rule says it itself: write INTERVAL in it")
    try:
        check_recurrence(
            rotation.rrule, datetime.combine(rotation.first_hand_off, rotation.hand_off_at)
        )
    except RecurrenceInvalid as invalid:
        raise RecurrenceInvalid(
            f"{field}.rrule: {invalid.detail}", field=f"{field}.rrule", **invalid.facts
        ) from None


def _wall(field: str, wall: time) -> None:
    if wall.tzinfo is not None or wall.microsecond:
        _refuse(field, f"{wall} is no wall clock: write hours, minutes and no zone, such as 09:00")


def _instant(field: str, at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        _refuse(field, f"{at} is no instant: write its offset, such as {at}Z")
