"""What people are told of their shifts, when, and of time that nobody covers."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as some

from events.hand_off.due import due_notices, stints
from events.hand_off.notices import Notice, NoticeKind
from events.ids import ResponderId
from events.on_call.layer import Frequency
from events.on_call.rota import Edition, Rota
from events.schedule.cover.state import CoverRequest, CoverStatus, Taken
from tests.events.on_call.rotas import WORKDAYS, layer, override, rota, rotation, utc, window

WEEKLY = rota(layer(rotation("A B", "2026-01-05T09:00", Frequency.WEEKLY)))  # a Monday
HAND_OFF = utc("2026-01-12T09:00")  # B takes over


DAYS = some.integers(0, 320 * 24 * 60).map(lambda n: utc("2026-01-06T00:00") + timedelta(minutes=n))


def kinds(rota: Rota, now: datetime, *given: Notice) -> list[tuple[str, str | None]]:
    due = due_notices(rota, {one.name: one for one in given}, now)
    return sorted((one.kind.value, one.responder_id) for one in due.notices)


def test_a_shift_is_told_of_a_week_ahead_a_day_ahead_and_when_it_begins() -> None:
    assert kinds(WEEKLY, HAND_OFF - timedelta(days=6)) == [("in_a_week", "B")]
    assert kinds(WEEKLY, HAND_OFF - timedelta(hours=23)) == [("tomorrow", "B")]
    at = kinds(WEEKLY, HAND_OFF)
    assert ("begins", "B") in at
    assert ("ends", "A") in at
    assert ("in_a_week", "A") in at  # the week after


def test_nothing_is_told_twice() -> None:
    due = due_notices(WEEKLY, {}, HAND_OFF)
    assert kinds(WEEKLY, HAND_OFF, *due.notices) == []


def test_a_shift_that_came_up_late_is_told_of_at_once_and_once() -> None:
    taking = override("A>C", "2026-01-11T07:00", "2026-01-12T09:00")
    now = utc("2026-01-11T06:00")
    changed = replace(WEEKLY, overrides=(taking,))
    assert ("tomorrow", "C") in kinds(changed, now)
    assert ("in_a_week", "C") not in kinds(changed, now)


def test_what_was_told_and_holds_no_more_is_called_off() -> None:
    now = HAND_OFF - timedelta(days=6)
    [notice] = due_notices(WEEKLY, {}, now).notices
    taken = override("B>C", "2026-01-12T09:00", "2026-01-19T09:00")
    changed = replace(WEEKLY, overrides=(taken,))
    assert kinds(changed, now, notice) == [("called_off", "B"), ("in_a_week", "C")]


def test_short_shifts_are_told_of_only_when_they_begin_and_end() -> None:
    hourly = rota(layer(rotation("A B", "2026-01-05T00:00", Frequency.HOURLY)))
    now = utc("2026-01-06T12:00")
    assert {kind for kind, _ in kinds(hourly, now)} == {"begins", "ends"}


def test_somebody_taken_off_leaves_a_gap_that_is_told_of_two_weeks_ahead() -> None:
    off = override("A>", "2026-01-20T00:00", "2026-01-21T00:00")
    changed = replace(WEEKLY, overrides=(off,))
    assert ("gap_ahead", None) in kinds(changed, utc("2026-01-07T00:00"))
    assert ("gap_ahead", None) not in kinds(changed, utc("2026-01-05T12:00"))


def test_a_person_who_is_gone_leaves_a_gap_that_is_told_of_at_once() -> None:
    alone = rota(layer(rotation("A", "2026-01-05T09:00", Frequency.WEEKLY)))
    now = utc("2026-01-07T03:00")
    gone = replace(alone, gone=((layer_person(alone), now),))
    assert ("uncovered", None) in kinds(gone, now + timedelta(seconds=1))
    later = now + timedelta(hours=5)
    first = due_notices(gone, {}, now + timedelta(seconds=1)).notices
    assert ("uncovered", None) not in kinds(gone, later, *first), "not again and again"


def test_time_that_the_layers_leave_is_told_of_once_an_edition() -> None:
    days = layer(
        rotation("A B", "2026-01-05T09:00", Frequency.WEEKLY),
        windows=(window("09:00", "17:00", WORKDAYS),),
    )
    now = utc("2026-01-07T20:00")
    assert ("gap_by_design", None) in kinds(rota(days), now)
    first = due_notices(rota(days), {}, now).notices
    assert ("gap_by_design", None) not in kinds(rota(days), now + timedelta(days=10), *first)
    again = rota(days)
    newer = Edition(holds_from=now, zone="UTC", layers=(replace(days, name="Day"),))
    edited = replace(again, editions=(*again.editions, newer))
    assert ("gap_by_design", None) in kinds(edited, now, *first)


def test_a_stint_is_one_person_without_a_break_whoever_joins() -> None:
    both = (*WEEKLY.editions[0].layers, layer(rotation("C D", "2026-01-05T09:00"), layer_id="two"))
    many = replace(WEEKLY, editions=(replace(WEEKLY.editions[0], layers=both),))
    found = stints(many, utc("2026-01-05T09:00"), utc("2026-01-12T09:00"))
    [ada] = [one for one in found if one.responder_id == "A"]
    assert (ada.starts_at, ada.ends_at) == (utc("2026-01-05T09:00"), utc("2026-01-12T09:00"))


@for_any(DAYS)
def test_the_next_look_is_never_in_the_past_and_never_more_than_a_day_away(at: datetime) -> None:
    due = due_notices(WEEKLY, {}, at)
    assert at < due.again_at <= at + timedelta(days=1)


@for_any(DAYS)
def test_whoever_looks_at_each_next_look_misses_no_hand_off(now: datetime) -> None:
    at = now
    given: dict[str, Notice] = {}
    until = at + timedelta(days=21)
    while at < until:
        due = due_notices(WEEKLY, given, at)
        given |= {one.name: one for one in due.notices}
        at = due.again_at
    begins = [one for one in given.values() if one.kind is NoticeKind.BEGINS]
    days = {one.starts_at.date() for one in begins if one.starts_at.date() > now.date()}
    mondays = {now.date() + timedelta(days=n) for n in range(1, 20)}
    assert {day for day in mondays if day.isoweekday() == 1} <= days | {date(2026, 1, 5)}


def layer_person(alone: Rota) -> ResponderId:
    return alone.editions[0].layers[0].rotation.slots[0][0]


def request(**changes: Any) -> CoverRequest:
    asked = CoverRequest(
        number=1,
        responder_id=ResponderId("B"),
        starts_at=HAND_OFF,
        ends_at=HAND_OFF + timedelta(days=2),
        asked_ids=(),
        in_return=None,
        notify_ids=(ResponderId("C"), ResponderId("D")),
    )
    return replace(asked, **changes)


def cover(request: CoverRequest, now: datetime) -> list[tuple[str, str | None, str | None]]:
    due = due_notices(WEEKLY, {}, now, (request,))
    return [
        (one.kind.value, one.responder_id, one.about)
        for one in due.notices
        if one.request is not None
    ]


def test_whoever_is_asked_for_cover_hears_of_it_and_whoever_asked_hears_the_answers() -> None:
    before = HAND_OFF - timedelta(days=9)
    assert cover(request(), before) == [("cover_asked", "C", "B"), ("cover_asked", "D", "B")]
    declined = request(declined_ids=(ResponderId("C"),))
    assert cover(declined, before) == [("cover_asked", "D", "B"), ("cover_declined", "B", "C")]
    part = Taken(
        responder_id=ResponderId("D"),
        starts_at=HAND_OFF,
        ends_at=HAND_OFF + timedelta(days=2),
    )
    assert cover(request(taken=(part,)), before) == [("cover_taken", "B", "D")]


def test_cover_that_nobody_took_stays_with_whoever_asked_and_they_hear_it_once() -> None:
    assert cover(request(), HAND_OFF) == [("cover_expired", "B", None)]
    assert cover(request(), HAND_OFF + timedelta(days=4)) == []
    due = due_notices(WEEKLY, {}, HAND_OFF - timedelta(hours=5), (request(),))
    assert due.again_at <= HAND_OFF


def test_whoever_was_asked_hears_when_cover_is_needed_no_more() -> None:
    withdrawn = request(ended=CoverStatus.WITHDRAWN)
    assert ("cover_withdrawn", "C", "B") in cover(withdrawn, HAND_OFF - timedelta(days=1))
