"""Opsgenie's door for the tests: the paths and the key of a sender that only changed its URL."""

import json
from dataclasses import dataclass
from typing import Any

from httpx import AsyncClient, Response

from events.alert.decide import alert_decider
from events.alert.state import Alert
from events.configuration.integration import IntegrationCreated
from events.ids import AlertId, IntegrationId, alert_id_for, alert_stream
from events.loading import load
from events.log.store import Log
from services.api.dependencies import Dependencies
from services.intake.batch.cleaning import told_apart
from tests.services.api.intake.doors import door_for
from tests.services.api.intake.monitor import story_of


@dataclass(frozen=True)
class OpsgenieDoor:
    """What a sender of Opsgenie's API has: an address, and a key."""

    http: AsyncClient
    log: Log
    key: str
    integration_id: IntegrationId
    base: str = "/v2/alerts"

    async def post(self, path: str = "", body: Any = None, **query: str) -> Response:
        return await self.ask("POST", path, body, **query)

    async def ask(self, method: str, path: str = "", body: Any = None, **query: str) -> Response:
        headers = {"Authorization": f"GenieKey {self.key}"}
        content = body if isinstance(body, bytes) else json.dumps(body) if body is not None else b""
        return await self.http.request(
            method, f"{self.base}{path}", headers=headers, params=query, content=content
        )

    def alert_id(self, alias: str) -> AlertId:
        return alert_id_for(self.integration_id, told_apart(alias))

    async def alert(self, alias: str) -> Alert:
        """Return the alert of this alias as its rules see it."""
        alert, _ = await load(self.log, alert_decider, alert_stream(self.alert_id(alias)))
        return alert


async def opsgenie_at(client: AsyncClient, dependencies: Dependencies) -> OpsgenieDoor:
    path = await door_for(client, dependencies, "opsgenie")
    story = await story_of(dependencies.log)
    (integration,) = (one for one in story.events if isinstance(one, IntegrationCreated))
    return OpsgenieDoor(client, dependencies.log, path.split("/")[3], integration.integration_id)
