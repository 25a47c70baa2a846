"""Statuspage format: the JSON that readers of other status pages know (its API, version 2)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from events.ids import TOCSIN
from events.public_post.words import ComponentStatus, PublicState
from services.status_page.facts import WORKS, Part, Post, PublicIncident, PublicPage

DIRECTORY: Final = "api/v2"
INDICATORS: Final[Mapping[ComponentStatus, tuple[str, str]]] = {
    ComponentStatus.OPERATIONAL: ("none", "All Systems Operational"),
    ComponentStatus.DEGRADED_PERFORMANCE: ("minor", "Minor Service Outage"),
    ComponentStatus.PARTIAL_OUTAGE: ("major", "Partial System Outage"),
    ComponentStatus.MAJOR_OUTAGE: ("critical", "Major Service Outage"),
}


def documents_of(page: PublicPage, address: str) -> dict[str, bytes]:
    """Return the files, by their paths."""
    head = {"page": _page(page, address)}
    worst = max(page.statuses.values(), key=lambda one: one.rank, default=WORKS)
    if worst is WORKS and page.open:
        worst = ComponentStatus.DEGRADED_PERFORMANCE
    indicator, description = INDICATORS[worst]
    status = {"status": {"indicator": indicator, "description": description}}
    components = {"components": _components(page)}
    incidents = [_incident(page, one, address) for one in page.incidents]
    unresolved = {"incidents": [_incident(page, one, address) for one in page.open]}
    planned: dict[str, Any] = {"scheduled_maintenances": []}
    found = {
        "summary": {**head, **status, **components, **unresolved, **planned},
        "status": {**head, **status},
        "components": {**head, **components},
        "incidents": {**head, "incidents": incidents},
        "incidents/unresolved": {**head, **unresolved},
    }
    return {
        f"{DIRECTORY}/{name}.json": json.dumps(one, ensure_ascii=False).encode()
        for name, one in found.items()
    }


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _page(page: PublicPage, address: str) -> dict[str, Any]:
    return {
        "id": page.name,
        "name": page.title,
        "url": address,
        "time_zone": "Etc/UTC",
        "updated_at": _at(page.changed_at),
    }


def _components(page: PublicPage) -> list[dict[str, Any]]:
    statuses = page.statuses
    found: list[dict[str, Any]] = []
    groups: dict[str, dict[str, Any]] = {}
    for part in page.parts:
        group = None
        if part.group is not None:
            group = groups.get(part.group)
            if group is None:
                group = _component(page, part, WORKS, len(found) + 1)
                group |= {
                    "id": str(_group_id(page, part.group)),
                    "name": part.group,
                    "description": None,
                    "group": True,
                    "components": [],
                }
                groups[part.group] = group
                found.append(group)
            group["components"].append(str(part.public_id))
            worse = max(
                ComponentStatus(group["status"]), statuses[part.key], key=lambda one: one.rank
            )
            group["status"] = worse.value
        one = _component(page, part, statuses[part.key], len(found) + 1)
        found.append({**one, "group_id": group["id"] if group else None})
    return found


def _group_id(page: PublicPage, group: str) -> UUID:
    return uuid5(TOCSIN, f"status_page/{page.name}/group/{group}")


def _component(
    page: PublicPage, part: Part, status: ComponentStatus, position: int
) -> dict[str, Any]:
    return {
        "id": str(part.public_id),
        "name": part.name,
        "status": status.value,
        "created_at": _at(part.since),
        "updated_at": _at(page.changed_at),
        "position": position,
        "description": part.description or None,
        "showcase": True,
        "start_date": f"{part.since.astimezone(UTC).date()}",
        "group_id": None,
        "page_id": page.name,
        "group": False,
        "only_show_if_degraded": False,
    }


def _incident(page: PublicPage, incident: PublicIncident, address: str) -> dict[str, Any]:
    first, newest = incident.posts[0], incident.newest
    watched = [one.at for one in incident.posts if one.state is PublicState.MONITORING]
    statuses = page.statuses
    touched = {key for one in incident.posts for key in one.statuses}
    return {
        "id": str(incident.public_id),
        "name": incident.title,
        "status": newest.state.value,
        "created_at": _at(first.at),
        "updated_at": _at(incident.changed_at),
        "monitoring_at": _at(watched[-1]) if watched else None,
        "resolved_at": _at(newest.at) if incident.resolved else None,
        "impact": INDICATORS[incident.worst][0],
        "shortlink": f"{address}/incidents/{incident.public_id}",
        "started_at": _at(first.at),
        "page_id": page.name,
        "postmortem_body": incident.story.text if incident.story else None,
        "postmortem_published_at": _at(incident.story.at) if incident.story else None,
        "incident_updates": [_update(incident, one) for one in reversed(incident.posts)],
        "components": [
            _component(page, part, statuses[part.key], place)
            for place, part in enumerate(page.parts, 1)
            if part.key in touched
        ],
    }


def _update(incident: PublicIncident, post: Post) -> dict[str, Any]:
    return {
        "id": str(post.public_id),
        "status": post.state.value,
        "body": post.text,
        "incident_id": str(incident.public_id),
        "created_at": _at(post.at),
        "updated_at": _at(post.corrected_at or post.at),
        "display_at": _at(post.at),
    }
