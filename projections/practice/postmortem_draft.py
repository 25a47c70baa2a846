"""Postmortem draft: what the log says of each section, until people write it.

What only people can know stays a question, in italics: nothing is made up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from events.incident.checklist.state import Checklist
from events.incident.mitigation.events import MitigationOutcome
from events.incident.mitigation.state import MitigationAction
from events.incident.modes import Mode
from events.incident.noise import DeclineCategory
from events.incident.timestamps.names import was
from events.postmortem.document.sections import QUESTIONS, Section
from projections.incidents.changes import SuspectedChange
from projections.incidents.detail import IncidentDetail
from projections.incidents.durations import spoken
from projections.incidents.facets.deadlines import DeadlineState
from projections.incidents.timeline import TimelineEntry

OUTCOMES: Final = {
    MitigationOutcome.FAILED: "did not help",
    MitigationOutcome.REVERTED: "was reverted",
}
SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def computed_sections(
    detail: IncidentDetail, entries: Iterable[TimelineEntry], suspected: Sequence[SuspectedChange]
) -> dict[Section, str]:
    """Return what the log says of each section, with the questions that it leaves open.

    `entries` are those of the log's timeline; `suspected` are the changes before the incident, of
    which no event of its own tells.
    """
    happened = Counter(entry.type for entry in entries)
    return {
        Section.SUMMARY: "\n\n".join(summary(detail)),
        Section.IMPACT: bullets(impact(detail), Section.IMPACT),
        Section.TIMELINE: "",
        Section.ROOT_CAUSE: root_cause(detail),
        Section.CONTRIBUTING_FACTORS: "\n".join(contributing(suspected)),
        Section.WENT_WELL: bullets(went_well(detail, happened), Section.WENT_WELL),
        Section.COULD_BE_IMPROVED: bullets(to_improve(detail, happened), Section.COULD_BE_IMPROVED),
        Section.ACTION_ITEMS: question(Section.ACTION_ITEMS),
        Section.LESSONS_LEARNED: question(Section.LESSONS_LEARNED),
    }


def question(section: Section) -> str:
    """Return what only people know of a section, in italics."""
    return f"*{QUESTIONS[section]}*"


def duration(detail: IncidentDetail) -> str:
    """Return how long the incident lasted, and from which moment to which."""
    board = detail.board
    if board.declined_at is not None:
        span = spoken(board.declined_at - board.declared_at)
        return f"{span}, from the declaration until it was {declined(detail)}"
    if board.resolved_at is None:
        return "*not resolved yet*"
    begins = (
        ("when it began", board.began_at),
        ("the detection", board.detected_at),
        ("the declaration", board.declared_at),
    )
    since, begin = next((name, at) for name, at in begins if at is not None)
    return f"{spoken(board.resolved_at - begin)}, from {since} to the resolution"


def declined(detail: IncidentDetail) -> str:
    """Return what it was declined as, after "it was"."""
    return (detail.row.decline_category or DeclineCategory.OTHER).declined


def summary(detail: IncidentDetail) -> Iterator[str]:
    """Yield what was said at the declaration and at the turning points."""
    board = detail.board
    service = f" Service: {escaped(board.service_id)}." if board.service_id else ""
    yield f"{board.reference}. {sentence(board.summary or board.title)}{service}"
    if board.mode is Mode.DRILL:
        yield "This was a drill."
    if board.mode is Mode.BACKFILLED:
        yield f"Entered after the fact, on {board.recorded_at:%Y-%m-%d}, as it was told then."
    if detail.row.custom.values:
        yield f"{escaped(detail.row.custom.name)}. {' '.join(filled_in(detail))}"
    if detail.row.mitigation_summary:
        yield f"Mitigation: {sentence(detail.row.mitigation_summary)}"
    if detail.row.resolution_summary:
        yield f"Resolution: {sentence(detail.row.resolution_summary)}"
    if detail.row.decline_reason:
        yield f"{declined(detail).capitalize()}: {sentence(detail.row.decline_reason)}"


def filled_in(detail: IncidentDetail) -> Iterator[str]:
    """Yield what the incident's fields say, in the order of its type."""
    custom = detail.row.custom
    for field in custom.fields:
        if texts := custom.texts_of(field.field_id):
            yield f"{escaped(field.label)}: {sentence(', '.join(texts))}"


