"""Postmortem events. Names and fields are a storage format.

What people write is sealed, each piece under a key of its own, so that it can be erased alone.
Each event names the incident: whoever may not know of it, may not know of its postmortem.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from events.decider import members_of
from events.ids import IncidentId, ResponderId
from events.postmortem.document.factors import Factor
from events.postmortem.document.publishing import HintsLeft, Missing, Visibility
from events.postmortem.document.sections import Section
from events.postmortem.document.terms import PostmortemReminder, Terms
from events.postmortem.meeting.events import MeetingEvent
from events.values.personal import Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemStarted:
    """Somebody is to write down what was learned; also once more, after it was waived."""

    incident_id: IncidentId
    author_id: ResponderId | None
    terms: Terms
    started_by: str
    started_at: datetime
    type: Literal["postmortem.started"] = "postmortem.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemAuthorChanged:
    """Somebody else sees to it that it is written."""

    incident_id: IncidentId
    author_id: ResponderId
    previous_author_id: ResponderId | None
    changed_by: str
    changed_at: datetime
    type: Literal["postmortem.author_changed"] = "postmortem.author_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemSectionWritten:
    """A section says this, from its new revision on."""

    incident_id: IncidentId
    section: Section
    revision: int
    based_on: int  # the revision its author had read; 0: what the log said
    text_id: UUID
    text: Annotated[str, Personal("text_id")]  # Markdown
    computed: bool  # from the log, and kept as it was
    own_words: int  # that the log did not say
    log_digest: str  # of what the log said then, in hex: whether it says something else later
    written_by: str
    written_at: datetime
    type: Literal["postmortem.section_written"] = "postmortem.section_written"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemCommented:
    """Somebody remarked on what a section said at a revision."""

    incident_id: IncidentId
    comment_id: UUID
    section: Section
    revision: int
    text: Annotated[str, Personal("comment_id")]
    commented_by: str
    commented_at: datetime
    type: Literal["postmortem.commented"] = "postmortem.commented"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemTextErased:
    """Nobody can read a piece of it again, not even in the log: its key was destroyed."""

    incident_id: IncidentId
    text_id: UUID
    reason: str
    erased_by: str
    erased_at: datetime
    type: Literal["postmortem.text_erased"] = "postmortem.text_erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemPublicTextWritten:
    """What customers would read says this; they read it once it is published for them."""

    incident_id: IncidentId
    revision: int
    based_on: int
    text_id: UUID
    summary: Annotated[str, Personal("text_id")]
    what_happened: Annotated[str, Personal("text_id")]
    what_we_do: Annotated[str, Personal("text_id")]
    written_by: str
    written_at: datetime
    type: Literal["postmortem.public_text_written"] = "postmortem.public_text_written"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemHintDismissed:
    """Whoever wrote a section waved a hint on its wording aside."""

    incident_id: IncidentId
    section: Section
    hint_key: str  # of the phrase in this section, in hex: its words are in no event
    dismissed_by: str
    dismissed_at: datetime
    type: Literal["postmortem.hint_dismissed"] = "postmortem.hint_dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemReviewRequested:
    """Others are to read it; its timeline ends here until it is asked for again."""

    incident_id: IncidentId
    reviewer_ids: tuple[ResponderId, ...]
    timeline_until: int  # the last position of the log that it was taken from
    requested_by: str
    requested_at: datetime
    type: Literal["postmortem.review_requested"] = "postmortem.review_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemApproved:
    """A reviewer stands by it as it was then."""

    incident_id: IncidentId
    digest: str  # of what was read, in hex
    was_responder: bool
    approved_by: str
    approved_at: datetime
    type: Literal["postmortem.approved"] = "postmortem.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemPublished:
    """An edition is there for others to learn from."""

    schema_version: ClassVar[int] = 2

    incident_id: IncidentId
    edition: int
    digest: str
    timeline_until: int
    visibility: Visibility
    missing: tuple[Missing, ...]
    reason: str | None  # why it was published all the same
    hints_left: tuple[HintsLeft, ...]  # of its language, by rule
    words_by_people: int
    published_by: str
    published_at: datetime
    type: Literal["postmortem.published"] = "postmortem.published"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemRevised:
    """Another edition is being written; the one before stays as it was published."""

    incident_id: IncidentId
    edition: int
    revised_by: str
    revised_at: datetime
    type: Literal["postmortem.revised"] = "postmortem.revised"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemWaived:
    """People chose not to write it, and said why."""

    incident_id: IncidentId
    reason: str
    waived_by: str
    waived_at: datetime
    type: Literal["postmortem.waived"] = "postmortem.waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemReminded:
    """Its author is reminded of its due date."""

    incident_id: IncidentId
    due_at: datetime
    reminder: PostmortemReminder
    number: int  # of those that say that it is late, from the due date on; 0 before
    escalated: bool  # to the incident commander and the team's managers, too
    reminded_at: datetime
    type: Literal["postmortem.reminded"] = "postmortem.reminded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemOverdue:
    """Its due date is over and no edition is out: said once for each due date."""

    incident_id: IncidentId
    due_at: datetime
    overdue_at: datetime
    type: Literal["postmortem.overdue"] = "postmortem.overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryShown:
    """An entry of the log's timeline stands in the postmortem's."""

    incident_id: IncidentId
    entry_position: int  # in the log
    shown_by: str
    shown_at: datetime
    type: Literal["postmortem.entry_shown"] = "postmortem.entry_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryHidden:
    """An entry of the log's timeline is left out of the postmortem's; the log keeps it."""

    incident_id: IncidentId
    entry_position: int
    hidden_by: str
    hidden_at: datetime
    type: Literal["postmortem.entry_hidden"] = "postmortem.entry_hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryPinned:
    """An entry of the log's timeline is a turning point."""

    incident_id: IncidentId
    entry_position: int
    pinned_by: str
    pinned_at: datetime
    type: Literal["postmortem.entry_pinned"] = "postmortem.entry_pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryAnnotated:
    """People say more of an entry of the log's timeline than the log does."""

    incident_id: IncidentId
    entry_position: int
    revision: int
    text_id: UUID
    text: Annotated[str, Personal("text_id")]  # empty: nothing more
    annotated_by: str
    annotated_at: datetime
    type: Literal["postmortem.entry_annotated"] = "postmortem.entry_annotated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryAdded:
    """People say what happened outside, and where that is known from."""

    incident_id: IncidentId
    entry_id: UUID
    happened_at: datetime
    source_url: str | None
    text_id: UUID
    text: Annotated[str, Personal("text_id")]
    added_by: str
    added_at: datetime
    type: Literal["postmortem.entry_added"] = "postmortem.entry_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryChanged:
    """What happened outside was said anew."""

    incident_id: IncidentId
    entry_id: UUID
    happened_at: datetime
    source_url: str | None
    text_id: UUID
    text: Annotated[str, Personal("text_id")]
    changed_by: str
    changed_at: datetime
    type: Literal["postmortem.entry_changed"] = "postmortem.entry_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemEntryRemoved:
    """What people had added to the timeline is taken out again."""

    incident_id: IncidentId
    entry_id: UUID
    removed_by: str
    removed_at: datetime
    type: Literal["postmortem.entry_removed"] = "postmortem.entry_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemFactorRecorded:
    """People found a factor."""

    incident_id: IncidentId
    number: int
    factor_id: UUID
    factor: Factor
    text_id: UUID
    text: Annotated[str, Personal("text_id")]
    recorded_by: str
    recorded_at: datetime
    type: Literal["postmortem.factor_recorded"] = "postmortem.factor_recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemFactorChanged:
    """A factor was said anew, or stands elsewhere in the tree."""

    incident_id: IncidentId
    number: int
    factor: Factor
    text_id: UUID
    text: Annotated[str, Personal("text_id")]
    changed_by: str
    changed_at: datetime
    type: Literal["postmortem.factor_changed"] = "postmortem.factor_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostmortemFactorRetracted:
    """A factor was none after all."""

    incident_id: IncidentId
    number: int
    retracted_by: str
    retracted_at: datetime
    type: Literal["postmortem.factor_retracted"] = "postmortem.factor_retracted"


type PostmortemEvent = (
    PostmortemStarted
    | PostmortemAuthorChanged
    | PostmortemSectionWritten
    | PostmortemCommented
    | PostmortemTextErased
    | PostmortemHintDismissed
    | PostmortemPublicTextWritten
    | PostmortemReviewRequested
    | PostmortemApproved
    | PostmortemPublished
    | PostmortemRevised
    | PostmortemWaived
    | PostmortemReminded
    | PostmortemOverdue
    | PostmortemEntryShown
    | PostmortemEntryHidden
    | PostmortemEntryPinned
    | PostmortemEntryAnnotated
    | PostmortemEntryAdded
    | PostmortemEntryChanged
    | PostmortemEntryRemoved
    | PostmortemFactorRecorded
    | PostmortemFactorChanged
    | PostmortemFactorRetracted
    | MeetingEvent
)

POSTMORTEM_EVENTS: tuple[type, ...] = members_of(PostmortemEvent)
