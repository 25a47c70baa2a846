"""Review rules: who approves what, what is missing, and what is published all the same."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from types import MappingProxyType

from events.postmortem.commands import (
    ApprovePostmortem,
    ComputedSection,
    PublishPostmortem,
    RequestReview,
    RevisePostmortem,
    WaivePostmortem,
)
from events.postmortem.digest import digest_of, valid_approvals
from events.postmortem.document.factors import primary_of
from events.postmortem.document.publishing import Missing
from events.postmortem.document.sections import NEEDED, Section, is_answered, log_digest
from events.postmortem.events import (
    PostmortemApproved,
    PostmortemEvent,
    PostmortemPublished,
    PostmortemReviewRequested,
    PostmortemRevised,
    PostmortemSectionWritten,
    PostmortemWaived,
)
from events.postmortem.public_text import audience_of
from events.postmortem.refusals import (
    NotAReviewer,
    PostmortemChanged,
    PostmortemIncomplete,
    PostmortemRefused,
    ReviewNotRequested,
)
from events.postmortem.require import begun, being_written, words
from events.postmortem.state import Postmortem, PostmortemState, evolve
from events.values.severity import Severity


def request_review(command: RequestReview, known: Postmortem) -> list[PostmortemEvent]:
    """Ask for a review; what nobody has written is kept as the log says it now.

    Raises: PostmortemRefused, and what `being_written` raises.
    """
    incident_id = being_written(known)
    if known.author_id is not None and known.author_id in command.reviewer_ids:
        raise PostmortemRefused(
            "The author does not review it: name somebody else.", field="reviewer_ids"
        )
    frozen = frozen_sections(command, command.computed, known)
    asked = (known.state, known.reviewer_ids, known.timeline.until)
    if not frozen and asked == (
        PostmortemState.IN_REVIEW,
        command.reviewer_ids,
        command.timeline_until,
    ):
        return []
    return [
        *frozen,
        PostmortemReviewRequested(
            incident_id=incident_id,
            reviewer_ids=command.reviewer_ids,
            timeline_until=command.timeline_until,
            requested_by=command.actor.name,
            requested_at=command.at,
        ),
    ]


def frozen_sections(
    command: RequestReview | PublishPostmortem,
    computed: Sequence[ComputedSection],
    known: Postmortem,
) -> list[PostmortemEvent]:
    """Return what the log says for the sections that nobody has written, from now on kept."""
    incident_id = begun(known)
    by_section = {one.section: one.text for one in computed}
    return [
        PostmortemSectionWritten(
            incident_id=incident_id,
            section=section,
            revision=1,
            based_on=0,
            text_id=known.text_id_for(section),
            text=text,
            computed=True,
            own_words=0,
            log_digest=log_digest(text),
            written_by=command.actor.name,
            written_at=command.at,
        )
        for section, text in sorted(by_section.items())
        if not known.revision_of(section)
    ]


def approve_postmortem(command: ApprovePostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Stand by what was read.

    Raises: ReviewNotRequested, NotAReviewer, PostmortemChanged, and what `being_written` raises.
    """
    incident_id = being_written(known)
    if known.state is not PostmortemState.IN_REVIEW:
        raise ReviewNotRequested("It is a draft: ask for a review first.")
    who = command.actor.responder_id
    if who is None:
        raise NotAReviewer("A person approves it: say for whom this is.")
    if who == known.author_id:
        raise NotAReviewer("You are its author: somebody else approves it.")
    digest = digest_of(known)
    if command.digest != digest:
        raise PostmortemChanged(
            "It was edited since: read it again, and approve what stands there now.",
            digest=digest,
        )
    if any((one.by, one.digest) == (command.actor.name, digest) for one in known.approvals):
        return []
    return [
        PostmortemApproved(
            incident_id=incident_id,
            digest=digest,
            was_responder=command.was_responder,
            approved_by=command.actor.name,
            approved_at=command.at,
        )
    ]


def is_approved(known: Postmortem, severity: Severity | None) -> bool:
    """Say whether as many stand by what stands there now as the severity asks for."""
    demand = known.terms.of(severity)
    approvals = valid_approvals(known)
    outside = sum(not one.was_responder for one in approvals)
    return len(approvals) >= demand.approvals and outside >= demand.outside_approvals


def missing_in(
    known: Postmortem,
    severity: Severity | None,
    action_items: int,
    computed: Mapping[Section, str] = MappingProxyType({}),
) -> Iterator[Missing]:
    """Yield what a reader would miss; `computed` is what stands where nobody has written."""
    for section in NEEDED:
        if not is_answered(section, _text_of(known, section, computed)):
            yield Missing(section.value)
    if primary_of(known.factors) is None:
        yield Missing.PRIMARY_FACTOR
    said = _text_of(known, Section.ACTION_ITEMS, computed)
    if not action_items and not is_answered(Section.ACTION_ITEMS, said):
        yield Missing.ACTION_ITEMS
    if not is_approved(known, severity):
        yield Missing.REVIEW


def _text_of(known: Postmortem, section: Section, computed: Mapping[Section, str]) -> str:
    written = known.sections.get(section)
    return written.text if written else computed.get(section, "")


def publish_postmortem(command: PublishPostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Publish an edition; what is missing takes a reason, and is said in it.

    Raises: PostmortemIncomplete, and what `being_written` raises.
    """
    if known.state is PostmortemState.PUBLISHED:
        return []
    incident_id = being_written(known)
    visibility = audience_of(command, known)
    frozen = frozen_sections(command, command.computed, known)
    whole = reduce(evolve, frozen, known)
    missing = tuple(missing_in(whole, command.severity, command.action_items))
    reason = (command.reason or "").strip() or None
    if missing and reason is None:
        raise PostmortemIncomplete(
            f"Missing: {', '.join(missing)}. Add it, or say why it is published all the same.",
            missing=[one.value for one in missing],
        )
    reviewed = whole.timeline.until
    until = command.timeline_until if reviewed is None else reviewed
    return [
        *frozen,
        PostmortemPublished(
            incident_id=incident_id,
            edition=known.edition,
            digest=digest_of(whole),
            timeline_until=until,
            visibility=visibility,
            missing=missing,
            reason=reason if missing else None,
            hints_left=command.hints_left,
            words_by_people=sum(one.own_words for one in whole.sections.values()),
            published_by=command.actor.name,
            published_at=command.at,
        ),
    ]


def revise_postmortem(command: RevisePostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Begin another edition of what is published.

    Raises: what `being_written` raises, but that it is published.
    """
    if known.state is not PostmortemState.PUBLISHED:
        being_written(known)
        return []
    return [
        PostmortemRevised(
            incident_id=begun(known),
            edition=known.edition + 1,
            revised_by=command.actor.name,
            revised_at=command.at,
        )
    ]


def waive_postmortem(command: WaivePostmortem, known: Postmortem) -> list[PostmortemEvent]:
    """Say that there will be none.

    Raises: PostmortemRefused, PostmortemIsPublished, PostmortemNotFound.
    """
    if known.state is PostmortemState.WAIVED:
        return []
    incident_id = being_written(known)
    return [
        PostmortemWaived(
            incident_id=incident_id,
            reason=words(command.reason, "reason"),
            waived_by=command.actor.name,
            waived_at=command.at,
        )
    ]
