"""Every door for the tests: how each kind of sender says that an alert fires, and that it is over.

Bodies: the shortest that each sender's documentation allows; the doors' own tests have whole ones.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from httpx import AsyncClient, Response

type Times = tuple[datetime, datetime]  # since when, and now
type Body = Callable[[str, str, bool, Times], Any]


@dataclass(frozen=True)
class EveryDoor:
    """One kind of sender."""

    name: str
    path: Callable[[str, str, bool], str]  # integration key, dedup key, firing
    body: Body  # integration key, dedup key, firing
    headers: Callable[[str], Mapping[str, str]] = lambda _key: {}

    async def say(
        self, http: AsyncClient, key: str, dedup_key: str, *, firing: bool, times: Times
    ) -> Response:
        return await http.post(
            self.path(key, dedup_key, firing),
            json=self.body(key, dedup_key, firing, times),
            headers=self.headers(key),
        )


def _events_v2(key: str, dedup_key: str, firing: bool, _times: Times) -> Any:  # noqa: FBT001
    payload = {"summary": f"{dedup_key} is full", "source": dedup_key, "severity": "critical"}
    event = {"routing_key": key, "dedup_key": dedup_key}
    if firing:
        return event | {"event_action": "trigger", "payload": payload}
    return event | {"event_action": "resolve"}


def _events_v1(key: str, dedup_key: str, firing: bool, _times: Times) -> Any:  # noqa: FBT001
    return {
        "service_key": key,
        "incident_key": dedup_key,
        "event_type": "trigger" if firing else "resolve",
        "description": f"{dedup_key} is full",
    }


def _opsgenie(_key: str, dedup_key: str, firing: bool, _times: Times) -> Any:  # noqa: FBT001
    return {"message": f"{dedup_key} is full", "alias": dedup_key} if firing else {}


def _posted(_key: str, dedup_key: str, firing: bool, times: Times) -> Any:  # noqa: FBT001
    alert = {"labels": {"alertname": dedup_key}, "startsAt": times[0].isoformat()}
    return [alert if firing else alert | {"endsAt": times[1].isoformat()}]


def _webhook(_key: str, dedup_key: str, firing: bool, times: Times) -> Any:  # noqa: FBT001
    alert = {
        "status": "firing" if firing else "resolved",
        "labels": {"alertname": dedup_key},
        "startsAt": times[0].isoformat(),
        "endsAt": "0001-01-01T00:00:00Z" if firing else times[1].isoformat(),
        "fingerprint": dedup_key,
    }
    return {"version": "4", "groupKey": dedup_key, "alerts": [alert]}


def _generic(_key: str, dedup_key: str, firing: bool, _times: Times) -> Any:  # noqa: FBT001
    return {
        "title": f"{dedup_key} is full",
        "status": "firing" if firing else "resolved",
        "dedup_key": dedup_key,
    }


def _incident_io(_key: str, dedup_key: str, firing: bool, _times: Times) -> Any:  # noqa: FBT001
    return {
        "title": f"{dedup_key} is full",
        "status": "firing" if firing else "resolved",
        "deduplication_key": dedup_key,
    }


def _below_key(name: str) -> Callable[[str, str, bool], str]:
    return lambda key, _dedup_key, _firing: f"/v1/integrations/{key}/{name}"


def _opsgenie_path(_key: str, dedup_key: str, firing: bool) -> str:  # noqa: FBT001
    return "/v2/alerts" if firing else f"/v2/alerts/{dedup_key}/close?identifierType=alias"


EVERY_DOOR: Final = (
    EveryDoor("pagerduty-v2", lambda *_: "/v2/enqueue", _events_v2),
    EveryDoor("pagerduty-v1", lambda *_: "/generic/2010-04-15/create_event.json", _events_v1),
    EveryDoor(
        "opsgenie", _opsgenie_path, _opsgenie, lambda key: {"Authorization": f"GenieKey {key}"}
    ),
    EveryDoor(
        "prometheus",
        lambda *_: "/api/v2/alerts",
        _posted,
        lambda key: {"Authorization": f"Bearer {key}"},
    ),
    EveryDoor("alertmanager", _below_key("alertmanager"), _webhook),
    EveryDoor("incident-io", _below_key("incident-io"), _incident_io),
    EveryDoor("generic", _below_key("generic"), _generic),
)