def impact(detail: IncidentDetail) -> Iterator[str]:
    """Yield what is known of the impact."""
    board, row = detail.board, detail.row
    if row.impact and row.scope:
        lost, hit = row.impact.replace("_", " "), row.scope.replace("_", " ")
        yield f"Judged at triage as {lost}, {hit}"
    if row.status_update:
        update = row.status_update
        yield f"Status update {update.number} said: {sentence(update.impact)}"
    if board.began_at:
        began = board.began_at
        span = spoken((board.detected_at or board.declared_at) - began)
        yield f"It began at {began:%Y-%m-%d %H:%M} UTC, and was detected after {span}"
    if board.mitigated_at:
        span = spoken(board.mitigated_at - board.declared_at)
        yield f"From the declaration to the mitigation: {span}"


def root_cause(detail: IncidentDetail) -> str:
    """Return what the resolution says of the cause, and the question behind it."""
    asked = question(Section.ROOT_CAUSE)
    resolved = detail.row.resolution_summary
    return f"What fixed it: {sentence(resolved)}\n\n{asked}" if resolved else asked


def contributing(suspected: Sequence[SuspectedChange]) -> Iterator[str]:
    """Yield what was changed shortly before, and the question that only people can answer."""
    for suspect in suspected:
        side = "after" if suspect.before < timedelta(0) else "before"
        of = "" if suspect.same_service else f" of {escaped(suspect.change.service_id)}"
        what = sentence(suspect.change.summary)
        yield f"- Changed{of} {spoken(suspect.before)} {side} the detection: {what}"
    if suspected:
        yield ""
    yield question(Section.CONTRIBUTING_FACTORS)


def went_well(detail: IncidentDetail, happened: Counter[str]) -> Iterator[str]:
    """Yield what the log shows in our favour."""
    board = detail.board
    if board.acknowledged_at and not happened["page.timed_out"]:
        span = spoken(board.acknowledged_at - board.declared_at)
        yield f"Acknowledged {span} after the declaration"
    for deadline in detail.row.deadlines:
        if deadline.state is DeadlineState.MET and deadline.reached_at:
            took = spoken(deadline.reached_at - board.declared_at)
            yield f"Phase {deadline.phase} was reached in time, {took} after the declaration"
    for action in detail.row.mitigation_actions:
        if action.outcome is MitigationOutcome.WORKED and action.ended_at:
            took = spoken(action.ended_at - action.started_at)
            yield f"{tried(action)} worked, {took} after it began"
    if happened["status_update.published"]:
        yield f"Status updates published: {happened['status_update.published']}"


def to_improve(detail: IncidentDetail, happened: Counter[str]) -> Iterator[str]:
    """Yield what the log shows against us."""
    for deadline in detail.row.deadlines:
        if deadline.state is DeadlineState.MISSED:
            reached = deadline.reached_at
            late = f"; it was {spoken(reached - deadline.due_at)} late" if reached else ""
            yield f"Phase {deadline.phase} was not reached in time{late}"
    for action in detail.row.mitigation_actions:
        if action.outcome is not None and action.outcome in OUTCOMES:
            comment = f": {sentence(action.comment)}" if action.comment else ""
            yield f"{tried(action)} {OUTCOMES[action.outcome]}{comment}"
    for left in detail.row.checklist.left:
        items = ", ".join(
            escaped(text_of(detail.row.checklist, item_id)) for item_id in left.item_ids
        )
        yield f"Phase {left.phase} was left with items open ({items}): {sentence(left.reason)}"
    for wrong in detail.row.corrections:
        yield f"The time it {was(wrong.timestamp)} had to be corrected: {sentence(wrong.reason)}"
    for kind, text in (
        ("page.timed_out", "Levels that stayed silent"),
        ("page.level_empty", "Levels on which nobody could be reached"),
        ("page.level_unreached", "Levels to which no page could be sent"),
        ("delivery.failed", "Messages that could not be delivered"),
        ("escalation.exhausted", "Escalations that nobody answered"),
        ("paging.degraded", "Times that paging could not start"),
        ("incident.reopened", "Times the incident was reopened"),
    ):
        if happened[kind]:
            yield f"{text}: {happened[kind]}"


def tried(action: MitigationAction) -> str:
    """Return what an action was, as the beginning of a sentence."""
    kind = action.kind.replace("_", " ").capitalize()
    return f"{kind} ({escaped(action.description)})"


def text_of(checklist: Checklist, item_id: str) -> str:
    """Return an item as people read it."""
    item = checklist.find(item_id)
    return item.text if item else item_id


def bullets(facts: Iterable[str], section: Section) -> str:
    """Return the facts as a list, and the question that they leave open."""
    return "\n".join([*(f"- {fact}" for fact in facts), f"- {question(section)}"])


def sentence(text: str) -> str:
    """Return text that people wrote as one escaped sentence."""
    one_line = escaped(text)
    return one_line if one_line.endswith((".", "!", "?")) else f"{one_line}."


def escaped(text: str) -> str:
    """Return text that means itself in Markdown, also in a cell of a table."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))
