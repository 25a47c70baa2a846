"""What one person gets when they are paged: by their rules, and loud when it matters."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.configuration.notification_rules import (
    APART,
    LONGEST_QUIET,
    NotificationRule,
    NotificationRuleImpossible,
    NotificationRules,
    QuietHours,
    require_possible,
)
from events.on_call.zones import wall_clock, zone
from events.page.cycle import LOUD, PlannedMessage, Turn, cycle
from events.page.urgency import PageUrgency

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HIGH, LOW = PageUrgency.HIGH, PageUrgency.LOW
NONE = NotificationRules()
NIGHT = QuietHours(begins=time(22), ends=time(7), zone="Europe/Berlin")
MINUTE = timedelta(minutes=1)


def turn(
    *channels: str | None,
    rules: NotificationRules = NONE,
    quiet_hours: QuietHours | None = None,
    urgency: PageUrgency = HIGH,
    at: datetime = NOON,
    running: bool = False,
) -> Turn:
    return Turn(
        channels=channels,
        rules=rules,
        quiet_hours=quiet_hours,
        urgency=urgency,
        at=at,
        running=running,
    )


def rule(
    contact_method: int, minutes: float = 0, repeats: int = 0, every: int = 5
) -> NotificationRule:
    return NotificationRule(
        contact_method=contact_method,
        after=minutes * MINUTE,
        repeats=repeats,
        every=every * MINUTE,
    )


def planned(contact_method: int, minutes: float = 0, repeat: int = 0) -> PlannedMessage:
    not_before = NOON + minutes * MINUTE if minutes else None
    return PlannedMessage(contact_method=contact_method, not_before=not_before, repeat=repeat)


def test_without_rules_every_contact_method_is_used_at_once() -> None:
    assert cycle(turn("email", "push", "sms")) == (planned(0), planned(1), planned(2))


def test_without_rules_low_urgency_keeps_the_phone_quiet_where_there_is_another_way() -> None:
    assert cycle(turn("email", "sms", "voice", urgency=LOW)) == (planned(0),)
    assert cycle(turn("sms", "voice", urgency=LOW)) == (planned(0), planned(1))


def test_contact_methods_follow_each_other_and_repeat_as_the_rules_say() -> None:
    rules = NotificationRules(high=(rule(1), rule(2, 2), rule(3, 5, repeats=2, every=3)))
    assert cycle(turn("push", "sms", "voice", rules=rules)) == (
        planned(0),
        planned(1, 2),
        planned(2, 5),
        planned(2, 8, 1),
        planned(2, 11, 2),
    )


def test_each_urgency_has_its_own_rules() -> None:
    rules = NotificationRules(high=(rule(2),), low=(rule(1),))
    assert cycle(turn("email", "sms", rules=rules)) == (planned(1),)
    assert cycle(turn("email", "sms", rules=rules, urgency=LOW)) == (planned(0),)


def test_rules_over_a_way_that_pages_do_not_take_make_nobody_wait() -> None:
    rules = NotificationRules(high=(rule(1), rule(2, 10), rule(2, 15)))
    assert cycle(turn(None, "sms", rules=rules)) == (planned(1), planned(1, 5, 1))
    assert cycle(turn(None, "sms", rules=NotificationRules(high=(rule(1),)))) == (planned(1),)


def test_a_turn_that_still_runs_is_not_begun_again() -> None:
    rules = NotificationRules(high=(rule(1), rule(2), rule(2, 5, repeats=3)))
    again = cycle(turn("push", "sms", rules=rules, running=True))
    assert again == (planned(0), planned(1))


def test_low_urgency_waits_for_the_end_of_the_quiet_hours_and_comes_once() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # 23:30 in Berlin
    morning = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    rules = NotificationRules(low=(rule(1, 0, repeats=4), rule(2, 10)))
    low = turn("email", "push", rules=rules, quiet_hours=NIGHT, urgency=LOW, at=late)
    assert cycle(low) == (
        PlannedMessage(contact_method=0, not_before=morning, repeat=0),
        PlannedMessage(contact_method=1, not_before=morning, repeat=0),
    )


def test_a_repeat_that_would_fall_into_the_quiet_hours_waits_too() -> None:
    evening = datetime(2026, 11, 23, 20, 50, tzinfo=UTC)  # 21:50 in Berlin
    rules = NotificationRules(low=(rule(1, 0, repeats=1, every=15),))
    low = turn("email", rules=rules, quiet_hours=NIGHT, urgency=LOW, at=evening)
    first, second = cycle(low)
    assert first.not_before is None
    assert second.not_before == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_quiet_hours_in_a_zone_that_is_gone_keep_nobody_from_being_paged() -> None:
    gone = QuietHours(begins=time(0), ends=time(12), zone="Atlantis/Capital")
    assert cycle(turn("email", quiet_hours=gone, urgency=LOW)) == (planned(0),)


RULE = st.builds(
    NotificationRule,
    contact_method=st.integers(1, 4),
    after=st.timedeltas(timedelta(0), timedelta(hours=2)),
    repeats=st.integers(0, 5),
    every=st.timedeltas(APART, timedelta(minutes=30)),
)
RULES = st.lists(RULE, max_size=6).map(tuple)
AT = st.datetimes(
    datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    datetime(2037, 1, 1, tzinfo=UTC).replace(tzinfo=None),
    timezones=st.just(UTC),
)
QUIET = st.builds(
    QuietHours,
    begins=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia"]
    ),
)
CHANNELS = st.lists(st.sampled_from(["email", "push", "sms", "voice", None]), max_size=4)
TURNS = st.builds(
    Turn,
    channels=CHANNELS,
    rules=st.builds(NotificationRules, high=RULES, low=RULES),
    quiet_hours=st.none() | QUIET,
    urgency=st.sampled_from(PageUrgency),
    at=AT,
    running=st.booleans(),
)


@given(TURNS)
def test_high_urgency_is_never_delayed_by_quiet_hours(any_turn: Turn) -> None:
    high = Turn(
        channels=any_turn.channels,
        rules=any_turn.rules,
        quiet_hours=any_turn.quiet_hours,
        urgency=HIGH,
        at=any_turn.at,
        running=any_turn.running,
    )
    undisturbed = Turn(
        channels=high.channels,
        rules=high.rules,
        quiet_hours=None,
        urgency=HIGH,
        at=high.at,
        running=high.running,
    )
    assert cycle(high) == cycle(undisturbed)
    if any(high.channels):
        assert cycle(high)[0].not_before is None


@given(TURNS)
def test_whoever_can_be_paged_is_paged_whatever_their_rules_say(any_turn: Turn) -> None:
    messages = cycle(any_turn)
    assert bool(messages) == any(any_turn.channels)
    assert all(any_turn.channels[one.contact_method] is not None for one in messages)


@given(TURNS)
def test_messages_over_one_contact_method_are_a_minute_apart_and_numbered(any_turn: Turn) -> None:
    for method in range(len(any_turn.channels)):
        mine = [one for one in cycle(any_turn) if one.contact_method == method]
        times = [one.not_before or any_turn.at for one in mine]
        assert all(later - sooner >= APART for sooner, later in pairwise(times))
        assert [one.repeat for one in mine] == list(range(len(mine)))


@given(TURNS)
def test_low_urgency_reaches_nobody_in_their_quiet_hours(any_turn: Turn) -> None:
    quiet = any_turn.quiet_hours
    if quiet is None or any_turn.urgency is HIGH:
        return
    if quiet.begins == quiet.ends or quiet.length > LONGEST_QUIET:
        return  # refused when somebody writes them down
    for one in cycle(any_turn):
        assert quiet.end_at(one.not_before or any_turn.at) is None


@given(QUIET, AT)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(
    quiet: QuietHours, at: datetime
) -> None:
    end = quiet.end_at(at)
    if end is None:
        return
    shown = wall_clock(end, zone(quiet.zone))
    assert end > at
    assert end - at <= timedelta(hours=50)
    assert shown.time() >= quiet.ends or shown.date() > wall_clock(at, zone(quiet.zone)).date()


def test_rules_that_page_nobody_are_refused_with_the_rule_and_the_reason() -> None:
    def refused(words: str, rules: NotificationRules, quiet: QuietHours | None = None) -> None:
        with pytest.raises(NotificationRuleImpossible, match=words):
            require_possible(rules, 2, quiet)

    refused(
        "Rule 2 for high urgency names contact method 3: there are 2",
        NotificationRules(high=(rule(1), rule(3))),
    )
    refused("names contact method 0", NotificationRules(low=(rule(0),)))
    refused("let everybody wait", NotificationRules(high=(rule(1, 1),)))
    refused("at most 4 hours", NotificationRules(high=(rule(1, 300),)))
    refused("at most 4 hours", NotificationRules(high=(rule(1, -1),)))
    refused("0 or more", NotificationRules(high=(rule(1, 0, repeats=-1),)))
    refused("at least a minute", NotificationRules(high=(rule(1, 0, repeats=1, every=0),)))
    refused("longer than 4 hours", NotificationRules(high=(rule(1, 0, repeats=10, every=30),)))
    refused(
        "13 messages: at most 12",
        NotificationRules(high=(rule(1, 0, repeats=11, every=1), rule(2))),
    )
    refused("longer than 16", NONE, QuietHours(begins=time(6), ends=time(23), zone="UTC"))
    refused("longer than 16", NONE, QuietHours(begins=time(6), ends=time(6), zone="UTC"))
    with pytest.raises(NotificationRuleImpossible, match="Mars"):
        require_possible(NONE, 2, QuietHours(begins=time(22), ends=time(6), zone="Mars"))
    require_possible(NotificationRules(high=(rule(1), rule(2, 5, repeats=3))), 2, NIGHT)


def test_no_loud_channel_is_called_quiet() -> None:
    assert {"sms", "voice"} == LOUD
