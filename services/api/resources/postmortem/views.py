"""Postmortem views: the document as answers show it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from events.postmortem.digest import digest_of, valid_approvals
from events.postmortem.document.factors import FactorKind
from events.postmortem.document.publishing import Missing, Visibility
from events.postmortem.document.sections import HEADINGS, Section
from events.postmortem.due import DueState, due_at, due_state
from events.postmortem.review import is_approved, missing_in
from events.postmortem.state import Postmortem, PostmortemState
from events.postmortem.timeline import EntryChoice
from projections.practice.postmortem_document import PostmortemDocument, TimelineLine
from projections.practice.postmortem_draft import duration
from services.api.http.formats import Position, View
from services.api.writing.receipts import Receipt


class SectionView(View):
    """Section of a postmortem; its revision, quoted, is what If-Match takes."""

    section: Section
    heading: str
    revision: Annotated[int, Field(description="0 until somebody writes it.")]
    text: Annotated[str, Field(description="Markdown.")]
    computed: Annotated[bool, Field(description="It is what the log says.")]
    written_by: str | None
    text_id: Annotated[UUID | None, Field(description="By which it can be erased.")]
    erased: bool
    log_says: Annotated[
        str | None, Field(description="What the log says, where that has changed since.")
    ]


class CuratedEntryView(View):
    """Entry of the log's timeline, or one that people added."""

    at: datetime
    text: str
    shown: bool
    pinned: bool
    position: Annotated[Position | None, Field(description="Null: people added it.")]
    type: str | None
    annotation: str | None
    annotation_id: UUID | None
    entry_id: Annotated[UUID | None, Field(description="Of an entry that people added.")]
    text_id: UUID | None
    source_url: str | None
    by: str | None


class ChosenEntryView(View):
    """Entry of the log's timeline that somebody showed, hid or pinned in the postmortem's."""

    position: Position
    choice: EntryChoice


class ChosenEntries(View):
    """Chosen entries of an incident, also before its postmortem is begun."""

    entries: list[ChosenEntryView]
    version: Annotated[int, Field(description="Of the postmortem; it rises with each choice.")]


class CuratedTimelineView(View):
    """Curated timeline: 12 of 148 entries, 3 added by people."""

    shown: int
    of: int
    added: int
    newer: Annotated[int, Field(description="Came since the review; they can be shown.")]
    entries: list[CuratedEntryView]


class FactorView(View):
    """Factor, as deep in the tree of whys as it stands."""

    number: int
    depth: int
    factor_kind: FactorKind
    category: str
    text: str
    text_id: UUID
    because_of: int | None
    primary: bool
    change_id: str | None
    unfinished: Annotated[
        bool, Field(description="It names a person, and nothing says yet why it could be.")
    ]


class PostmortemApprovalView(View):
    """Approval; a stale one is of what stood there before."""

    by: str
    was_responder: bool
    stale: bool


class PostmortemRemarkView(View):
    """Comment on a section at a revision."""

    comment_id: UUID
    section: Section
    revision: int
    text: str
    by: str


class PublicTextView(View):
    """Text for customers; they read it once an edition is published for them."""

    revision: int
    summary: str
    what_happened: str
    what_we_do: str
    text_id: UUID
    erased: bool


class PostmortemView(View):
    """Postmortem with everything that is read in it."""

    incident_id: UUID
    reference: str
    title: str
    begun: Annotated[bool, Field(description="Else it is what the log says, and nothing is kept.")]
    state: PostmortemState
    approved: Annotated[bool, Field(description="By as many as its severity asks for.")]
    edition: int
    author_id: str | None
    reviewer_ids: list[str]
    approvals: list[PostmortemApprovalView]
    approvals_needed: int
    outside_approvals_needed: Annotated[int, Field(description="By who was no responder.")]
    categories: Annotated[list[str], Field(description="Of causes, that a factor may have.")]
    due_at: Annotated[datetime | None, Field(description="Null until the incident is resolved.")]
    due: Annotated[DueState, Field(description="Settled: an edition is out, or it was waived.")]
    duration: str
    digest: Annotated[str, Field(description="Of what stands there: an approval names it.")]
    missing: Annotated[list[Missing], Field(description="What publishing takes a reason for.")]
    published_edition: int | None
    visibility: Visibility | None
    public_text: PublicTextView | None
    sections: list[SectionView]
    timeline: CuratedTimelineView
    factors: list[FactorView]
    comments: list[PostmortemRemarkView]
    version: int


