"""Callers: people who give commands over HTTP as they do, or straight to the workflow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import httpx
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from benchmarks.log.samples import DIGEST, METADATA
from events.actor import Actor
from events.ids import IncidentId
from events.incident.status_updates.commands import PublishStatusUpdate
from services.stack.stack import Stack
from workflows.ids import COMMAND, incident_workflow_id
from workflows.messages import CommandAnswer, IncidentCommandEnvelope

TRIES: Final = 300
PAUSE_SECONDS: Final = 0.2
SECONDS: Final = 10.0  # longer than the API itself takes to give up
IMPACT: Final = "One in five checkouts in eu-west-1 fails; carts are kept."
ACTIONS: Final = "Rolling the payment gateway back to the release of Tuesday."
DECLARATION: Final = {"title": "Checkout answers 5xx in eu-west-1", "severity": "SEV2"}
ACTOR: Final = Actor(principal=METADATA.principal, is_admin=True)


class CommandNotDone(Exception):
    """A command was not answered with its result, so the time it took means nothing."""


@asynccontextmanager
async def api_client(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the API with the development key; connections are kept."""
    async with httpx.AsyncClient(
        base_url=stack.api_url,
        headers={"Authorization": f"Bearer {stack.api_key}"},
        timeout=SECONDS,
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=None),
    ) as client:
        yield client


async def declare(http: httpx.AsyncClient, client: Client) -> IncidentId:
    """Open an incident, and return once its workflow has taken a command.

    Raises: CommandNotDone, RPCError.
    """
    answer = await http.post("/v1/incidents", json=DECLARATION)
    if answer.status_code != httpx.codes.CREATED:
        raise CommandNotDone(f"{answer.status_code}: {answer.text}")
    incident_id = IncidentId(UUID(answer.json()["incident_id"]))
    await started(client, incident_id)
    await OverTemporal(client, incident_id)()
    return incident_id


async def started(client: Client, incident_id: IncidentId) -> None:
    """Wait until the relay has started the incident's workflow.

    Raises: RPCError.
    """
    handle = client.get_workflow_handle(incident_workflow_id(incident_id))
    for _ in range(TRIES):
        try:
            await handle.describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    raise CommandNotDone(f"the workflow of {incident_id} was not started")


@dataclass(frozen=True, slots=True)
class OverHttp:
    """Publishes status updates through the API: request in, answer out."""

    client: httpx.AsyncClient
    incident_id: IncidentId

    async def __call__(self) -> object:
        """Publish one; if the API only keeps it for later, wait until it is carried out.

        Raises: CommandNotDone.
        """
        answer = await self.client.post(
            f"/v1/incidents/{self.incident_id}/status-updates",
            json={"impact": IMPACT, "current_actions": ACTIONS},
        )
        for _ in range(TRIES):
            told = answer.json()
            if told["status"] == "done":
                return answer
            if told["status"] != "pending":
                break
            await asyncio.sleep(PAUSE_SECONDS)
            answer = await self.client.get(f"/v1/commands/{told['command_id']}")
        raise CommandNotDone(f"{answer.status_code}: {answer.text}")


@dataclass(frozen=True, slots=True)
class OverTemporal:
    """Publishes status updates as Updates of the workflow, as the API does."""

    client: Client
    incident_id: IncidentId

    async def __call__(self) -> object:
        """Publish one."""
        command_id = uuid4()
        handle = self.client.get_workflow_handle(incident_workflow_id(self.incident_id))
        return await handle.execute_update(
            COMMAND,
            IncidentCommandEnvelope(
                command_id=command_id,
                request_digest=DIGEST.hex(),
                metadata=METADATA,
                command=PublishStatusUpdate(
                    impact=IMPACT,
                    current_actions=ACTIONS,
                    next_update_at=None,
                    actor=ACTOR,
                    at=datetime.now(UTC),
                ),
            ),
            id=str(command_id),
            result_type=CommandAnswer,
        )
