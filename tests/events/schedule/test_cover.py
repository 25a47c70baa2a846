"""A shift changes hands when somebody who was asked takes it, and only as far as they take it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from events.actor import Actor
from events.ids import ResponderId
from events.schedule.commands import DefineSchedule, EndSchedule
from events.schedule.cover.commands import (
    AcceptCover,
    AskCover,
    DeclineCover,
    ExpireCover,
    WithdrawCover,
)
from events.schedule.cover.events import (
    ScheduleCoverAccepted,
    ScheduleCoverAsked,
    ScheduleCoverDeclined,
    ScheduleCoverExpired,
    ScheduleCoverWithdrawn,
    Span,
)
from events.schedule.cover.refusals import (
    CoverAskedAlready,
    CoverNotAsked,
    CoverNotFound,
    CoverOver,
    CoverRefused,
    ShiftChanged,
    ShiftOfAnother,
)
from events.schedule.cover.state import CoverStatus
from events.schedule.decide import schedule_decider
from events.schedule.events import ScheduleOverrideMade
from events.schedule.refusals import ScheduleNotFound, ScheduleOver
from tests.events.schedule.rota import ADA, BEN, BOSS, CEM, PAYMENTS, at, define, defined, people
from tests.given import given

BEGIN, END = at(10), at(18)  # of a Tuesday, Ada's
NEXT_TUESDAY = Span(starts_at=at(10) + timedelta(days=7), ends_at=at(18) + timedelta(days=7))


def actor(who: ResponderId) -> Actor:
    return Actor(principal="api_key:k1", responder_id=who)


ask = AskCover(
    schedule_id=PAYMENTS,
    responder_id=ADA,
    starts_at=BEGIN,
    ends_at=END,
    asked_ids=(BEN, CEM),
    in_return=None,
    reason="dentist",
    team=(ADA, BEN, CEM),
    manages=False,
    gone=(),
    actor=actor(ADA),
    at=at(8),
)
asked = ScheduleCoverAsked(
    schedule_id=PAYMENTS,
    number=1,
    responder_id=ADA,
    starts_at=BEGIN,
    ends_at=END,
    asked_ids=(BEN, CEM),
    in_return=None,
    reason="dentist",
    notify_ids=(BEN, CEM),
    asked_by="responder:ada",
    asked_at=at(8),
)
ask_swap = replace(ask, asked_ids=(BEN,), in_return=NEXT_TUESDAY)
asked_swap = replace(asked, asked_ids=(BEN,), notify_ids=(BEN,), in_return=NEXT_TUESDAY)
asked_all = replace(asked, asked_ids=(), notify_ids=(BEN, CEM))
accept = AcceptCover(
    schedule_id=PAYMENTS,
    number=1,
    responder_id=CEM,
    starts_at=None,
    ends_at=None,
    team=(ADA, BEN, CEM),
    gone=(),
    actor=actor(CEM),
    at=at(9),
)
decline = DeclineCover(
    schedule_id=PAYMENTS, number=1, responder_id=BEN, team=(), actor=actor(BEN), at=at(9)
)
withdraw = WithdrawCover(schedule_id=PAYMENTS, number=1, manages=False, actor=actor(ADA), at=at(9))
expire = ExpireCover(
    schedule_id=PAYMENTS, number=1, actor=Actor(principal="workflow:handoff"), at=BEGIN
)


def after(command: object, *events: object) -> list[object]:
    return [*events, *given(*events).when(command).decide()]


def standing(events: list[object], when: datetime) -> CoverStatus:
    [request] = schedule_decider.fold(events).cover  # type: ignore[arg-type]
    return request.status(when)


def test_whoever_is_on_the_shift_asks_and_those_asked_are_to_be_told() -> None:
    given(defined).when(ask).then(asked)


def test_nobody_named_is_everybody_of_the_team() -> None:
    given(defined).when(replace(ask, asked_ids=())).then(asked_all)


def test_only_who_is_on_that_shift_or_a_manager_asks() -> None:
    by_ben = replace(ask, actor=actor(BEN))
    given(defined).when(by_ben).refused(ShiftOfAnother, "ada or a manager")
    given(defined).when(replace(by_ben, manages=True)).then(
        replace(asked, asked_by="responder:ben")
    )


@pytest.mark.parametrize(
    ("wrong", "saying"),
    [
        ({"starts_at": at(7)}, "has begun"),
        ({"starts_at": at(8)}, "has begun"),
        ({"ends_at": BEGIN}, "not after its start"),
        ({"ends_at": BEGIN + timedelta(days=63)}, "more than 62 days"),
        (
            {"starts_at": BEGIN + timedelta(days=740), "ends_at": END + timedelta(days=740)},
            "more than two years ahead",
        ),
        ({"asked_ids": (ADA,)}, "ada is on that shift"),
        ({"asked_ids": (BEN, BEN)}, "each person once"),
        ({"asked_ids": tuple(map(ResponderId, map(str, range(51))))}, "at most 50"),
        ({"asked_ids": (), "team": (ADA,)}, "name whom to ask"),
        ({"starts_at": at(10, day=30), "ends_at": at(11, day=30)}, "ada is not on call"),
    ],
)
def test_what_nobody_could_take_is_not_asked(wrong: dict[str, object], saying: str) -> None:
    given(defined).when(replace(ask, **wrong)).refused(CoverRefused, saying)  # type: ignore[arg-type]


def test_the_same_time_is_asked_for_once_until_it_is_withdrawn() -> None:
    again = replace(ask, starts_at=at(12), ends_at=at(20))
    given(defined, asked).when(again).refused(CoverAskedAlready, "Request 1")
    story = after(withdraw, defined, asked)
    assert len(after(again, *story)) == len(story) + 1


def test_whoever_takes_it_is_on_call_for_that_time_and_no_longer() -> None:
    story = after(accept, defined, asked)
    made, accepted = story[-2:]
    assert isinstance(made, ScheduleOverrideMade)
    assert (made.off, made.on, made.starts_at, made.ends_at) == (ADA, CEM, BEGIN, END)
    assert isinstance(accepted, ScheduleCoverAccepted)
    assert accepted.override_ids == (made.override_id,)
    assert accepted.notify_ids == (ADA, BEN)
    moments = (at(9, 59), BEGIN, at(17, 59), END)
    assert [people(story, when) for when in moments] == [(ADA,), (CEM,), (CEM,), (ADA,)]
    assert standing(story, at(9)) is CoverStatus.ACCEPTED
    given(*story).when(accept).then_nothing()


def test_only_the_part_that_is_taken_changes_hands_and_the_rest_stays_open() -> None:
    story = after(replace(accept, starts_at=at(12), ends_at=at(14)), defined, asked)
    assert [people(story, when) for when in (at(11), at(12), at(14))] == [(ADA,), (CEM,), (ADA,)]
    assert standing(story, at(9)) is CoverStatus.OPEN
    story = after(replace(accept, responder_id=BEN, actor=actor(BEN)), *story)
    assert [people(story, when) for when in (at(11), at(12), at(14))] == [(BEN,), (CEM,), (BEN,)]
    assert standing(story, at(9)) is CoverStatus.ACCEPTED


def test_what_reaches_beyond_the_request_is_cut_to_it() -> None:
    story = after(replace(accept, starts_at=at(1), ends_at=at(23)), defined, asked)
    assert [people(story, when) for when in (at(9, 59), BEGIN, END)] == [(ADA,), (CEM,), (ADA,)]
    outside = replace(accept, starts_at=at(19), ends_at=at(20))
    given(defined, asked).when(outside).refused(CoverRefused, "take a part of that")


def test_a_part_that_has_begun_stays_as_planned() -> None:
    story = after(replace(accept, ends_at=at(12)), defined, asked)
    late = replace(accept, responder_id=BEN, actor=actor(BEN), at=at(11))
    story = after(late, *story)
    assert people(story, at(13)) == (BEN,)


def test_only_who_was_asked_takes_it_and_never_who_asked() -> None:
    dan = ResponderId("dan")
    given(defined, asked).when(replace(accept, responder_id=dan)).refused(
        CoverNotAsked, "ben, cem can take it"
    )
    given(defined, asked_all).when(replace(accept, responder_id=dan)).refused(
        CoverNotAsked, "the people of the team"
    )
    given(defined, asked_all).when(replace(accept, responder_id=ADA)).refused(
        CoverNotAsked, "ada is on that shift"
    )


def test_a_request_that_is_over_is_not_taken() -> None:
    withdrawn = after(withdraw, defined, asked)
    given(*withdrawn).when(accept).refused(CoverOver, "was withdrawn")
    given(defined, asked).when(replace(accept, at=BEGIN)).refused(CoverOver, "has expired")
    taken = after(accept, defined, asked)
    given(*taken).when(replace(accept, responder_id=BEN)).refused(CoverOver, "is taken")
    given(defined, asked).when(replace(accept, number=2)).refused(CoverNotFound, "request 2")


def test_a_shift_that_is_not_theirs_any_more_does_not_change_hands() -> None:
    others = replace(
        define,
        layers=tuple(
            replace(layer, rotation=replace(layer.rotation, slots=((BEN,),)))
            for layer in define.layers
        ),
        at=at(8, 30),
    )
    assert isinstance(others, DefineSchedule)
    story = after(others, defined, asked)
    given(*story).when(accept).refused(ShiftChanged, "ada is not on call then any more")


def test_declining_is_said_once_and_can_be_thought_over() -> None:
    story = after(decline, defined, asked)
    assert isinstance(story[-1], ScheduleCoverDeclined)
    given(*story).when(decline).then_nothing()
    assert standing(story, at(9)) is CoverStatus.OPEN
    story = after(replace(decline, responder_id=CEM), *story)
    assert standing(story, at(9)) is CoverStatus.DECLINED
    assert people(after(accept, *story), BEGIN) == (CEM,)


def test_a_request_expires_when_its_time_comes_whether_or_not_anybody_says_so() -> None:
    given(defined, asked).when(replace(expire, at=BEGIN - timedelta(seconds=1))).then_nothing()
    assert standing([defined, asked], BEGIN) is CoverStatus.EXPIRED
    story = after(expire, defined, asked)
    assert isinstance(story[-1], ScheduleCoverExpired)
    given(*story).when(expire).then_nothing()
    given(*after(accept, defined, asked)).when(expire).then_nothing()


def test_only_who_asked_or_a_manager_withdraws() -> None:
    given(defined, asked).when(replace(withdraw, actor=actor(BEN))).refused(
        ShiftOfAnother, "ada asked for this"
    )
    story = after(replace(withdraw, actor=BOSS, manages=True), defined, asked)
    assert isinstance(story[-1], ScheduleCoverWithdrawn)
    given(*story).when(withdraw).then_nothing()


def test_what_was_taken_stays_taken_when_the_rest_is_withdrawn() -> None:
    story = after(withdraw, *after(replace(accept, ends_at=at(12)), defined, asked))
    assert [people(story, when) for when in (at(11), at(13))] == [(CEM,), (ADA,)]


def test_a_swap_gives_a_shift_of_the_other_in_return() -> None:
    given(defined).when(ask_swap).then(asked_swap)
    story = after(replace(accept, responder_id=BEN, actor=actor(BEN)), defined, asked_swap)
    assert [people(story, when) for when in (BEGIN, END)] == [(BEN,), (ADA,)]
    back = NEXT_TUESDAY
    assert [people(story, when) for when in (back.starts_at, back.ends_at)] == [(ADA,), (BEN,)]


def test_a_swap_is_with_one_person_for_a_shift_of_theirs_and_as_a_whole() -> None:
    two = replace(ask_swap, asked_ids=(BEN, CEM))
    given(defined).when(two).refused(CoverRefused, "with one person")
    not_theirs = replace(ask_swap, asked_ids=(CEM,))
    given(defined).when(not_theirs).refused(CoverRefused, "cem is not on call")
    past = replace(ask_swap, in_return=Span(starts_at=at(7), ends_at=at(9)))
    given(defined).when(past).refused(CoverRefused, "give a time to come")
    half = replace(accept, responder_id=BEN, ends_at=at(12))
    given(defined, asked_swap).when(half).refused(CoverRefused, "as a whole")


def test_cover_of_cover_can_be_asked_for_in_turn() -> None:
    story = after(accept, defined, asked)
    by_cem = replace(ask, responder_id=CEM, actor=actor(CEM), asked_ids=(BEN,), at=at(9))
    story = after(by_cem, *story)
    story = after(replace(accept, number=2, responder_id=BEN, actor=actor(BEN)), *story)
    assert people(story, BEGIN) == (BEN,)


def test_there_is_nothing_to_cover_in_a_schedule_that_is_over_or_never_was() -> None:
    given().when(ask).refused(ScheduleNotFound, "payments")
    ended = after(EndSchedule(schedule_id=PAYMENTS, actor=BOSS, at=at(7)), defined)
    given(*ended).when(ask).refused(ScheduleOver, "ended")


HOURS = st.integers(9, 19)


@drawn(st.lists(st.tuples(st.sampled_from([BEN, CEM]), HOURS, HOURS), max_size=5))
def test_at_every_hour_whoever_took_it_first_has_it_and_else_ada(
    takings: list[tuple[ResponderId, int, int]],
) -> None:
    story: list[object] = [defined, asked]
    expected = dict.fromkeys(range(9, 20), ADA)
    for who, begin, end in takings:
        command = replace(
            accept, responder_id=who, actor=actor(who), starts_at=at(begin), ends_at=at(end)
        )
        try:
            story += schedule_decider.decide(command, schedule_decider.fold(story))  # type: ignore[arg-type]
        except (CoverRefused, CoverOver):
            continue
        for hour in range(max(begin, 10), min(end, 18)):
            if expected[hour] is ADA:
                expected[hour] = who
    assert {hour: people(story, at(hour))[0] for hour in expected} == expected
