"""Postmortem reminders: what is due of the postmortem and its meeting, by their own rules."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from activities.follow_up.due import LOOK_AGAIN, Due, DueReminder, stored
from activities.follow_up.matter import Matter
from activities.follow_up.people import Concerned, HoursOf
from activities.follow_up.writing import Writing
from events.action_item.item import Owner
from events.follow_up.reminders import Reminder, ReminderTo
from events.log.store import Log
from events.on_call.zones import zone
from events.postmortem.commands import RemindOfPostmortem
from events.postmortem.decide import postmortem_decider
from events.postmortem.document.terms import PostmortemReminder
from events.postmortem.due import Deadline, is_settled
from events.postmortem.meeting.state import Meeting
from events.postmortem.reminding import is_ahead, next_moment_of, reading_at
from events.postmortem.state import GivenReminder, Postmortem

READING: Final = "reading"


async def postmortem_due(
    log: Log, writing: Writing | None, matter: Matter, at: datetime, hours_of: HoursOf
) -> Due:
    """Say in the log what the moment brings for the postmortem, and return it.

    Raises: LogFault.
    """
    if writing is None or is_settled(writing.known):
        return Due()
    document = await _document_due(log, writing, matter, at, hours_of)
    meeting = await _meeting_due(log, writing, matter, at, hours_of)
    instants = (at + LOOK_AGAIN, *document.instants, *meeting.instants)
    return Due(reminders=(*document.reminders, *meeting.reminders), instants=(min(instants),))


async def _document_due(
    log: Log, writing: Writing, matter: Matter, at: datetime, hours_of: HoursOf
) -> Due:
    known, deadline = writing.known, writing.deadline
    if deadline is None:
        return Due()
    hours = await hours_of(log, known.author_id)
    command = RemindOfPostmortem(deadline=deadline, hours=hours, at=at)
    known = await _postmortem_after(log, writing, command)
    wakes = next_moment_of(known, deadline, hours, at)
    concerned = concerned_by(writing, matter)
    reminders = reminders_of(writing.stream, known, deadline)
    return Due(
        reminders=tuple(DueReminder(reminder=one, concerned=concerned) for one in reminders),
        instants=() if wakes is None else (wakes,),
    )


async def _postmortem_after(log: Log, writing: Writing, command: RemindOfPostmortem) -> Postmortem:
    """Store what the moment brings, and return the postmortem after it."""
    said = postmortem_decider.decide(command, writing.known)
    if not said:
        return writing.known
    after = postmortem_decider.fold(said, writing.known)
    step = after.reminded and step_of(after.reminded)
    key = (writing.incident_id, f"reminded:{command.deadline.due_at}:{after.overdue}:{step}")
    return await stored(log, postmortem_decider, writing.stream, command, key)


def concerned_by(writing: Writing, matter: Matter) -> Concerned:
    """Return who writes it, who answers for that, and who is invited to talk about it."""
    meeting = writing.known.meeting
    return Concerned(
        owner=Owner(person=writing.known.author_id, team=matter.team),
        invited=meeting.invited_ids if meeting else (),
    )


def reminders_of(stream: str, known: Postmortem, deadline: Deadline) -> Iterator[Reminder]:
    """Yield the reminders that stand for what the log says of a postmortem."""
    last = known.reminded
    if last is None or last.due_at != deadline.due_at or is_settled(known):
        return
    due_on, step = due_on_of(deadline), step_of(last)
    yield Reminder(stream=stream, to=ReminderTo.OWNER, due_on=due_on, step=step)
    if last.escalated:
        yield Reminder(stream=stream, to=ReminderTo.OTHERS, due_on=due_on, step=step)


def step_of(last: GivenReminder) -> str:
    """Return what tells a reminder from the others of its due date."""
    return f"{last.reminder}_{last.number}" if last.number else PostmortemReminder(last.reminder)


def due_on_of(deadline: Deadline) -> date:
    """Return the day on which it is due, in the zone that business days are counted in."""
    where = zone(deadline.calendar.zone if deadline.calendar else "UTC")
    return deadline.due_at.astimezone(where).date()


async def _meeting_due(
    log: Log, writing: Writing, matter: Matter, at: datetime, hours_of: HoursOf
) -> Due:
    """Have those who are invited read before the meeting: each in their work hours."""
    meeting = writing.known.meeting
    if meeting is None or not is_ahead(meeting, at):
        return Due()
    moments = [reading_at(meeting, await hours_of(log, who)) for who in meeting.invited_ids]
    first = min((one for one in moments if one is not None), default=None)
    if first is None:
        return Due()
    if first > at:
        return Due(instants=(first,))
    return Due(
        reminders=(
            DueReminder(
                reminder=reading_of(writing.stream, meeting),
                concerned=concerned_by(writing, matter),
                meeting=meeting,
            ),
        )
    )


def reading_of(stream: str, meeting: Meeting) -> Reminder:
    """Return the reminder to read before the meeting; another hour of its day asks nobody again."""
    day = meeting.starts_at.astimezone(zone("UTC")).date()
    return Reminder(stream=stream, to=ReminderTo.INVITED, due_on=day, step=READING)
