"""Public posts: what the log says of the incident and the pages before customers are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from events.ids import IncidentId, StatusPageId, incident_stream
from events.incident.decide import incident_decider
from events.incident.modes import Mode
from events.loading import load
from events.log.store import Log
from events.public_post.commands import Affected
from events.status_page.decide import AGGREGATE as STATUS_PAGE
from events.status_page.decide import status_page_decider
from events.status_page.events import StatusPageDefined
from services.commanding.named import no_such
from services.request_refusals import Invalid, RequestInvalid

PUBLIC: Final = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Why customers may not be told of an incident."""

    private: bool
    drill: bool


def public_id_of(incident_id: IncidentId) -> UUID:
    """Return the id of an incident in public addresses; ours, with its time in it, is not told."""
    return uuid5(incident_id, PUBLIC)


async def standing_of(log: Log, incident_id: IncidentId) -> Standing:
    """Return whether the incident is private, or a drill, by the log's own word.

    Raises: LogUnavailable.
    """
    incident, _ = await load(log, incident_decider, incident_stream(incident_id))
    return Standing(private=incident.privacy.private, drill=incident.mode is Mode.DRILL)


async def require_components(
    log: Log, pages: Iterable[StatusPageId], affected: Iterable[Affected]
) -> None:
    """Let a post pass whose pages are up and have the components that it names.

    Raises: RequestInvalid with every field that names nothing, LogUnavailable.
    """
    known: dict[StatusPageId, frozenset[str] | None] = {}
    wrong: list[Invalid] = []
    named = [(f"status_page_ids.{place}", one, None) for place, one in enumerate(pages)]
    parts = [
        (f"affected.{place}", one.status_page_id, one.component_id)
        for place, one in enumerate(affected)
    ]
    for place, page_id, component_id in (*named, *parts):
        if page_id not in known:
            known[page_id] = await _components(log, page_id)
        components = known[page_id]
        if components is None:
            reason = no_such(STATUS_PAGE.stream(page_id))
        elif component_id is not None and component_id not in components:
            reason = f"Status page {page_id} has no component {component_id}."
        else:
            continue
        wrong.append(Invalid(field=f"body.{place}", reason=reason))
    if wrong:
        raise RequestInvalid(*wrong)


async def _components(log: Log, page_id: StatusPageId) -> frozenset[str] | None:
    newest, _ = await load(log, status_page_decider, STATUS_PAGE.stream(page_id))
    if not isinstance(newest, StatusPageDefined):
        return None
    return frozenset(one.component_id for one in newest.components)
