"""Postmortems as they stand, and their factors: how far each is, and which causes people found.

No row holds what people wrote: the text stays in the log, under keys that can be destroyed.
"""

from collections.abc import Hashable
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from events.log.recorded import Recorded
from events.postmortem.document.factors import FactorKind
from events.postmortem.document.publishing import HintsLeft, Missing, Visibility
from events.postmortem.events import (
    POSTMORTEM_EVENTS,
    PostmortemApproved,
    PostmortemAuthorChanged,
    PostmortemFactorChanged,
    PostmortemFactorRecorded,
    PostmortemFactorRetracted,
    PostmortemPublished,
    PostmortemReviewRequested,
    PostmortemRevised,
    PostmortemSectionWritten,
    PostmortemStarted,
    PostmortemWaived,
)
from events.postmortem.state import PostmortemState
from projections.engine.authorship import author_of, occurred_at
from projections.engine.keys import stream_key
from projections.engine.rows import OWN_STREAM, Batch, Moment, Reader, Row, Rows, Table, fold

NAME: Final = "postmortems"
VERSION: Final = 1  # raise it to rebuild from position 0
COMPLETE: Final = False  # an event of a type it does not know quarantines its key

SECONDS_OF_A_SPAN: Final = 300  # edits within five minutes of the clock are one sitting


class GivenApproval(Struct, frozen=True, kw_only=True):
    """Who approved what, and when."""

    by: str
    at: Moment
    digest: str
    was_responder: bool


class PostmortemRow(Row, frozen=True, kw_only=True):
    """One incident's postmortem."""

    incident_id: UUID
    state: PostmortemState = PostmortemState.DRAFT
    edition: int = 1
    author_id: str | None
    started_by: str
    started_at: Moment
    reviewer_ids: tuple[str, ...] = ()
    review_requested_at: Moment | None = None  # of this edition
    approvals: tuple[GivenApproval, ...] = ()  # of this edition; stale ones, too
    published_at: Moment | None = None  # last
    published_by: str | None = None
    first_published_at: Moment | None = None
    published_approvals: int = 0  # that were of what was published
    visibility: Visibility | None = None
    missing: tuple[Missing, ...] = ()
    reason: str | None = None  # why it was published, or waived, all the same
    hints_left: tuple[HintsLeft, ...] = ()
    words_by_people: int = 0
    waived_at: Moment | None = None
    waived_by: str | None = None
    edited_at: Moment | None = None  # by people, last
    edited_by: tuple[str, ...] = ()  # everybody who wrote in it
    spans: int = 0  # of five minutes, in which people wrote
    last_span: int = 0
    version: int


class FactorRow(Row, frozen=True, kw_only=True):
    """One factor of a postmortem."""

    factor_key: str
    incident_id: UUID
    number: int
    factor_kind: FactorKind
    category: str
    because_of: int | None
    is_primary: bool
    change_id: str | None
    recorded_by: str
    recorded_at: Moment
    retracted: bool = False


POSTMORTEM = Table(
    "postmortem",
    "incident_id",
    PostmortemRow,
    OWN_STREAM,
    indexes={"state": "(state, started_at)"},
)
FACTOR = Table(
    "postmortem_factor",
    "factor_key",
    FactorRow,
    OWN_STREAM,
    indexes={"incident": "(incident_id, number)"},
)
TABLES: Final = (POSTMORTEM, FACTOR)


async def factors_of(reader: Reader, incident_ids: list[UUID]) -> list[FactorRow]:
    """Return the factors of these incidents that were not retracted, in their order."""
    order = "where incident_id = any ($1) and not retracted order by incident_id, number"
    return await FACTOR.select(reader, order, incident_ids)


async def states_of(reader: Reader, incident_ids: list[UUID]) -> dict[UUID, PostmortemState]:
    """Return how far the postmortem of each incident is, if somebody has begun one."""
    rows = await POSTMORTEM.select(reader, "where incident_id = any ($1)", incident_ids)
    return {row.incident_id: row.state for row in rows}


async def project(batch: Batch, tx: Rows) -> None:
    """Bring the batch's postmortems and their factors up to date."""
    await fold(POSTMORTEM, tx, batch, postmortems_in, evolve)
    await fold(FACTOR, tx, batch, factors_in, evolve_factor)


def key_of(recorded: Recorded[object]) -> str | None:
    """Return the postmortem that is quarantined when the event cannot be applied."""
    return stream_key(recorded, "postmortem")


def postmortems_in(event: object) -> tuple[UUID, ...]:
    """Return the incident whose postmortem an event is about, if it is about one."""
    if not isinstance(event, POSTMORTEM_EVENTS):
        return ()
    incident_id: UUID = getattr(event, "incident_id")  # noqa: B009  each of them has it
    return (incident_id,)


