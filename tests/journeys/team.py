"""A team that uses Tocsin as its members would: over HTTP, with keys, names and patience."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID, uuid4

import httpx
from temporalio.client import Client, WorkflowHandle

from events.ids import IncidentId
from services.stack.stack import Stack
from tests.eventually import LONG, eventually
from workflows.ids import incident_workflow_id


@dataclass
class Team:
    """Two responders, a policy and a service whose names are new in every test."""

    http: httpx.AsyncClient
    name: str = field(default_factory=lambda: uuid4().hex[:8])

    @classmethod
    @asynccontextmanager
    async def at(cls, stack: Stack, key: str | None = None) -> AsyncIterator[Self]:
        headers = {"authorization": f"Bearer {key or stack.api_key}"}
        async with httpx.AsyncClient(
            base_url=stack.api_url, headers=headers, timeout=15, trust_env=False
        ) as http:
            yield cls(http)

    @property
    def ada(self) -> str:
        return f"ada-{self.name}"

    @property
    def grace(self) -> str:
        return f"grace-{self.name}"

    @property
    def service(self) -> str:
        return f"service-{self.name}"

    async def settle(
        self, *, escalation_timeout_seconds: int = 30, deadline_seconds: int = 300
    ) -> None:
        """Make the team known."""
        for who in (self.ada, self.grace):
            email = {"channel": "email", "address": f"{who}@example.com"}
            await self.put(f"/v1/responders/{who}", {"name": who, "contact_methods": [email]})
        levels = [
            {
                "targets": [{"responder_id": who}],
                "escalation_timeout_seconds": escalation_timeout_seconds,
            }
            for who in (self.ada, self.grace)
        ]
        policy = {"name": "On call", "levels": levels, "repeats": 0}
        await self.put(f"/v1/escalation-policies/{self.service}", policy)
        service = {
            "name": "Checkout",
            "escalation_policy_id": self.service,
            "deadlines": [{"phase": "response", "within_seconds": deadline_seconds}],
        }
        await self.put(f"/v1/services/{self.service}", service)

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self.http.put(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    async def post(
        self, path: str, body: dict[str, Any] | None = None, *, by: str | None = None, key: str = ""
    ) -> httpx.Response:
        headers = {"idempotency-key": key or str(uuid4())}
        if by:
            headers["tocsin-responder"] = by
        return await self.http.post(path, json=body or {}, headers=headers)

    async def give(
        self,
        reference: str,
        noun: str,
        body: dict[str, Any] | None = None,
        *,
        by: str | None = None,
    ) -> httpx.Response:
        """Give the incident a command."""
        return await self.post(f"/v1/incidents/{reference}/{noun}", body, by=by)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.http.get(path, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def declare(self, title: str = "Checkout fails") -> dict[str, Any]:
        answer = await self.post("/v1/incidents", {"title": title, "service_id": self.service})
        assert answer.status_code == 201, answer.text
        declared: dict[str, Any] = answer.json()
        return declared

    async def incident(self, reference: str) -> Any:
        """Return the incident, None while it is not to be seen."""
        answer = await self.http.get(f"/v1/incidents/{reference}")
        return answer.json() if answer.is_success else None

    async def sees(self, reference: str, seen: Callable[[Any], object]) -> Any:
        """Return the incident once it looks like that."""

        async def look() -> Any:
            shown = await self.incident(reference)
            return shown if shown is not None and seen(shown) else None

        return await eventually(f"{reference} looks as expected", look)

    async def happened(self, reference: str) -> list[str]:
        """Return the types of everything that happened, in order."""
        types: list[str] = []
        after: str | None = "0"
        while after is not None:  # a storm has more alerts than one answer
            part = await self.http.get(f"/v1/incidents/{reference}/timeline?after={after}")
            if not part.is_success:
                return []
            types += [entry["type"] for entry in part.json()["entries"]]
            after = part.json()["next_after"]
        return types

    async def happens(self, reference: str, kind: str, within: float = LONG) -> list[str]:
        """Return everything that happened, once such an event is among it."""

        async def look() -> list[str] | None:
            types = await self.happened(reference)
            return types if kind in types else None

        return await eventually(f"{kind} of {reference}", look, within)


async def workflow_of(system: Stack, declared: dict[str, Any]) -> WorkflowHandle[Any, Any]:
    """Return the workflow of a declared incident: what it still waits for is to be read there."""
    client = await Client.connect(system.temporal_address, namespace=system.temporal_namespace)
    incident_id = IncidentId(UUID(declared["incident_id"]))
    return client.get_workflow_handle(incident_workflow_id(incident_id))
