"""Who a level reaches is found when it is reached: by schedule, by team, in turn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from activities.page.resolving import Resolving
from events.configuration.responder import ContactMethod, ResponderKind, ResponderRegistered
from events.configuration.team import Member, TeamDefined
from events.escalation.condition import Condition
from events.escalation.level import Acknowledge, Assign
from events.escalation.target import Target, Turn, people
from events.ids import (
    EscalationPolicyId,
    PageId,
    ResponderId,
    ScheduleId,
    SubjectId,
    TeamId,
    responder_stream,
    schedule_stream,
    subject_stream,
    team_stream,
)
from events.log.memory import MemoryLog
from events.on_call.layer import Frequency, Layer, Rotation
from events.on_call.rota import HolidayCalendar
from events.page.plan import Part, PlannedLevel, Step
from events.page.resolving import About, Resolved
from events.schedule.events import ScheduleDefined, ScheduleEnded
from events.subject.events import SubjectForgotten
from events.values.severity import Severity
from tests.activities.attempts import record

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
ADA, BEN, CEM, ROOM = (ResponderId(one) for one in ("ada", "ben", "cem", "room"))
PRIMARY, TEAM = ScheduleId("primary"), TeamId("payments")
ON_CALL = Target(schedule_id=PRIMARY)
NEXT = Target(schedule_id=PRIMARY, turn=Turn.NEXT)
THE_TEAM = Target(team_id=TEAM)
LEVEL = Part(targets=(ON_CALL,), escalation_policy_id=EscalationPolicyId("p"), level=1)
PAGE, STEP = PageId(UUID(int=1)), Step(round=1, level=1)


def schedule(*slots: Sequence[ResponderId]) -> ScheduleDefined:
    """Return a schedule of turns of a day each, from Monday on."""
    rotation = Rotation(
        slots=tuple(map(tuple, slots)),
        first_hand_off=date(2026, 11, 23),
        hand_off_at=time(9),
        frequency=Frequency.DAILY,
    )
    return ScheduleDefined(
        schedule_id=PRIMARY,
        name="Primary",
        team_id=TEAM,
        zone="UTC",
        layers=(Layer(layer_id="days", name="Days", rotation=rotation),),
        holidays=HolidayCalendar(),
        defined_by="api_key:desk",
        defined_at=MONDAY - timedelta(days=30),
    )


async def register(log: MemoryLog, who: ResponderId, *ways: str, channel: bool = False) -> None:
    methods = tuple(ContactMethod(channel=way, address=f"{who}@example.com") for way in ways)
    event = ResponderRegistered(
        responder_id=who,
        name=who.title(),
        contact_methods=methods,
        kind=ResponderKind.CHANNEL if channel else ResponderKind.PERSON,
        registered_by="api_key:desk",
        registered_at=MONDAY,
    )
    await record(log, responder_stream(who), event)


@pytest.fixture
async def log() -> MemoryLog:
    """Ada and Ben take turns; Cem manages their team."""
    log = MemoryLog()
    for who in (ADA, BEN, CEM):
        await register(log, who, "email")
    await register(log, ROOM, "webhook", channel=True)
    await record(log, schedule_stream(PRIMARY), schedule([ADA], [BEN]))
    members = (Member(responder_id=ADA, manager=False), Member(responder_id=CEM, manager=True))
    team = TeamDefined(
        team_id=TEAM, name="Payments", members=members, defined_by="ada", defined_at=MONDAY
    )
    await record(log, team_stream(TEAM), team)
    return log


async def reached(
    log: MemoryLog,
    *parts: Part,
    at: datetime = MONDAY,
    but: tuple[ResponderId, ...] = (),
    page: int = 1,
    severity: Severity | None = None,
) -> Resolved:
    about = About(severity=severity, service_id="checkout", at=at)
    level = PlannedLevel(parts=parts, escalation_timeout=timedelta(minutes=5))
    return await Resolving(log, about).paged(level, but, PageId(UUID(int=page)), STEP)


def who(found: Resolved) -> list[ResponderId]:
    return [one.responder_id for one in found.people]


async def test_whoever_is_on_call_at_that_moment_is_paged_and_the_turn_is_told(
    log: MemoryLog,
) -> None:
    assert who(await reached(log, LEVEL)) == [ADA]
    found = await reached(log, LEVEL, at=TUESDAY)
    assert who(found) == [BEN]
    assert found.people[0].target == ON_CALL


async def test_whoever_is_on_call_next_can_be_a_target_of_its_own(log: MemoryLog) -> None:
    assert who(await reached(log, replace(LEVEL, targets=(ON_CALL, NEXT)))) == [ADA, BEN]


async def test_a_team_means_its_members_and_nobody_is_paged_twice(log: MemoryLog) -> None:
    assert who(await reached(log, replace(LEVEL, targets=(ON_CALL, THE_TEAM)))) == [ADA, CEM]


async def test_a_gap_in_a_schedule_reaches_nobody_and_says_so(log: MemoryLog) -> None:
    await record(log, schedule_stream(PRIMARY), schedule([ADA], []))
    found = await reached(log, LEVEL, at=TUESDAY)
    assert (found.people, found.empty) == ((), "nobody is on call in schedule primary")


async def test_a_schedule_that_has_ended_reaches_nobody_and_says_so(log: MemoryLog) -> None:
    ended = ScheduleEnded(schedule_id=PRIMARY, ended_by="cem", ended_at=MONDAY)
    await record(log, schedule_stream(PRIMARY), ended)
    assert (await reached(log, LEVEL)).empty == "schedule primary has ended"


async def test_somebody_who_was_forgotten_while_on_call_leaves_a_gap(log: MemoryLog) -> None:
    forgotten = SubjectForgotten(
        subject_id=SubjectId(ADA), reason="left", forgotten_by="cem", forgotten_at=MONDAY
    )
    await record(log, subject_stream(SubjectId(ADA)), forgotten)
    assert (await reached(log, LEVEL)).empty == "nobody is on call in schedule primary"
    by_name = await reached(log, replace(LEVEL, targets=people([ADA])))
    assert by_name.empty == "ada cannot be paged"


async def test_the_managers_of_the_team_that_owns_a_schedule_answer_for_its_gap(
    log: MemoryLog,
) -> None:
    await record(log, schedule_stream(PRIMARY), schedule([]))
    resolving = Resolving(log, About(severity=None, service_id=None, at=MONDAY))
    level = PlannedLevel(parts=(LEVEL,), escalation_timeout=timedelta(minutes=5))
    assert (await resolving.paged(level, (), PAGE, STEP)).empty is not None
    assert await resolving.owners_of(level) == (CEM,)


async def test_a_schedule_that_cannot_be_computed_keeps_no_page_from_going_on(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("activities.page.resolving.whose_turn", broken)
    assert (await reached(log, LEVEL)).empty == "schedule primary cannot be read"
    assert who(await reached(log, replace(LEVEL, targets=(ON_CALL, *people([CEM]))))) == [CEM]


async def test_people_of_a_round_robin_take_turns_over_all_pages(log: MemoryLog) -> None:
    part = replace(LEVEL, targets=people([ADA, BEN, CEM]), assign=Assign.ROUND_ROBIN)
    turns = [who(await reached(log, part, page=page)) for page in range(4)]
    assert turns == [[ADA], [BEN], [CEM], [ADA]]


async def test_a_page_that_asks_again_for_its_turn_gets_the_same_one(log: MemoryLog) -> None:
    part = replace(LEVEL, targets=people([ADA, BEN]), assign=Assign.ROUND_ROBIN)
    assert [who(await reached(log, part)) for _ in range(3)] == [[ADA]] * 3
    assert who(await reached(log, part, page=2)) == [BEN]


async def test_what_is_only_shown_takes_nobodys_turn(log: MemoryLog) -> None:
    part = replace(LEVEL, targets=people([ADA, BEN]), assign=Assign.ROUND_ROBIN)
    level = PlannedLevel(parts=(part,), escalation_timeout=timedelta(minutes=5))
    about = About(severity=None, service_id=None, at=MONDAY)
    for _ in range(2):
        assert who(await Resolving(log, about).shown(level)) == [ADA]
    assert who(await reached(log, part)) == [ADA]
    assert who(await Resolving(log, about).shown(level)) == [BEN]


async def test_a_turn_of_somebody_who_cannot_be_paged_goes_to_whoever_follows(
    log: MemoryLog,
) -> None:
    await register(log, ADA)
    part = replace(LEVEL, targets=people([ADA, BEN]), assign=Assign.ROUND_ROBIN)
    assert [who(await reached(log, part, page=page)) for page in (1, 2)] == [[BEN], [BEN]]


async def test_a_channel_is_told_each_time_and_takes_no_turn(log: MemoryLog) -> None:
    part = replace(LEVEL, targets=people([ROOM, ADA, BEN]), assign=Assign.ROUND_ROBIN)
    turns = [who(await reached(log, part, page=page)) for page in (1, 2)]
    assert turns == [[ROOM, ADA], [ROOM, BEN]]


async def test_a_level_of_a_channel_alone_is_told_and_is_not_empty(log: MemoryLog) -> None:
    found = await reached(log, replace(LEVEL, targets=people([ROOM])))
    assert (who(found), found.empty, found.skipped) == ([ROOM], None, None)


async def test_a_level_whose_condition_does_not_hold_is_left_out_and_alarms_nobody(
    log: MemoryLog,
) -> None:
    part = replace(LEVEL, when=Condition(severities=(Severity.SEV1,)))
    found = await reached(log, part, severity=Severity.SEV3)
    assert (found.skipped, found.empty) == ("it is for SEV1 only", None)
    assert who(await reached(log, part, severity=Severity.SEV1)) == [ADA]


async def test_whoever_a_page_is_not_for_is_not_paged_through_a_schedule_either(
    log: MemoryLog,
) -> None:
    found = await reached(log, LEVEL, but=(ADA,))
    assert (found.people, found.empty) == ((), None)
    assert found.skipped == "everybody on it is left out of this page"


async def test_who_is_to_answer_for_themselves_is_marked_and_a_channel_never_is(
    log: MemoryLog,
) -> None:
    part = replace(LEVEL, targets=people([ADA, ROOM]), acknowledge=Acknowledge.ALL)
    found = await reached(log, part, replace(LEVEL, targets=people([BEN])))
    assert {one.responder_id: one.own_answer for one in found.people} == {
        ADA: True,
        ROOM: False,
        BEN: False,
    }
