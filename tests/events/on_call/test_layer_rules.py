"""What no schedule may say is refused with the field and the reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import thread_time

import pytest
from hypothesis import given

from events.errors import Unprocessable
from events.on_call.holiday_dates import HolidaysUnknown
from events.on_call.layer import Frequency, Holidays, Layer, Turns
from events.on_call.layer_rules import ScheduleInvalid, check_layers
from events.on_call.recurrence import RecurrenceInvalid
from events.on_call.rota import HolidayCalendar, Rota
from events.on_call.zones import UnknownZone
from tests.events.on_call.any_rota import rotas
from tests.events.on_call.rotas import layer, people, rotation, window

NOW = datetime(2026, 11, 29, tzinfo=UTC)
NO_HOLIDAYS = HolidayCalendar()
UTC_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MAIN = layer("A B")
TURNING = MAIN.rotation


def by_rule(text: str) -> Layer:
    return layer(rotation(frequency=Frequency.RRULE, rrule=text))


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        (replace(MAIN, layer_id=""), "layers.0.layer_id"),
        (replace(MAIN, priority=10), "layers.0.priority"),
        (replace(MAIN, priority=-1), "layers.0.priority"),
        (replace(MAIN, holidays=Holidays.ONLY), "layers.0.holidays"),
        (replace(MAIN, begins_at=UTC_NOON, ends_at=UTC_NOON), "layers.0.ends_at"),
        (replace(MAIN, begins_at=datetime(2026, 1, 1)), "layers.0.begins_at"),  # noqa: DTZ001
        (replace(MAIN, windows=(window("09:00", "17:00"),) * 51), "layers.0.windows"),
        (replace(MAIN, windows=(window("09:00", "17:00", ()),)), "layers.0.windows.0.weekdays"),
        (replace(MAIN, windows=(window("09:00", "17:00", (0,)),)), "layers.0.windows.0.weekdays"),
        (replace(MAIN, windows=(window("09:00", "17:00", (8,)),)), "layers.0.windows.0.weekdays"),
        (
            replace(MAIN, windows=(replace(window("09:00", "17:00"), ends=time(9, tzinfo=UTC)),)),
            "layers.0.windows.0.ends",
        ),
        (layer(replace(TURNING, slots=())), "layers.0.rotation.slots"),
        (layer(replace(TURNING, slots=people("A " * 201))), "layers.0.rotation.slots"),
        (layer(replace(TURNING, slots=people("B A+A"))), "layers.0.rotation.slots.1"),
        (
            layer(replace(TURNING, slots=people("+".join(f"p{n}" for n in range(21))))),
            "layers.0.rotation.slots.0",
        ),
        (layer(replace(TURNING, every=0)), "layers.0.rotation.every"),
        (layer(replace(TURNING, every=9001)), "layers.0.rotation.every"),
        (
            layer(replace(TURNING, first_hand_off=date(1969, 1, 1))),
            "layers.0.rotation.first_hand_off",
        ),
        (
            layer(replace(TURNING, first_hand_off=date(9999, 1, 1))),
            "layers.0.rotation.first_hand_off",
        ),
        (layer(replace(TURNING, hand_off_at=time(9, 0, 0, 1))), "layers.0.rotation.hand_off_at"),
        (layer(replace(TURNING, rrule="FREQ=DAILY")), "layers.0.rotation.rrule"),
        (layer(replace(TURNING, frequency=Frequency.RRULE)), "layers.0.rotation.rrule"),
        (
            layer(replace(by_rule("FREQ=DAILY").rotation, every=2)),
            "layers.0.rotation.every",
        ),
    ],
)
def test_a_layer_that_cannot_be_followed_is_refused_with_its_field(
    faulty: Layer, field: str
) -> None:
    with pytest.raises(ScheduleInvalid, match=f"^{field}: ") as refused:
        check_layers("UTC", (faulty,), NO_HOLIDAYS, NOW)
    assert refused.value.facts["field"] == field


def test_there_are_at_most_twenty_layers_and_each_has_its_own_id() -> None:
    many = tuple(layer("A", layer_id=f"layer-{number}") for number in range(21))
    check_layers("UTC", many[:20], NO_HOLIDAYS, NOW)
    with pytest.raises(ScheduleInvalid, match="21 layers are too many"):
        check_layers("UTC", many, NO_HOLIDAYS, NOW)
    with pytest.raises(ScheduleInvalid, match="layer main is there 2 times"):
        check_layers("UTC", (MAIN, MAIN), NO_HOLIDAYS, NOW)


def test_zones_that_are_none_are_refused_with_their_field() -> None:
    with pytest.raises(UnknownZone, match=r"^zone: Mars/Olympus"):
        check_layers("Mars/Olympus", (), NO_HOLIDAYS, NOW)
    with pytest.raises(UnknownZone, match=r"^layers\.0\.zone: "):
        check_layers("UTC", (replace(MAIN, zone="Mars/Olympus"),), NO_HOLIDAYS, NOW)


@pytest.mark.parametrize(
    ("calendar", "field"),
    [
        (HolidayCalendar(country="XX"), "holidays.country"),
        (HolidayCalendar(country="de"), "holidays.country"),
        (HolidayCalendar(country="DE", region="QQ"), "holidays.region"),
        (HolidayCalendar(region="BY"), "holidays.region"),
    ],
)
def test_holidays_that_nobody_knows_are_refused(calendar: HolidayCalendar, field: str) -> None:
    with pytest.raises(HolidaysUnknown, match=f"^{field}: "):
        check_layers("UTC", (MAIN,), calendar, NOW)


def test_a_thousand_holidays_of_the_teams_own_are_enough() -> None:
    days = tuple(date(2026, 1, 1) + timedelta(days=number) for number in range(1_001))
    with pytest.raises(ScheduleInvalid, match="1001 are too many"):
        check_layers("UTC", (MAIN,), HolidayCalendar(dates=days), NOW)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("FREQ=SECONDLY", "too often"),
        ("FREQ=MINUTELY;INTERVAL=30", "too often"),
        ("FREQ=HOURLY;BYMINUTE=0,30", "more than 24 times a day"),
        ("FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,1,2,3,4,5,6,7,8", "more than 24 times a day"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never comes again"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "never comes again"),
        ("FREQ=HOURLY;INTERVAL=24;BYHOUR=3", "empty set"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6", "never comes again"),
        ("FREQ=DAILY;COUNT=0", "never comes again"),
        ("FREQ=WEEKLY;BYDAY=XX", "invalid 'BYDAY'"),
        ("FREQ=WEEKLY;BYDAY=1MO", "counts weekdays"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "without a zone"),
        ("FREQ=DAILY;INTERVAL=0", "outside 1 to 1000"),
        ("FREQ=DAILY;FREQ=DAILY", "a part twice"),
        ("FREQ=YEARLY;BYEASTER=0", "has BYEASTER"),
        ("DTSTART=20200101;FREQ=DAILY", "has DTSTART"),
        ("FREQ=DAILY\nEXDATE:20200101", "no recurrence rule"),
        ("every other Tuesday", "no recurrence rule"),
        ("FREQ=DAILY;BYHOUR=" + ",".join(["1"] * 500), "no recurrence rule"),
        ("", "no recurrence rule"),
    ],
)
def test_a_recurrence_rule_that_cannot_be_used_is_refused_within_a_second(
    text: str, reason: str
) -> None:
    begin = thread_time()
    with pytest.raises(RecurrenceInvalid, match=reason) as refused:
        check_layers("UTC", (by_rule(text),), NO_HOLIDAYS, NOW)
    assert thread_time() - begin < 1
    assert refused.value.facts["field"] == "layers.0.rotation.rrule"


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=HOURLY;INTERVAL=8",
        "FREQ=DAILY;BYHOUR=6,14,22",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20270101T000000",
    ],
)
def test_a_recurrence_rule_of_any_usual_kind_is_taken(text: str) -> None:
    check_layers("Europe/Berlin", (by_rule(text),), NO_HOLIDAYS, NOW)


@given(rotas())
def test_whatever_can_be_followed_is_taken(drawn: tuple[Rota, date]) -> None:
    """Only holidays that make a difference without being there are refused."""
    plan, _ = drawn
    for edition in plan.editions:
        try:
            check_layers(edition.zone, edition.layers, edition.holidays, edition.holds_from)
        except Unprocessable as refused:
            assert str(refused.facts["field"]).endswith((".holidays", ".ends_at"))  # noqa: PT017


def test_turns_that_would_take_long_to_count_are_refused() -> None:
    hourly = replace(
        MAIN.rotation,
        frequency=Frequency.HOURLY,
        turns=Turns.WORKED,
        first_hand_off=date(1970, 1, 1),
    )
    with pytest.raises(ScheduleInvalid, match="begin it later"):
        check_layers("UTC", (replace(MAIN, rotation=hourly),), NO_HOLIDAYS, NOW)
    check_layers(
        "UTC", (replace(MAIN, rotation=replace(hourly, turns=Turns.CALENDAR)),), NO_HOLIDAYS, NOW
    )
    lately = replace(hourly, first_hand_off=date(2026, 1, 1))
    check_layers("UTC", (replace(MAIN, rotation=lately),), NO_HOLIDAYS, NOW)
