"""Postmortem commands: begin, write, select, explain, review, publish and waive it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.actor import Actor
from events.follow_up.work_hours import WorkHours
from events.ids import IncidentId, ResponderId
from events.postmortem.document.factors import Factor
from events.postmortem.document.publishing import (
    ANYBODY,
    Audience,
    HintsLeft,
    PublicText,
    Visibility,
)
from events.postmortem.document.sections import Section
from events.postmortem.document.terms import DEFAULT_TERMS, Terms
from events.postmortem.due import Deadline
from events.postmortem.meeting.commands import MeetingCommand
from events.values.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedSection:
    """What the log says for a section that nobody has written yet."""

    section: Section
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartPostmortem:
    """Begin it; one that was waived goes on."""

    incident_id: IncidentId
    author_id: ResponderId | None
    merged_into: str | None = None  # the reference of the incident that goes on instead
    terms: Terms = DEFAULT_TERMS
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAuthor:
    """Hand it on to somebody else."""

    author_id: ResponderId
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteSection:
    """Have a section say something else."""

    section: Section
    based_on: int  # the revision that was read; 0: what the log says
    text: str
    computed: str = ""  # what the log says
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Remark on what a section says."""

    comment_id: UUID
    section: Section
    revision: int
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseText:
    """Make a piece of it unreadable for ever."""

    text_id: UUID
    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WritePublicText:
    """Have the text for customers say something else."""

    based_on: int  # the revision that was read
    text: PublicText
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissHint:
    """Wave a hint on the wording of a section aside."""

    section: Section
    hint_key: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestReview:
    """Ask others to read it; what nobody has written is kept as the log says it now."""

    reviewer_ids: tuple[ResponderId, ...]
    timeline_until: int
    computed: tuple[ComputedSection, ...] = ()
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePostmortem:
    """Stand by it as it is."""

    digest: str  # of what was read
    was_responder: bool
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPostmortem:
    """Let others learn from it."""

    visibility: Visibility
    audience: Audience = ANYBODY
    severity: Severity | None
    action_items: int  # how many there are
    timeline_until: int
    reason: str | None = None  # why, though something is missing
    hints_left: tuple[HintsLeft, ...] = ()
    computed: tuple[ComputedSection, ...] = ()
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePostmortem:
    """Begin another edition."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivePostmortem:
    """Say aloud that there will be none, and why."""

    reason: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfPostmortem:
    """Say what the moment brings; given by its follow-up, and by nobody else."""

    deadline: Deadline
    hours: WorkHours  # of whoever writes it
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowEntry:
    """Have an entry of the log's timeline in the postmortem's."""

    incident_id: IncidentId
    entry_position: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HideEntry:
    """Leave an entry of the log's timeline out."""

    incident_id: IncidentId
    entry_position: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinEntry:
    """Mark an entry of the log's timeline as a turning point."""

    incident_id: IncidentId
    entry_position: int
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotateEntry:
    """Say more of an entry of the log's timeline; nothing takes it back."""

    entry_position: int
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEntry:
    """Say what happened outside."""

    entry_id: UUID
    happened_at: datetime
    text: str
    source_url: str | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEntry:
    """Say anew what happened outside."""

    entry_id: UUID
    happened_at: datetime
    text: str
    source_url: str | None
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEntry:
    """Take out what was added."""

    entry_id: UUID
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFactor:
    """Say what set it off, let it, hid it or slowed us."""

    factor_id: UUID
    factor: Factor
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFactor:
    """Say a factor anew, or put it elsewhere in the tree."""

    number: int
    factor: Factor
    text: str
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractFactor:
    """Say that it was none."""

    number: int
    actor: Actor
    at: datetime


type WritingCommand = (
    ChangeAuthor | WriteSection | WritePublicText | Comment | EraseText | DismissHint
)
type ReviewCommand = (
    RequestReview | ApprovePostmortem | PublishPostmortem | RevisePostmortem | WaivePostmortem
)
type ChoiceCommand = ShowEntry | HideEntry | PinEntry | AnnotateEntry
type AdditionCommand = AddEntry | ChangeEntry | RemoveEntry
type FactorCommand = RecordFactor | ChangeFactor | RetractFactor
type PostmortemCommand = (
    StartPostmortem
    | RemindOfPostmortem
    | WritingCommand
    | ReviewCommand
    | ChoiceCommand
    | AdditionCommand
    | FactorCommand
    | MeetingCommand
)
