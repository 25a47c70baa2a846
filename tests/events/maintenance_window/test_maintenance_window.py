"""A maintenance window runs when it says; who ends, extends or changes it is believed at once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from events.errors import CommandRejected
from events.ids import ServiceId
from events.maintenance_window.commands import MaintenanceWindowCommand
from events.maintenance_window.decide import maintenance_window_decider as rules
from events.maintenance_window.events import (
    EndCause,
    MaintenanceWindowDefined,
    MaintenanceWindowEnded,
    MaintenanceWindowReported,
)
from events.maintenance_window.holding import holds
from events.maintenance_window.refusals import (
    MaintenanceWindowNotFound,
    MaintenanceWindowNotRunning,
    MaintenanceWindowRefused,
)
from events.maintenance_window.state import MaintenanceWindow
from events.maintenance_window.timing import LONGEST, Occurrence, Recurrence
from events.routing.alert_facts import AlertFacts
from events.routing.condition import Comparison, Condition
from tests.events.maintenance_window.windows import (
    HOUR,
    MINUTE,
    NIGHTLY,
    NOW,
    after,
    cancel,
    define,
    end,
    extend,
    facts,
    recurring,
    report,
    runs,
)

STARTS, ENDS = NOW + HOUR, NOW + 3 * HOUR
DAY = timedelta(days=1)
TONIGHT = datetime(2026, 12, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "running"),
    [
        (STARTS - MINUTE, False),
        (STARTS, True),
        (ENDS - MINUTE, True),
        (ENDS, False),
    ],
)
def test_a_window_runs_from_its_start_until_just_before_its_end(
    at: datetime, *, running: bool
) -> None:
    assert runs(after(define()), at) is running


@pytest.mark.parametrize(
    ("asked", "begins"),
    [(None, NOW), (NOW - 2 * MINUTE, NOW), (NOW, NOW), (NOW + MINUTE, NOW + MINUTE)],
)
def test_a_start_that_nobody_says_or_that_is_only_just_past_is_now(
    asked: datetime | None, begins: datetime
) -> None:
    [defined] = facts(define(starts_at=asked), MaintenanceWindow())
    assert isinstance(defined, MaintenanceWindowDefined)
    assert defined.starts_at == begins


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (define(starts_at=NOW - 10 * MINUTE), "starts_at"),
        (define(starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR), "ends_at"),
        (define(ends_at=None), "ends_at"),
        (define(ends_at=STARTS), "ends_at"),
        (define(ends_at=STARTS + LONGEST + MINUTE), "ends_at"),
        (define(recurrence=NIGHTLY), "recurrence"),
        (define(starts_at=NOW + 2_000 * DAY, ends_at=NOW + 2_001 * DAY), "starts_at"),
        (
            define(conditions=(Condition(field="x", comparison=Comparison.PRESENT),)),
            "conditions.0.field",
        ),
    ],
)
def test_times_and_conditions_that_make_no_sense_are_refused(
    command: MaintenanceWindowCommand, field: str | None
) -> None:
    with pytest.raises(MaintenanceWindowRefused) as refused:
        facts(command, MaintenanceWindow())
    assert refused.value.facts["field"] == field


def nightly(**changed: object) -> Recurrence:
    fields = {
        "first_on": NIGHTLY.first_on,
        "starts": NIGHTLY.starts,
        "zone": NIGHTLY.zone,
        "rrule": NIGHTLY.rrule,
        "duration_seconds": NIGHTLY.duration_seconds,
    }
    return Recurrence(**fields | changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("recurrence", "words"),
    [
        (nightly(duration_seconds=30), "lasts from a minute"),
        (nightly(duration_seconds=25 * 3_600), "into the next one"),
        (nightly(zone="Berlin"), "not a time zone"),
        (nightly(first_on=date(2020, 1, 1)), "in the last year"),
        (nightly(first_on=date(9999, 12, 31)), "in the next five"),
        (nightly(rrule="FREQ=SECONDLY"), "too often"),
        (nightly(rrule="every night"), "no recurrence rule"),
        (nightly(first_on=date(2026, 11, 1), rrule="FREQ=DAILY;COUNT=3"), "to come"),
    ],
)
def test_a_recurrence_that_nobody_can_follow_is_refused(recurrence: Recurrence, words: str) -> None:
    with pytest.raises(CommandRejected, match=words):
        facts(recurring(recurrence=recurrence), MaintenanceWindow())


def test_a_recurring_window_runs_every_night_and_not_between() -> None:
    window = after(recurring())
    assert [runs(window, TONIGHT + n * DAY) for n in range(3)] == [True, True, True]
    assert not runs(window, TONIGHT + 2 * HOUR)
    assert window.next_change_after(NOW) == TONIGHT
    assert window.next_change_after(TONIGHT) == TONIGHT + 2 * HOUR


@pytest.mark.parametrize(
    ("zone", "starts", "begins"),
    [
        # Europe/Berlin goes from 02:00 to 03:00 on 2027-03-28: 02:30 is shown by no clock.
        ("Europe/Berlin", date(2027, 3, 28), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        # and shows 02:30 twice on 2027-10-31: the first time counts.
        ("Europe/Berlin", date(2027, 10, 31), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_start_that_clocks_skip_is_right_after_and_one_shown_twice_is_the_first(
    zone: str, starts: date, begins: datetime
) -> None:
    recurrence = nightly(zone=zone, starts=time(2, 30), duration_seconds=3_600)
    window = after(recurring(recurrence=recurrence))
    day = datetime.combine(starts, time(), UTC)
    running = [
        minute * MINUTE + day for minute in range(6 * 60) if runs(window, day + minute * MINUTE)
    ]
    assert running[0] == begins
    assert len(running) == 60  # an hour is an hour in such a night, too


def test_ending_a_window_ends_it_at_once_and_the_next_night_it_runs_again() -> None:
    ended = after(recurring(), end(TONIGHT + MINUTE))
    assert not runs(ended, TONIGHT + MINUTE)
    assert runs(ended, TONIGHT + DAY)
    assert ended.to_report(TONIGHT + MINUTE) == {
        Occurrence(starts_at=TONIGHT, ends_at=TONIGHT + MINUTE): EndCause.ENDED
    }


def test_cancelling_a_window_ends_it_and_every_night_to_come() -> None:
    cancelled = after(recurring(), cancel(TONIGHT + MINUTE))
    assert not any(runs(cancelled, TONIGHT + MINUTE + n * DAY) for n in range(3))
    assert list(cancelled.to_report(TONIGHT + MINUTE).values()) == [EndCause.CANCELLED]
    assert facts(cancel(TONIGHT + HOUR), cancelled) == []


def test_a_cancelled_window_can_be_planned_anew() -> None:
    again = after(recurring(), cancel(TONIGHT + MINUTE), recurring(at=TONIGHT + HOUR))
    assert runs(again, TONIGHT + DAY)


def test_an_extended_window_runs_on_and_its_next_night_is_as_planned() -> None:
    extended = after(recurring(), extend(TONIGHT + HOUR, TONIGHT + 5 * HOUR))
    assert runs(extended, TONIGHT + 4 * HOUR)
    assert not runs(extended, TONIGHT + 5 * HOUR)
    assert not runs(extended, TONIGHT + DAY + 3 * HOUR)


@pytest.mark.parametrize("at", [NOW, ENDS, ENDS + HOUR])
def test_only_what_runs_can_be_extended_or_ended(at: datetime) -> None:
    for command in (extend(at, ENDS + 2 * HOUR), end(at)):
        with pytest.raises(MaintenanceWindowNotRunning):
            facts(command, after(define()))


@pytest.mark.parametrize("command", [extend(NOW, ENDS), end(NOW), cancel(NOW)])
def test_a_window_that_nobody_planned_is_not_found(command: MaintenanceWindowCommand) -> None:
    with pytest.raises(MaintenanceWindowNotFound):
        facts(command, MaintenanceWindow())


@pytest.mark.parametrize("until", [ENDS - MINUTE, STARTS + LONGEST + MINUTE])
def test_an_extension_to_an_earlier_end_or_for_months_is_refused(until: datetime) -> None:
    with pytest.raises(MaintenanceWindowRefused):
        facts(extend(STARTS, until), after(define()))


def test_an_end_that_is_reported_is_final() -> None:
    """Who reports first has it: the alerts may have paged by then."""
    over = after(define(), report(ENDS, STARTS, ENDS))
    with pytest.raises(MaintenanceWindowNotRunning):
        facts(extend(ENDS - MINUTE, ENDS + HOUR), over)


def test_a_report_that_an_extension_overtook_is_none() -> None:
    window = after(define(), extend(ENDS - MINUTE, ENDS + HOUR))
    assert facts(report(ENDS + MINUTE, STARTS, ENDS), window) == []
    [reported] = facts(report(ENDS + HOUR, STARTS, ENDS + HOUR), window)
    assert isinstance(reported, MaintenanceWindowReported)
    assert (reported.held, reported.cause) == (3, EndCause.SCHEDULED)


def test_each_night_is_reported_once_also_when_the_reporter_was_away() -> None:
    window = after(recurring())
    due = window.to_report(TONIGHT + 2 * DAY + 2 * HOUR)
    assert [one.starts_at for one in due] == [TONIGHT + n * DAY for n in range(3)]
    for one in due:
        window = after_report(window, one, TONIGHT + 3 * DAY - HOUR)
    assert window.to_report(TONIGHT + 3 * DAY - HOUR) == {}


def test_what_somebody_ended_is_reported_once_too() -> None:
    ended = after(recurring(), end(TONIGHT + MINUTE))
    [over] = ended.to_report(TONIGHT + HOUR)
    assert after_report(ended, over, TONIGHT + HOUR).to_report(TONIGHT + 3 * HOUR) == {}


def after_report(window: MaintenanceWindow, one: Occurrence, at: datetime) -> MaintenanceWindow:
    return rules.fold(facts(report(at, one.starts_at, one.ends_at), window), window)


def test_a_change_that_moves_what_runs_ends_it() -> None:
    window = after(define())
    later = define(at=STARTS + MINUTE, starts_at=STARTS + HOUR)
    ended, defined = facts(later, window)
    assert isinstance(ended, MaintenanceWindowEnded)
    assert (ended.starts_at, ended.cause) == (STARTS, EndCause.CHANGED)
    assert isinstance(defined, MaintenanceWindowDefined)
    moved = after(define(), later)
    assert not runs(moved, STARTS + MINUTE)
    assert runs(moved, STARTS + HOUR)


def test_a_change_of_the_end_keeps_what_runs() -> None:
    window = after(define(), define(at=STARTS + MINUTE, ends_at=STARTS + 2 * MINUTE))
    assert runs(window, STARTS + MINUTE)
    assert not runs(window, STARTS + 2 * MINUTE)
    assert list(window.to_report(STARTS + HOUR)) == [
        Occurrence(starts_at=STARTS, ends_at=STARTS + 2 * MINUTE)
    ]


def test_a_change_of_name_or_conditions_keeps_an_extension() -> None:
    command = define(at=STARTS + MINUTE, name="Renamed")
    window = after(define(), extend(STARTS, ENDS + HOUR), command)
    assert runs(window, ENDS)
    assert window.revision == 2


def test_asking_for_the_window_that_runs_changes_nothing() -> None:
    now = define(starts_at=None)
    assert facts(define(at=NOW + HOUR, starts_at=None), after(now)) == []
    assert facts(define(at=NOW + HOUR, starts_at=NOW - MINUTE), after(now)) == []


@pytest.mark.parametrize(
    ("services", "labels", "held"),
    [
        ((), {"team": "db"}, True),
        (("shop",), {"team": "db"}, True),
        (("mail",), {"team": "db"}, False),
        (("mail", "shop"), {"team": "web"}, False),
        ((), {}, False),
    ],
)
def test_a_window_is_about_alerts_of_its_services_that_meet_all_its_conditions(
    services: tuple[str, ...], labels: dict[str, str], *, held: bool
) -> None:
    on_team = Condition(field="labels.team", comparison=Comparison.EQUALS, values=("db",))
    window = after(define(service_ids=tuple(map(ServiceId, services)), conditions=(on_team,)))
    assert window.newest is not None
    facts_of_alert = AlertFacts(title="Disk full", labels=labels)
    assert holds(window.newest, facts_of_alert, ServiceId("shop")) is held


class Life:
    """A window to which people do what they like, minute by minute."""

    def __init__(self) -> None:
        self.window, self.at = after(recurring()), NOW
        self.ran = set[datetime]()
        self.reported: list[Occurrence] = []

    def go_on(self, minutes: int) -> None:
        for _ in range(0, minutes, 20):
            if runs(self.window, self.at):
                self.ran.add(self.at)
            self.at += 20 * MINUTE

    def take(self, command: MaintenanceWindowCommand) -> None:
        try:
            found = facts(command, self.window)
        except CommandRejected:
            return
        self.reported += [
            Occurrence(starts_at=fact.starts_at, ends_at=fact.ended_at)
            for fact in found
            if isinstance(fact, MaintenanceWindowReported)
        ]
        self.window = rules.fold(found, self.window)

    def report(self) -> None:
        for one in self.window.to_report(self.at):
            self.take(report(self.at, one.starts_at, one.ends_at))

    def do(self, word: str, tens: int) -> None:
        match word:
            case "end":
                self.take(end(self.at))
            case "extend":
                self.take(extend(self.at, self.at + tens * 20 * MINUTE))
            case "cancel":
                self.take(cancel(self.at))
            case "define":
                other = nightly(duration_seconds=(1 + tens % 3) * 3_600)
                self.take(recurring(at=self.at, recurrence=other))
            case _:
                self.report()


@each(
    st.lists(
        st.tuples(
            st.sampled_from(["end", "extend", "cancel", "define", "report"]), st.integers(1, 60)
        ),
        max_size=8,
    )
)
def test_whatever_is_done_to_a_window_each_minute_that_it_ran_is_in_a_report(
    steps: list[tuple[str, int]],
) -> None:
    life = Life()
    for word, tens in steps:
        life.go_on(tens * 20)
        life.do(word, tens)
    life.take(cancel(life.at))
    life.report()
    for minute in life.ran:
        assert any(one.starts_at <= minute < one.ends_at for one in life.reported)
    assert len(set(life.reported)) == len(life.reported)
