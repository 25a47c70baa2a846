"""PagerDuty's API for the tests: an integration, and what its senders send to which path."""

import json
from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from events.log.memory import MemoryLog
from events.log.queues.inbox import Inbox
from services.api.dependencies import Dependencies
from tests.services.api.intake.doors import recorded
from tests.services.api.intake.monitor import Story, story_of
from tests.services.api.intake.test_alertmanager_route import monitor_at

ENQUEUE = "/v2/enqueue"
CHANGE = "/v2/change/enqueue"
CREATE = "/generic/2010-04-15/create_event.json"


def documented(name: str) -> dict[str, Any]:
    """An example of PagerDuty's own OpenAPI descriptions of its Events APIs, as it is."""
    body: dict[str, Any] = json.loads(recorded(f"pagerduty/{name}.json"))
    return body


@dataclass(frozen=True)
class Pager:
    """A sender of PagerDuty's that was pointed at us."""

    http: AsyncClient
    key: str
    dependencies: Dependencies

    async def event(self, action: str, dedup_key: str | None = None, **more: Any) -> Response:
        """Send an event of the second version."""
        body = {"routing_key": self.key, "event_action": action, **more}
        return await self.http.post(
            ENQUEUE, json=body | ({} if dedup_key is None else {"dedup_key": dedup_key})
        )

    async def trigger(self, dedup_key: str | None = None, **payload: Any) -> Response:
        """Send what PagerDuty documents as an example, with some members of its payload changed."""
        whole = documented("v2-trigger")["payload"] | payload
        return await self.event("trigger", dedup_key, payload=whole)

    async def story(self) -> Story:
        assert isinstance(self.dependencies.log, MemoryLog)
        return await story_of(self.dependencies.log)

    @property
    def inbox(self) -> Inbox:
        return self.dependencies.inbox


async def pager_for(client: AsyncClient, dependencies: Dependencies) -> Pager:
    path, _ = await monitor_at(client, dependencies)
    client.headers.pop("Authorization", None)
    return Pager(http=client, key=path.split("/")[3], dependencies=dependencies)