def factors_in(event: object) -> tuple[str, ...]:
    """Return the factor that an event is about, if it is about one."""
    match event:
        case PostmortemFactorRecorded() | PostmortemFactorChanged() | PostmortemFactorRetracted():
            return (f"{event.incident_id}/{event.number}",)
        case _:
            return ()


def evolve(
    row: PostmortemRow | None, recorded: Recorded[object], _key: Hashable
) -> PostmortemRow | None:
    """Return the postmortem after the event."""
    event = recorded.event
    if isinstance(event, PostmortemStarted):
        return _started(row, event, recorded.version)
    if row is None or not isinstance(event, POSTMORTEM_EVENTS):
        return row
    return replace(_edited(_after(row, event), event), version=recorded.version)


def _started(row: PostmortemRow | None, event: PostmortemStarted, version: int) -> PostmortemRow:
    if row is not None:  # it was waived, and is begun again
        return replace(
            row,
            state=PostmortemState.DRAFT,
            author_id=event.author_id,
            waived_at=None,
            waived_by=None,
            reason=None,
            version=version,
        )
    return PostmortemRow(
        incident_id=event.incident_id,
        author_id=event.author_id,
        started_by=event.started_by,
        started_at=event.started_at,
        version=version,
    )


def _after(row: PostmortemRow, event: object) -> PostmortemRow:
    match event:
        case PostmortemAuthorChanged():
            return replace(row, author_id=event.author_id)
        case PostmortemReviewRequested():
            return replace(
                row,
                state=PostmortemState.IN_REVIEW,
                reviewer_ids=event.reviewer_ids,
                review_requested_at=row.review_requested_at or event.requested_at,
            )
        case PostmortemApproved():
            given = GivenApproval(
                by=event.approved_by,
                at=event.approved_at,
                digest=event.digest,
                was_responder=event.was_responder,
            )
            others = tuple(one for one in row.approvals if one.by != given.by)
            return replace(row, approvals=(*others, given))
        case PostmortemPublished():
            return _published(row, event)
        case PostmortemRevised():
            return replace(
                row,
                state=PostmortemState.DRAFT,
                edition=event.edition,
                approvals=(),
                review_requested_at=None,
            )
        case PostmortemWaived():
            return replace(
                row,
                state=PostmortemState.WAIVED,
                waived_at=event.waived_at,
                waived_by=event.waived_by,
                reason=event.reason,
            )
        case _:
            return row


def _published(row: PostmortemRow, event: PostmortemPublished) -> PostmortemRow:
    return replace(
        row,
        state=PostmortemState.PUBLISHED,
        published_at=event.published_at,
        published_by=event.published_by,
        first_published_at=row.first_published_at or event.published_at,
        published_approvals=sum(one.digest == event.digest for one in row.approvals),
        visibility=event.visibility,
        missing=event.missing,
        reason=event.reason,
        hints_left=event.hints_left,
        words_by_people=event.words_by_people,
    )


def _edited(row: PostmortemRow, event: object) -> PostmortemRow:
    """Count a sitting in which people wrote a section."""
    at, by = occurred_at(event), author_of(event)
    if not isinstance(event, PostmortemSectionWritten) or event.computed or at is None:
        return row
    span = int(at.timestamp()) // SECONDS_OF_A_SPAN
    return replace(
        row,
        edited_at=at,
        edited_by=tuple(dict.fromkeys((*row.edited_by, by or ""))),
        spans=row.spans + (span != row.last_span),
        last_span=span,
    )


def evolve_factor(
    row: FactorRow | None, recorded: Recorded[object], key: Hashable
) -> FactorRow | None:
    """Return the factor after the event."""
    match recorded.event:
        case PostmortemFactorRecorded() as event:
            return FactorRow(
                factor_key=str(key),
                incident_id=event.incident_id,
                number=event.number,
                factor_kind=event.factor.kind,
                category=event.factor.category,
                because_of=event.factor.because_of,
                is_primary=event.factor.primary,
                change_id=event.factor.change_id,
                recorded_by=event.recorded_by,
                recorded_at=event.recorded_at,
            )
        case PostmortemFactorChanged() as event if row is not None:
            return replace(
                row,
                factor_kind=event.factor.kind,
                category=event.factor.category,
                because_of=event.factor.because_of,
                is_primary=event.factor.primary,
                change_id=event.factor.change_id,
            )
        case PostmortemFactorRetracted() if row is not None:
            return replace(row, retracted=True, is_primary=False)
        case _:
            return row
