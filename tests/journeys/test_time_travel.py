"""Looking back at a terminal: any moment of an incident, and the rest as it happens."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.stack.stack import Stack
from tests.eventually import LONG, eventually
from tests.journeys.team import Team

pytestmark = [pytest.mark.stack, pytest.mark.journey]


@asynccontextmanager
async def tocsin(stack: Stack, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command; it may go on for ever."""
    environment = {**os.environ, "TOCSIN_URL": stack.api_url, "TOCSIN_API_KEY": stack.api_key}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.cli", *words),
        env={**environment, "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def said(stack: Stack, *words: str) -> str:
    async with tocsin(stack, *words) as process:
        out, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()
        return out.decode()


async def test_history_is_stepped_through_and_followed(system: Stack, team: Team) -> None:
    reference = (await team.declare("Disk full"))["reference"]
    await team.happens(reference, "page.level_reached")
    early = await team.incident(reference)
    async with tocsin(system, "replay", reference, "--follow", "--json") as following:
        heard_from = following.stdout
        assert heard_from is not None

        async def heard(kind: str) -> dict[str, Any]:
            async with asyncio.timeout(LONG):
                while True:
                    step: dict[str, Any] = json.loads(await heard_from.readline())
                    steps.append(step)
                    if step["type"] == kind:
                        return step

        steps: list[dict[str, Any]] = []
        await heard("page.level_reached")
        path = f"/v1/incidents/{reference}"
        assert (await team.post(f"{path}/acknowledgement", by=team.ada)).is_success
        took = await heard("incident.acknowledged")
        changed = {change["field"]: change for change in took["changes"]}
        assert changed["status"] == {
            "field": "status", "before": "declared", "after": "acknowledged"
        }  # fmt: skip
        fixed = {"summary": "Disk grown", "reason": "Nobody commands"}
        answer = await team.post(f"{path}/resolution", fixed)
        assert answer.is_success, answer.text
        await heard("incident.resolved")
        following.send_signal(signal.SIGINT)
        async with asyncio.timeout(LONG):
            await following.wait()

    async def settled() -> list[dict[str, Any]] | None:
        lines = (await said(system, "replay", reference, "--json")).splitlines()
        shown = await team.incident(reference)
        found: list[dict[str, Any]] = list(map(json.loads, lines))
        return found if found[-1]["state"] == without_names(shown) else None

    whole = await eventually("the replay ends as the incident is", settled)
    assert whole[: len(steps)] == steps
    for step in whole:
        if step["state"]:
            then = await team.get(path, as_of=str(step["position"]))
            assert without_names(then) == step["state"]

    at = early["position"]
    back = await said(system, "replay", reference, "--at", at)
    assert "Disk full" in back
    assert "Disk grown" not in back
    assert "declared, in detection" in back
    assert "none → paging" in back
    async with tocsin(system, "replay", reference, "--at", "1") as process:
        _, complained = await process.communicate()
    assert (process.returncode, b"did not exist at that time" in complained) == (1, True)


def without_names(shown: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return an incident as the log alone tells it: a name is known only to the whole system."""
    return shown and {member: value for member, value in shown.items() if member != "names"}
