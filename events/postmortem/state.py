"""Postmortem state, folded from its events: what stands in it, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID, uuid5

from events.ids import IncidentId, ResponderId
from events.postmortem.document.factors import Factors, RecordedFactor
from events.postmortem.document.publishing import PublicText, Visibility
from events.postmortem.document.sections import Section
from events.postmortem.document.terms import DEFAULT_TERMS, PostmortemReminder, Terms
from events.postmortem.events import (
    PostmortemApproved,
    PostmortemAuthorChanged,
    PostmortemCommented,
    PostmortemEntryAdded,
    PostmortemEntryAnnotated,
    PostmortemEntryChanged,
    PostmortemEntryHidden,
    PostmortemEntryPinned,
    PostmortemEntryRemoved,
    PostmortemEntryShown,
    PostmortemEvent,
    PostmortemFactorChanged,
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
    PostmortemHintDismissed,
    PostmortemOverdue,
    PostmortemPublicTextWritten,
    PostmortemPublished,
    PostmortemReminded,
    PostmortemReviewRequested,
    PostmortemRevised,
    PostmortemSectionWritten,
    PostmortemStarted,
    PostmortemTextErased,
    PostmortemWaived,
)
from events.postmortem.meeting.events import (
    MeetingAttended,
    MeetingCalledOff,
    MeetingEnded,
    MeetingMoved,
    MeetingNoted,
    MeetingRated,
    MeetingScheduled,
)
from events.postmortem.meeting.state import Meeting, meeting_after, without_text
from events.postmortem.timeline import NO_CHOICES, Timeline, timeline_after


class PostmortemState(StrEnum):
    """How far a postmortem is. Approved is a review with all that it needs."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSection:
    """A section as it was written last."""

    revision: int
    text_id: UUID
    text: str
    computed: bool
    own_words: int
    log_digest: str
    written_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForCustomers:
    """The text for customers, as it was written last."""

    revision: int
    text_id: UUID
    text: PublicText


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment, at the revision it is about."""

    comment_id: UUID
    section: Section
    revision: int
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who stands by what."""

    by: str
    digest: str
    was_responder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReminder:
    """The reminder that was given last, of which due date."""

    due_at: datetime
    reminder: PostmortemReminder
    number: int
    late: int  # how many said that it is late: whoever looked away has given fewer
    escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A postmortem as it was published last."""

    number: int
    digest: str
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmortem:
    """A postmortem as its rules see it; `incident_id` is None until it is begun."""

    incident_id: IncidentId | None = None
    state: PostmortemState = PostmortemState.DRAFT
    author_id: ResponderId | None = None
    terms: Terms = DEFAULT_TERMS
    edition: int = 1  # that is being written, or was published
    sections: Mapping[Section, WrittenSection] = field(default_factory=dict)
    public_text: WrittenForCustomers | None = None
    comments: tuple[Remark, ...] = ()
    timeline: Timeline = NO_CHOICES
    factors: Factors = field(default_factory=dict)
    reviewer_ids: tuple[ResponderId, ...] = ()
    approvals: tuple[Approval, ...] = ()
    published: Edition | None = None
    meeting: Meeting | None = None
    dismissed_hints: Mapping[str, Section] = field(default_factory=dict)  # by their keys
    started_at: datetime | None = None
    reminded: GivenReminder | None = None
    overdue: datetime | None = None  # the newest due date that is known to be over
    erased: frozenset[UUID] = frozenset()  # texts
    text_ids: frozenset[UUID] = frozenset()  # that can be erased

    def revision_of(self, section: Section) -> int:
        """Return the revision of a section, 0 until it is written."""
        written = self.sections.get(section)
        return written.revision if written else 0

    def text_id_for(self, piece: str) -> UUID:
        """Return the id under which a piece is sealed: another one once it was erased."""
        namespace = self.incident_id or UUID(int=0)
        number = 0
        while (text_id := uuid5(namespace, f"postmortem:{piece}:{number}")) in self.erased:
            number += 1
        return text_id


NO_WORDS: Final = PublicText(summary="", what_happened="", what_we_do="")
INITIAL = Postmortem()


def evolve(known: Postmortem, event: PostmortemEvent) -> Postmortem:
    """Return the postmortem after the event; never refuses."""
    after = _after(known, event)
    text_id = getattr(event, "text_id", getattr(event, "comment_id", None))
    text_ids = after.text_ids if text_id is None else after.text_ids | {text_id}
    return replace(after, timeline=timeline_after(after.timeline, event), text_ids=text_ids)


def _after(known: Postmortem, event: PostmortemEvent) -> Postmortem:
    match event:
        case (
            MeetingScheduled()
            | MeetingMoved()
            | MeetingCalledOff()
            | MeetingAttended()
            | MeetingNoted()
            | MeetingEnded()
            | MeetingRated()
        ):
            return replace(known, meeting=meeting_after(known.meeting, event))
        case PostmortemSectionWritten():
            return replace(known, sections={**known.sections, event.section: _written(event)})
        case PostmortemPublicTextWritten():
            return replace(known, public_text=_for_customers(event))
        case PostmortemCommented():
            return replace(known, comments=(*known.comments, _remark(event)))
        case PostmortemHintDismissed():
            dismissed = {**known.dismissed_hints, event.hint_key: event.section}
            return replace(known, dismissed_hints=dismissed)
        case PostmortemTextErased():
            return _erased(known, event.text_id)
        case PostmortemFactorRecorded() | PostmortemFactorChanged() | PostmortemFactorRetracted():
            return replace(known, factors=_factors_after(known.factors, event))
        case (
            PostmortemEntryShown()
            | PostmortemEntryHidden()
            | PostmortemEntryPinned()
            | PostmortemEntryAnnotated()
            | PostmortemEntryAdded()
            | PostmortemEntryChanged()
            | PostmortemEntryRemoved()
        ):
            return known  # the timeline takes them
        case _:
            return _moved_on(known, event)


def _moved_on(
    known: Postmortem,
    event: PostmortemStarted
    | PostmortemAuthorChanged
    | PostmortemReviewRequested
    | PostmortemApproved
    | PostmortemPublished
    | PostmortemRevised
    | PostmortemWaived
    | PostmortemReminded
    | PostmortemOverdue,
) -> Postmortem:
    match event:
        case PostmortemReminded() | PostmortemOverdue():
            return _late(known, event)
        case PostmortemStarted():
            return replace(
                known,
                incident_id=event.incident_id,
                state=PostmortemState.DRAFT,
                author_id=event.author_id,
                terms=event.terms,
                started_at=event.started_at,
            )
        case PostmortemAuthorChanged():
            return replace(known, author_id=event.author_id)
        case PostmortemReviewRequested():
            return replace(known, state=PostmortemState.IN_REVIEW, reviewer_ids=event.reviewer_ids)
        case PostmortemApproved():
            others = tuple(one for one in known.approvals if one.by != event.approved_by)
            approval = Approval(
                by=event.approved_by, digest=event.digest, was_responder=event.was_responder
            )
            return replace(known, approvals=(*others, approval))
        case PostmortemPublished():
            edition = Edition(
                number=event.edition, digest=event.digest, visibility=event.visibility
            )
            return replace(
                known, state=PostmortemState.PUBLISHED, edition=event.edition, published=edition
            )
        case PostmortemRevised():
            return replace(known, state=PostmortemState.DRAFT, edition=event.edition, approvals=())
        case PostmortemWaived():
            return replace(known, state=PostmortemState.WAIVED)
        case _:
            assert_never(event)


def _late(known: Postmortem, event: PostmortemReminded | PostmortemOverdue) -> Postmortem:
    if isinstance(event, PostmortemOverdue):
        return replace(known, overdue=event.due_at)
    last = known.reminded
    before = last.late if last is not None and last.due_at == event.due_at else 0
    reminded = GivenReminder(
        due_at=event.due_at,
        reminder=event.reminder,
        number=event.number,
        late=before + (event.reminder is PostmortemReminder.LATE),
        escalated=event.escalated,
    )
    return replace(known, reminded=reminded)


def _written(event: PostmortemSectionWritten) -> WrittenSection:
    return WrittenSection(
        revision=event.revision,
        text_id=event.text_id,
        text=event.text,
        computed=event.computed,
        own_words=event.own_words,
        log_digest=event.log_digest,
        written_by=event.written_by,
    )


def _remark(event: PostmortemCommented) -> Remark:
    return Remark(
        comment_id=event.comment_id,
        section=event.section,
        revision=event.revision,
        text=event.text,
        by=event.commented_by,
    )


def _for_customers(event: PostmortemPublicTextWritten) -> WrittenForCustomers:
    return WrittenForCustomers(
        revision=event.revision,
        text_id=event.text_id,
        text=PublicText(
            summary=event.summary,
            what_happened=event.what_happened,
            what_we_do=event.what_we_do,
        ),
    )


def _erased(known: Postmortem, text_id: UUID) -> Postmortem:
    """Return it without the text; its revisions stay, and so does the digest."""
    return replace(
        known,
        erased=known.erased | {text_id},
        sections={
            section: replace(one, text="") if one.text_id == text_id else one
            for section, one in known.sections.items()
        },
        comments=tuple(
            replace(one, text="") if one.comment_id == text_id else one for one in known.comments
        ),
        factors={
            number: replace(one, text="") if one.text_id == text_id else one
            for number, one in known.factors.items()
        },
        public_text=(
            replace(public, text=NO_WORDS)
            if (public := known.public_text) and public.text_id == text_id
            else public
        ),
        meeting=without_text(known.meeting, text_id),
    )


def _factors_after(
    factors: Factors,
    event: PostmortemFactorRecorded | PostmortemFactorChanged | PostmortemFactorRetracted,
) -> Factors:
    before = factors.get(event.number)
    if isinstance(event, PostmortemFactorRetracted):
        return {**factors, event.number: replace(before, retracted=True)} if before else factors
    if isinstance(event, PostmortemFactorRecorded):
        said = RecordedFactor(
            number=event.number,
            factor_id=event.factor_id,
            factor=event.factor,
            text_id=event.text_id,
            text=event.text,
        )
    elif before is None:
        return factors
    else:
        said = replace(
            before,
            factor=event.factor,
            text_id=event.text_id,
            text=event.text,
            revision=before.revision + 1,
        )
    if said.factor.primary:  # one counts, and it is the one that was said last
        factors = {
            number: replace(one, factor=replace(one.factor, primary=False))
            for number, one in factors.items()
        }
    return {**factors, event.number: said}
