"""Refusals that name a related incident, as somebody reads them who must not know of that one."""

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
from services.access.sight import Visibility
from services.api.access.visibility import hidden_incidents, unseen_by
from services.api.dependencies import Dependencies

NAMING: Final = (
    ChildrenOpen,
    DrillStaysApart,
    HasChildren,
    HasParent,
    MergedIntoAnother,
    RelationUnderWay,
)
TOLD_TO_ALL: Final = ("allowed", "retry")  # facts that name nothing
UNTOLD: Final = "This has to do with an incident that is private: ask one of its members."


async def as_seen(
    dependencies: Dependencies, visibility: Visibility, refusal: CommandRejected
) -> CommandRejected:
    """Return the refusal, without what it tells of an incident that the caller must not know of.

    Raises: ProjectionBehind, LogUnavailable.
    """
    if not isinstance(refusal, NAMING) or visibility.everything:
        return refusal
    untold = await unseen_by(dependencies, await hidden_incidents(dependencies, visibility))
    if not untold.tells(refusal.detail):
        return refusal
    facts = {name: fact for name, fact in refusal.facts.items() if name in TOLD_TO_ALL}
    return type(refusal)(UNTOLD, **facts)
