"""Written postmortem: the document as every format of its export shows it."""

from collections.abc import Sequence
from typing import Final

from events.learning_policy.taxonomy import labels
from events.postmortem.document.factors import RecordedFactor
from events.postmortem.document.sections import Section
from projections.practice.action_items import ActionItemRow
from projections.practice.postmortem_document import PostmortemDocument, TimelineLine
from projections.practice.postmortem_draft import duration, question
from services.export.document import Document, DocumentEntry, DocumentFactor, DocumentItem

DEEPEST: Final = 20  # whys below each other


def written_document(found: PostmortemDocument) -> Document:
    """Return a postmortem as it is exported."""
    board = found.detail.board
    over = board.resolved_at is not None or board.declined_at is not None
    shown = [line for line in found.timeline if line.shown]
    texts = {section: one.text for section, one in found.sections.items()}
    if found.action_items and texts[Section.ACTION_ITEMS] == question(Section.ACTION_ITEMS):
        del texts[Section.ACTION_ITEMS]  # the table answers it
    return Document(
        title=board.title,
        began_on=board.declared_at.date(),
        duration=duration(found.detail) if over else None,
        severity=board.severity,
        author=found.known.author_id,
        reviewers=tuple(found.known.reviewer_ids),
        texts=texts,
        timeline=tuple(map(entry_of, shown)),
        timeline_note=note_of(found.timeline),
        factors=tree_of(found.factors),
        items=tuple(map(item_of, found.action_items)),
    )


def note_of(timeline: Sequence[TimelineLine]) -> str:
    """Return how many of the log's entries stand in it, where it is not all of them alone."""
    of_log = [line for line in timeline if line.position is not None]
    shown, added = sum(line.shown for line in of_log), len(timeline) - len(of_log)
    if shown == len(of_log) and not added:
        return ""
    return f"{shown} of {len(of_log)} entries, {added} added by people."


def entry_of(line: TimelineLine) -> DocumentEntry:
    """Return a line of the timeline."""
    return DocumentEntry(
        at=line.at,
        text=line.text,
        remark=line.annotation or "",
        source_url=line.source_url,
        pinned=line.pinned,
    )


def item_of(row: ActionItemRow) -> DocumentItem:
    """Return an action item; until somebody takes it, it is its team's."""
    return DocumentItem(
        text=row.text, owner=row.owner or row.team, due_on=row.due_on, state=row.state
    )


def tree_of(factors: Sequence[tuple[int, RecordedFactor]]) -> tuple[DocumentFactor, ...]:
    """Return the factors, each with its whys below it; they come with their depths.

    What is deeper than a page can show stands side by side at the deepest place.
    """
    factors = [(min(depth, DEEPEST), one) for depth, one in factors]
    found: list[DocumentFactor] = []
    place = 0
    while place < len(factors):
        depth, one = factors[place]
        end = place + 1
        while end < len(factors) and factors[end][0] > depth:
            end += 1
        found.append(
            DocumentFactor(
                text=one.text,
                kind=str(one.factor.kind),
                category=labels(()).get(one.factor.category, one.factor.category),
                primary=one.factor.primary,
                because=tree_of(factors[place + 1 : end]),
            )
        )
        place = end
    return tuple(found)
