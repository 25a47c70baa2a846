"""Demo scene: the system, the sinks, the people and the incident that the chapters share."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from services.cli.demo.sinks import Sinks
from services.cli.demo.steps import until
from services.cli.remote import Remote


@dataclass(slots=True, kw_only=True)
class Scene:
    """One telling of the story. Its names are new each time, so it can be told again."""

    remote: Remote  # as the administrator
    sinks: Sinks
    telling: str = field(default_factory=lambda: uuid4().hex[:6])
    team: Remote | None = None  # with a key that may respond, but is no administrator's
    webhook_secret: str = ""
    alertmanager_url: str = ""
    synthetic_key: str = ""  # of the checks from outside, which knew PagerDuty
    reference: str = ""
    web_url: str = ""  # where people are signed in; nothing: where the API is
    ends_with_the_story: bool = False  # the system: it is the story's own

    @property
    def primary(self) -> str:
        """Return the responder id of the first to be paged."""
        return f"ada-{self.telling}"

    @property
    def secondary(self) -> str:
        """Return the responder id of the second to be paged."""
        return f"grace-{self.telling}"

    @property
    def channel(self) -> str:
        """Return the responder id of everybody's channel."""
        return f"everybody-{self.telling}"

    @property
    def stakeholder(self) -> str:
        """Return the responder id of somebody who is never paged, and wants to know."""
        return f"mary-{self.telling}"

    @property
    def service(self) -> str:
        """Return the service that fails."""
        return f"checkout-{self.telling}"

    @property
    def path(self) -> str:
        """Return where the API shows the incident."""
        return f"/v1/incidents/{self.reference}"

    @property
    def address(self) -> str:
        """Return where the incident is to be seen in a browser."""
        return f"{self.web_url or self.remote.url}/incidents/{self.reference}"

    async def get(self, path: str, **query: Any) -> Any:
        """Return what the API shows, with everything in it that the story has written so far."""
        return await asyncio.to_thread(self.remote.get, path, **query)

    def wrote(self, answer: Any) -> Any:
        """Remember where a write was stored, and return its answer."""
        self.remote.written = max(self.remote.written, int(answer.get("position", 0)))
        return answer

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Define something as the administrator."""
        return self.wrote(await asyncio.to_thread(self.remote.put, path, body))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Create something as the administrator."""
        return self.wrote(await asyncio.to_thread(self.remote.post, path, body))

    async def give(
        self, noun: str, body: Mapping[str, Any] | None = None, *, by: str | None = None
    ) -> Any:
        """Give the incident a command in the name of a responder, the secondary unless told."""
        team = (self.team or self.remote).speaking_for(by or self.secondary)
        return self.wrote(await asyncio.to_thread(team.post, f"{self.path}/{noun}", body))

    async def incident(self, seen: Callable[[Any], object]) -> Any:
        """Return the incident once the API shows it in a certain way."""

        async def look() -> Any:
            shown = await self.get(self.path)
            return shown if seen(shown) else None

        return await until(look)

    async def happened(self, kind: str, times: int = 1) -> list[str]:
        """Return the sentences of such events, once the timeline tells of that many."""

        async def look() -> list[str] | None:
            entries = (await self.get(f"{self.path}/timeline", limit=200))["entries"]
            found = [entry["sentence"] for entry in entries if entry["type"] == kind]
            return found if len(found) >= times else None

        return await until(look)
