"""Words of a public page: sentences that customers read, and times with their zone."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from events.public_post.words import ComponentStatus, PublicState
from services.status_page.facts import WORKS, PublicPage

MOST_NAMED: Final = 3  # components in the sentence
STATUSES: Final = {
    ComponentStatus.OPERATIONAL: "Works",
    ComponentStatus.DEGRADED_PERFORMANCE: "Slower than usual",
    ComponentStatus.PARTIAL_OUTAGE: "Works for some only",
    ComponentStatus.MAJOR_OUTAGE: "Down",
}
STATES: Final = {
    PublicState.INVESTIGATING: "Investigating",
    PublicState.IDENTIFIED: "Identified",
    PublicState.MONITORING: "Monitoring",
    PublicState.RESOLVED: "Resolved",
}
VERBS: Final = {
    ComponentStatus.DEGRADED_PERFORMANCE: ("is slower than usual", "are slower than usual"),
    ComponentStatus.PARTIAL_OUTAGE: ("works for some only", "work for some only"),
    ComponentStatus.MAJOR_OUTAGE: ("is down", "are down"),
}
WITHOUT_PARTS: Final = {
    PublicState.INVESTIGATING: "We are looking into a problem",
    PublicState.IDENTIFIED: "We know the cause of a problem and are working on it",
    PublicState.MONITORING: "A problem is mended, and we are watching that it stays so",
}


def sentence(page: PublicPage) -> str:
    """Return the one sentence that says how things stand."""
    statuses = page.statuses
    worst = max(statuses.values(), key=lambda one: one.rank, default=WORKS)
    if worst is not WORKS:
        names = [one.name for one in page.parts if statuses[one.key] is worst]
        return f"{listed(names)} {VERBS[worst][len(names) > 1]}."
    if page.open:
        state = min((one.newest.state for one in page.open), key=lambda one: one.rank)
        return f"{WITHOUT_PARTS[state]}."
    return "Everything works."


def listed(names: Sequence[str]) -> str:
    """Return names as one says them, the first few of many."""
    shown = list(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        shown.append(f"{len(names) - MOST_NAMED} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def moment(at: datetime) -> Markup:
    """Return an instant with its day and zone."""
    there = at.astimezone(UTC)
    shown = f"{there.day} {there:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{there:%Y-%m-%dT%H:%M:%SZ}", shown)
