"""Standing of what a reminder is about: whether it is still to be done, as the log has it now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from activities.delivery.message import Message, one_line
from activities.follow_up.envelope import Envelope
from activities.follow_up.items import item_of, number_of
from activities.follow_up.matter import Matter
from activities.follow_up.people import Concerned, zone_of
from activities.follow_up.postmortem_reminders import (
    concerned_by,
    due_on_of,
    reading_of,
    step_of,
)
from activities.follow_up.postmortem_text import MeetingText, PostmortemText
from activities.follow_up.text import ItemText
from activities.follow_up.writing import Writing, writing_of
from events.action_item.state import OpenedItem
from events.follow_up.reminders import Reminder, ReminderTo
from events.log.store import Log
from events.postmortem.decide import AGGREGATE as POSTMORTEMS
from events.postmortem.due import is_settled
from events.postmortem.meeting.agenda import length_of
from events.postmortem.reminding import is_ahead
from projections.engine.catching_up import ConnectionPool


class Text(Protocol):
    """What people read of it."""

    def message(self, envelope: Envelope) -> Message:
        """Return the reminder as a message."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a reminder is about, as it stands."""

    reason: str | None  # why nobody is to be reminded of it any more
    concerned: Concerned
    text: Text | None


async def standing_of(
    log: Log, database: ConnectionPool, reminder: Reminder, matter: Matter, at: datetime
) -> Standing | None:
    """Return what a reminder is about; None: there is no such thing.

    Raises: EventTooNew, LogUnavailable.
    """
    if reminder.stream == POSTMORTEMS.stream(matter.incident_id):
        writing = await writing_of(log, matter)
        return None if writing is None else _postmortem(writing, reminder, matter, at)
    item = await item_of(log, reminder.stream)
    return None if item is None else await _item(log, database, item, reminder, matter)


async def _item(
    log: Log, database: ConnectionPool, item: OpenedItem, reminder: Reminder, matter: Matter
) -> Standing:
    number, owner = await number_of(database, item), item.item.owner
    text = ItemText(
        action_item_id=item.action_item_id,
        reference=matter.reference if number is None else f"{matter.reference}-A{number}",
        text=one_line(item.item.text),
        priority=item.item.priority,
        owner=f"team {owner.team}" if owner.person is None else owner.person,
        due_on=item.due_on,
        zone=await zone_of(log, owner, matter),
    )
    reason = item_holds_no_more(item, reminder)
    return Standing(reason=reason, concerned=Concerned(owner=owner), text=text)


def item_holds_no_more(item: OpenedItem, reminder: Reminder) -> str | None:
    """Return why nobody is to be reminded of it any more; None: it holds."""
    if not item.is_open:
        return f"item_{item.state}"
    return None if item.due_on == reminder.due_on else "due_date_moved"


def _postmortem(writing: Writing, reminder: Reminder, matter: Matter, at: datetime) -> Standing:
    reason = postmortem_holds_no_more(writing, reminder, at)
    return Standing(
        reason=reason, concerned=concerned_by(writing, matter), text=_text(writing, reminder)
    )


def _text(writing: Writing, reminder: Reminder) -> Text | None:
    known, meeting = writing.known, writing.known.meeting
    if reminder.to is not ReminderTo.INVITED:
        if writing.deadline is None:
            return None
        due_at = writing.deadline.due_at
        return PostmortemText(due_at=due_at, author=known.author_id, state=known.state)
    if meeting is None:
        return None
    minutes = int(length_of(meeting.agenda).total_seconds()) // 60
    return MeetingText(starts_at=meeting.starts_at, minutes=minutes, place=meeting.place)


def postmortem_holds_no_more(writing: Writing, reminder: Reminder, at: datetime) -> str | None:
    """Return why nobody is to be reminded of it any more; None: it holds."""
    known, deadline = writing.known, writing.deadline
    if is_settled(known):
        return f"postmortem_{known.state}"
    if reminder.to is ReminderTo.INVITED:
        return meeting_holds_no_more(writing, reminder, at)
    if deadline is None:
        return "incident_reopened"
    last = known.reminded
    if last is None or last.due_at != deadline.due_at or due_on_of(deadline) != reminder.due_on:
        return "due_date_moved"
    return None if step_of(last) == reminder.step else "newer_reminder_given"


def meeting_holds_no_more(writing: Writing, reminder: Reminder, at: datetime) -> str | None:
    """Return why nobody is asked to read before the meeting any more; None: it holds."""
    meeting = writing.known.meeting
    if meeting is None or not meeting.stands:
        return "meeting_called_off"
    if reading_of(writing.stream, meeting) != reminder:
        return "meeting_moved"
    return None if is_ahead(meeting, at) else "meeting_has_begun"
