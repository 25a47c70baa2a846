"""Calendar entry: one meeting as a calendar shows it, before anybody writes it down.

Sources: RFC 5545 (UID, SEQUENCE, STATUS), RFC 5546 (what makes an entry take another's place).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """An entry; instants in UTC, for one meeting has no recurrence for a zone to matter."""

    uid: str  # what calendars know it by, whatever becomes of it
    sequence: int  # up with every change
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    url: str = ""
    place: str = ""
    called_off: bool = False
    private: bool = False  # others who may look into the calendar see that there is something


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPart:
    """An entry beside the text of a message, and what the reader's calendar is to do with it."""

    entry: CalendarEntry
    method: str  # RFC 5546: REQUEST, CANCEL
