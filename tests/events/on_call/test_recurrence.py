"""A rotation by a rule goes on after the rule has ended, and never makes anybody wait."""

from time import thread_time

from events.on_call.final import shifts
from events.on_call.layer import Frequency
from events.on_call.rota import Rota
from events.on_call.who import on_call
from tests.events.on_call.rotas import layer, read, rota, rotation, utc


def by_rule(text: str, names: str = "A B C") -> Rota:
    turning = rotation(names, first="2026-01-01T09:00", frequency=Frequency.RRULE, rrule=text)
    return rota(layer(turning), zone="Europe/Berlin")


def test_the_first_hand_off_is_one_also_where_the_rule_does_not_name_it() -> None:
    assert read(by_rule("FREQ=WEEKLY;BYDAY=MO,TH"), "2026-01-01T00:00", "2026-01-08T12:00") == [
        "01-01 00:00 to 01-01 08:00 nobody",
        "01-01 08:00 to 01-05 08:00 A",
        "01-05 08:00 to 01-08 08:00 B",
        "01-08 08:00 to 01-08 12:00 C",
    ]
    assert "01-01 08:00 to 01-05 08:00 A" in read(
        by_rule("FREQ=WEEKLY;BYDAY=MO"), "2026-01-01T00:00", "2026-01-08T12:00"
    )


def test_whoever_has_the_last_turn_of_a_rule_that_ends_keeps_it() -> None:
    """Nobody is left out of a sudden: the layer says itself when it ends."""
    for text in ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20260103T090000"):
        assert on_call(by_rule(text), utc("2026-07-01T12:00")).responder_ids == ("C",)


def test_hours_of_a_rule_hand_over_several_times_a_day() -> None:
    assert read(by_rule("FREQ=DAILY;BYHOUR=9,21"), "2026-01-01T08:00", "2026-01-02T20:00") == [
        "01-01 08:00 to 01-01 20:00 A",
        "01-01 20:00 to 01-02 08:00 B",
        "01-02 08:00 to 01-02 20:00 C",
    ]


def test_hand_offs_of_a_rule_that_fall_together_are_one() -> None:
    hourly = by_rule("FREQ=HOURLY")
    read_off = shifts(hourly, utc("2026-03-28T23:00"), utc("2026-03-29T03:00"))
    [first] = read_off[0].responder_ids
    order = "ABC" * 3
    begin = order.index(first)
    assert [one for shift in read_off for one in shift.responder_ids] == list(
        order[begin : begin + 4]
    )


def test_a_rule_that_runs_dry_ends_instead_of_looking_for_ever() -> None:
    """Twenty-five hours and 03:00 meet; then asked for a far day, it is still soon answered."""
    begin = thread_time()
    for text in ("FREQ=HOURLY;INTERVAL=25;BYHOUR=3", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"):
        assert on_call(by_rule(text), utc("2099-06-01T00:00")).duties
    assert thread_time() - begin < 10
