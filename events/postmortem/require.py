"""Requirements: what has to be so before a postmortem can be changed."""

from events.ids import IncidentId
from events.postmortem.refusals import (
    PostmortemIsPublished,
    PostmortemIsWaived,
    PostmortemNotFound,
    PostmortemRefused,
)
from events.postmortem.state import Postmortem, PostmortemState


def begun(known: Postmortem) -> IncidentId:
    """Return whose postmortem it is.

    Raises: PostmortemNotFound.
    """
    if known.incident_id is None:
        raise PostmortemNotFound("The incident has no postmortem yet: begin it first.")
    return known.incident_id


def being_written(known: Postmortem) -> IncidentId:
    """Return whose postmortem it is, if it can be changed.

    Raises: PostmortemNotFound, PostmortemIsPublished, PostmortemIsWaived.
    """
    incident_id = begun(known)
    if known.state is PostmortemState.PUBLISHED:
        raise PostmortemIsPublished(
            f"Edition {known.edition} is published: revise the postmortem to begin another one."
        )
    if known.state is PostmortemState.WAIVED:
        raise PostmortemIsWaived("People chose not to write it: begin it again first.")
    return incident_id


def words(text: str, field: str) -> str:
    """Return a text that says something.

    Raises: PostmortemRefused.
    """
    if not text.strip():
        raise PostmortemRefused(f"The {field} is empty: say something.", field=field)
    return text