class CommentReceipt(Receipt):
    """Receipt of a comment, with its id."""

    comment_id: UUID


class AddedEntryReceipt(Receipt):
    """Receipt of an added entry, with its id."""

    entry_id: UUID


class FactorReceipt(Receipt):
    """Receipt of a factor, with its number."""

    number: int


def postmortem_view(document: PostmortemDocument, at: datetime | None) -> PostmortemView:
    """Return the document as the API shows it at an instant, or at a position of the log."""
    known, board = document.known, document.detail.board
    demand = known.terms.of(board.severity)
    due = due_at(demand, board.resolved_at, document.calendar)
    valid = valid_approvals(known)
    return PostmortemView(
        incident_id=board.incident_id,
        reference=board.reference,
        title=board.title,
        begun=known.incident_id is not None,
        state=known.state,
        approved=known.state is PostmortemState.IN_REVIEW and is_approved(known, board.severity),
        edition=known.edition,
        author_id=known.author_id,
        reviewer_ids=list(known.reviewer_ids),
        approvals=[
            PostmortemApprovalView(
                by=one.by, was_responder=one.was_responder, stale=one not in valid
            )
            for one in known.approvals
        ],
        approvals_needed=demand.approvals,
        outside_approvals_needed=demand.outside_approvals,
        categories=list(known.terms.categories),
        due_at=due,
        due=due_state(known, due, at),
        duration=duration(document.detail),
        digest=digest_of(known),
        missing=list(
            missing_in(known, board.severity, len(document.action_items), document.computed)
        ),
        published_edition=known.published.number if known.published else None,
        visibility=known.published.visibility if known.published else None,
        public_text=public_text_view(known),
        sections=section_views(document),
        timeline=timeline_view(document),
        factors=factor_views(document),
        comments=[PostmortemRemarkView.model_validate(one) for one in known.comments],
        version=document.version,
    )


def public_text_view(known: Postmortem) -> PublicTextView | None:
    """Return the text for customers, None while nobody has written it."""
    there = known.public_text
    if there is None:
        return None
    return PublicTextView(
        revision=there.revision,
        summary=there.text.summary,
        what_happened=there.text.what_happened,
        what_we_do=there.text.what_we_do,
        text_id=there.text_id,
        erased=there.text_id in known.erased,
    )


def section_views(document: PostmortemDocument) -> list[SectionView]:
    """Return the sections in the order of the template."""
    return [
        SectionView(
            section=section,
            heading=HEADINGS[section],
            revision=one.revision,
            text=one.text,
            computed=one.computed,
            written_by=one.written_by,
            text_id=one.text_id,
            erased=one.erased,
            log_says=one.log_says,
        )
        for section, one in document.sections.items()
    ]


def timeline_view(document: PostmortemDocument) -> CuratedTimelineView:
    """Return every entry with what people chose, and how many of them are shown."""
    of_log = [line for line in document.timeline if line.position is not None]
    return CuratedTimelineView(
        shown=sum(line.shown for line in of_log),
        of=len(of_log),
        added=len(document.timeline) - len(of_log),
        newer=document.newer,
        entries=[_entry(line) for line in document.timeline],
    )


def _entry(line: TimelineLine) -> CuratedEntryView:
    return CuratedEntryView.model_validate(line)


def factor_views(document: PostmortemDocument) -> list[FactorView]:
    """Return the factors as five whys read from their roots."""
    return [
        FactorView(
            number=one.number,
            depth=depth,
            factor_kind=one.factor.kind,
            category=one.factor.category,
            text=one.text,
            text_id=one.text_id,
            because_of=one.factor.because_of,
            primary=one.factor.primary,
            change_id=one.factor.change_id,
            unfinished=one.number in document.unfinished,
        )
        for depth, one in document.factors
    ]
