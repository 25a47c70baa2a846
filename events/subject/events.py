"""Subject event: a person was forgotten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from events.ids import SubjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectForgotten:
    """A person's key is destroyed: whatever was kept under it reads "erased" from now on."""

    subject_id: SubjectId
    reason: str
    forgotten_by: str
    forgotten_at: datetime
    type: Literal["subject.forgotten"] = "subject.forgotten"


SUBJECT_EVENTS: tuple[type, ...] = (SubjectForgotten,)
