"""The door does what a tester of SCIM that nobody here wrote asks of it: scim2-tester."""

import asyncio

import httpx2
import pytest
import uvicorn
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from services.scim.application import PREFIX
from tests.eventually import eventually
from tests.services.scim.conftest import Directory

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


async def test_a_tester_of_the_standard_finds_nothing(directory: Directory) -> None:
    server = uvicorn.Server(uvicorn.Config(directory.app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await eventually("a server", lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]

    def asked() -> list[str]:
        with httpx2.Client(
            base_url=f"http://127.0.0.1:{port}{PREFIX}", headers=directory.headers, timeout=60
        ) as http:
            results = check_server(SyncSCIMClient(http))
        assert len(results) > 20
        return [
            f"{one.title} of {one.resource_type}: {one.reason}"
            for one in results
            if one.status == Status.ERROR
        ]

    try:
        assert await asyncio.to_thread(asked) == []
    finally:
        server.should_exit = True
        await serving
