"""Subject command: forget a person."""

from dataclasses import dataclass
from datetime import datetime

from events.actor import Actor
from events.ids import SubjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetSubject:
    """Make everything personal about somebody unreadable, for ever."""

    subject_id: SubjectId
    reason: str
    actor: Actor
    at: datetime
