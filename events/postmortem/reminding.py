"""Reminders of a postmortem: at half time, a day before, when it is due, and then again and again.

Each has its moment in the author's work hours. What is late is told of by the newest reminder
only. A reminder whose moment had come when the postmortem began is left out: people know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Final

from events.follow_up.work_hours import WorkHours, moment_before, next_moment
from events.postmortem.commands import RemindOfPostmortem
from events.postmortem.document.terms import PostmortemReminder
from events.postmortem.due import Deadline, business_days_after, is_settled
from events.postmortem.events import PostmortemEvent, PostmortemOverdue, PostmortemReminded
from events.postmortem.meeting.state import Meeting
from events.postmortem.require import begun
from events.postmortem.state import Postmortem

TO_READ: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One reminder of a due date, and the moment from which on it is due."""

    reminder: PostmortemReminder
    number: int = 0
    at: datetime


def steps(deadline: Deadline, hours: WorkHours) -> Iterator[Step]:
    """Yield the reminders of a due date in their order, without end."""
    begins, ends = deadline.resolved_at, deadline.due_at
    ahead = {
        PostmortemReminder.HALF_TIME: begins + (ends - begins) / 2,
        PostmortemReminder.SOON: ends - timedelta(days=deadline.reminding.postmortem_days_before),
    }
    for reminder, at in ahead.items():
        moment = moment_before(hours, at, limit=ends, since=begins) if begins < at < ends else None
        if moment is not None:
            yield Step(reminder=reminder, at=moment)
    yield Step(reminder=PostmortemReminder.DUE, at=next_moment(hours, ends))
    between = deadline.reminding.postmortem_business_days_between
    days = islice(business_days_after(ends, deadline.calendar), between - 1, None, between)
    for number, day in zip(count(1), days, strict=False):
        yield Step(reminder=PostmortemReminder.LATE, number=number, at=next_moment(hours, day))


def step_at(deadline: Deadline, hours: WorkHours, at: datetime) -> Step | None:
    """Return the newest reminder that is due at an instant; None: it is too early for any."""
    newest = None
    for step in steps(deadline, hours):
        if step.at > at and step.reminder in {PostmortemReminder.DUE, PostmortemReminder.LATE}:
            break
        if step.at <= at:
            newest = step
    return newest


def remind(command: RemindOfPostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Say what the moment brings: a reminder, and that it is overdue.

    Raises: PostmortemNotFound.
    """
    begun(known)
    return [] if is_settled(known) else [*_told(command, known)]


def _told(command: RemindOfPostmortem, known: Postmortem) -> Iterator[PostmortemEvent]:
    deadline, at, incident_id = command.deadline, command.at, begun(known)
    due_at = deadline.due_at
    if at >= due_at and known.overdue != due_at:
        yield PostmortemOverdue(incident_id=incident_id, due_at=due_at, overdue_at=at)
    step = step_at(deadline, command.hours, at)
    if step is None or _was_known(step, known) or _is_given(step, deadline, known):
        return
    yield PostmortemReminded(
        incident_id=incident_id,
        due_at=due_at,
        reminder=step.reminder,
        number=step.number,
        escalated=_is_escalated(step, deadline, known),
        reminded_at=at,
    )


def _was_known(step: Step, known: Postmortem) -> bool:
    return known.started_at is not None and step.at <= known.started_at


def _is_given(step: Step, deadline: Deadline, known: Postmortem) -> bool:
    """Tell whether it was given, or a newer one: people's hours move a moment back, too."""
    last = known.reminded
    if last is None or last.due_at != deadline.due_at:
        return False
    order = [*PostmortemReminder]
    given = (order.index(last.reminder), last.number)
    return given >= (order.index(step.reminder), step.number)


def _is_escalated(step: Step, deadline: Deadline, known: Postmortem) -> bool:
    """Tell whether others hear of it, too: enough reminders said that it is late."""
    last = known.reminded
    said = last.late if last is not None and last.due_at == deadline.due_at else 0
    late = step.reminder is PostmortemReminder.LATE
    return late and said >= deadline.reminding.postmortem_escalates_after


def next_moment_of(
    known: Postmortem, deadline: Deadline, hours: WorkHours, at: datetime
) -> datetime | None:
    """Return when something is due next; None: it is over."""
    if is_settled(known):
        return None
    ahead: list[datetime] = []
    for step in steps(deadline, hours):
        if step.at > at:
            ahead.append(step.at)
            if step.reminder in {PostmortemReminder.DUE, PostmortemReminder.LATE}:
                break
    if deadline.due_at > at:
        ahead.append(deadline.due_at)
    return min(ahead)


def reading_at(meeting: Meeting, hours: WorkHours) -> datetime | None:
    """Return when somebody who is invited is asked to read before the meeting; None: no time."""
    starts_at = meeting.starts_at
    return moment_before(hours, starts_at - TO_READ, limit=starts_at, since=meeting.changed_at)


def is_ahead(meeting: Meeting | None, at: datetime) -> bool:
    """Tell whether there is a meeting to read for."""
    return (
        meeting is not None and meeting.stands and meeting.ended_at is None
    ) and meeting.starts_at > at
