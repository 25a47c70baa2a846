"""Door: an integration on a whole stack, and what its monitors send in a bad hour."""

import json
from dataclasses import dataclass
from typing import Any, Final

import httpx

from benchmarks.incidents.callers import CommandNotDone
from benchmarks.incidents.paging import BUSY, Desk
from services.stack.stack import Stack

ALERTS: Final = 200  # that are open at a time
PLACES: Final = 20  # where something is wrong: one incident for each
NEW: Final = 10  # each such message is a new alert, and the one behind it ends the oldest
EVERYTHING: Final = {"fields": ["labels.source"], "window_seconds": None}
RULE: Final = {"name": "One incident for each place", "outcome": {"grouping": EVERYTHING}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where monitors send, with the key of an integration."""

    url: str
    key: str
    integration_id: str

    def message(self, number: int) -> bytes:
        """Return what is sent at that place: triggers of open alerts, of new ones, and resolves."""
        new, kind = divmod(number, NEW)
        match kind:
            case 0:
                return self.event("trigger", new + ALERTS)
            case 1:
                return self.event("resolve", new)
            case _:
                return self.event("trigger", new + 1 + number * 7 % (ALERTS - 2))

    def event(self, action: str, alert: int) -> bytes:
        """Return an event of PagerDuty's second version, as an exporter sends it."""
        place = f"node-{alert % PLACES:03d}.eu-west-1.example.com"
        payload = {
            "summary": f"Disk /var/lib/data{alert} of {place} has 4 % left",
            "source": place,
            "severity": "error",
            "component": "postgres",
            "group": "storage",
            "class": "disk",
            "custom_details": {
                "device": f"/dev/nvme{alert}n1",
                "free_bytes": 4_294_967_296,
                "runbook": "https://runbooks.example.com/disk",
                "firing": "node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.05",
            },
        }
        return json.dumps(
            {
                "routing_key": self.key,
                "event_action": action,
                "dedup_key": f"disk/{alert}",
                "payload": payload,
                "client": "Exporter",
                "client_url": "https://monitoring.example.com/graph",
            }
        ).encode()


async def opened(stack: Stack, http: httpx.AsyncClient, desk: Desk, port: int) -> Door:
    """Set up a service that pages somebody, a routing rule, and an integration.

    Raises: CommandNotDone.
    """
    await desk.settle(port)
    await _done(http, "PUT", "/v1/routing-rules/organisation", {"rules": [RULE]})
    path = f"/v1/services/{BUSY}/alert-handling"
    await _done(http, "PUT", path, {"alert_handling": {"storm_above": None}})
    made = await _done(http, "POST", "/v1/integrations", {"name": "bench", "service_id": BUSY})
    return Door(
        url=f"{stack.api_url}/v2/enqueue",
        key=made["key"],
        integration_id=made["integration_id"],
    )


async def _done(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
) -> dict[str, Any]:
    answer = await http.request(method, path, json=body)
    if not answer.is_success:
        raise CommandNotDone(f"{answer.status_code}: {answer.text}")
    made: dict[str, Any] = answer.json()
    return made
