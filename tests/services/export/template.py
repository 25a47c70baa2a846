"""The practice's own postmortem: the text of its template, and the document that says it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from events.action_item.item import ActionItemState
from events.postmortem.document.sections import Section
from services.export.document import Document, DocumentEntry, DocumentItem

TEMPLATE: Final = Path(__file__).with_name("template.md").read_text("utf-8")
TEXTS: Final = {
    Section.SUMMARY: "Brief description of what happened and impact.",
    Section.IMPACT: (
        "* 30% of payment requests failed\n* ~500 affected transactions\n"
        "* Estimated revenue impact: $X"
    ),
    Section.ROOT_CAUSE: (
        "The deploy included a database query that performed a\n"
        "full table scan instead of using an index, causing\n"
        "connection pool exhaustion under load."
    ),
    Section.CONTRIBUTING_FACTORS: (
        "- Query was tested but not at production scale\n"
        "- Load testing does not cover payment flow\n- No query performance monitoring in CI"
    ),
    Section.WENT_WELL: (
        "- Fast detection (5 minutes)\n- Quick correlation with deploy\n- Rollback was smooth\n"
    ),
    Section.COULD_BE_IMPROVED: (
        "- Detection could have been faster with better metrics\n"
        "- Load testing should cover critical paths\n- Query review process needed"
    ),
    Section.LESSONS_LEARNED: (
        "- Database queries need production-scale testing\n"
        "- Connection pool exhaustion is a common failure mode\n"
        "- Quick rollback capability is essential"
    ),
}
TIMELINE: Final = (
    (15, "Deploy of payment-service v2.3.4"),
    (20, "First alert: Error rate > 10%"),
    (22, "On-call acknowledges, begins investigation"),
    (30, "Correlation with deploy identified"),
    (35, "Rollback initiated"),
    (40, "Rollback complete, errors decreasing"),
    (50, "Error rate normal, incident resolved"),
)
ITEMS: Final = (
    ("Add query performance tests", "jane", 22),
    ("Implement load testing for payments", "bob", 29),
    ("Add connection pool metrics", "alice", 20),
    ("Review deploy process", "ops", 25),
)

DOCUMENT: Final = Document(
    title="Payment requests fail",
    began_on=date(2024, 1, 15),
    duration="45 minutes",
    severity="SEV2",
    author="jane",
    reviewers=("ops-team",),
    texts=TEXTS,
    timeline=tuple(
        DocumentEntry(at=datetime(2024, 1, 15, 14, minute, tzinfo=UTC), text=text)
        for minute, text in TIMELINE
    ),
    items=tuple(
        DocumentItem(text=text, owner=owner, due_on=date(2024, 1, day), state=ActionItemState.OPEN)
        for text, owner, day in ITEMS
    ),
)
