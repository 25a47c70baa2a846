"""Redaction of refusals: one that names a private incident, as those outside of it read it."""

from typing import Final

from events.errors import (
    ChildrenOpen,
    CommandRejected,
    DrillStaysApart,
    HasChildren,
    HasParent,
    MergedIntoAnother,
    RelationUnderWay,
)
from services.access.dependencies import ReadDependencies
from services.access.visibility import Visibility, hidden_incidents, redaction_for

NAMING: Final = (
    ChildrenOpen,
    DrillStaysApart,
    HasChildren,
    HasParent,
    MergedIntoAnother,
    RelationUnderWay,
)
SHOWN_TO_ALL: Final = ("allowed", "retry")  # facts that name nothing
WITHHELD: Final = "This has to do with an incident that is private: ask one of its members."


async def redacted_refusal(
    dependencies: ReadDependencies, visibility: Visibility, refusal: CommandRejected
) -> CommandRejected:
    """Return the refusal, without what it tells of an incident that the caller must not know of.

    Raises: ProjectionBehind, LogUnavailable.
    """
    if not isinstance(refusal, NAMING) or visibility.everything:
        return refusal
    redaction = await redaction_for(dependencies, await hidden_incidents(dependencies, visibility))
    if not redaction.names_hidden(refusal.detail):
        return refusal
    facts = {name: fact for name, fact in refusal.facts.items() if name in SHOWN_TO_ALL}
    return type(refusal)(WITHHELD, **facts)
