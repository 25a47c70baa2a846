"""The event debugger: what a monitor sent, what became of it and why, and what would now."""

import asyncio
import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest.mock import AsyncMock
from uuid import UUID

import pytest

from events.configuration.api_key import ApiScope
from events.log.intake.arrivals import PostgresArrivals
from services.api.dependencies import Dependencies
from services.api.intake.keeping.sweep import Sweep
from services.request_refusals import BodyMalformed
from tests.keys import KEY
from tests.servers import Database
from tests.services.api.intake.monitor import one_alert
from tests.services.api.key_holders import holder_of
from tests.services.api.live.conftest import Api
from tests.services.api.live.test_dead_letters import webhook_of

pytestmark = pytest.mark.stack

CHILD = dedent(
    """
    import asyncio, os, signal, sys
    from httpx import ASGITransport, AsyncClient
    from services.api import reaching as process
    from services.api.app import create_app
    from services.api.intake import alert_source
    from services.settings import Settings

    async def main():
        async with process.reached_later(Settings()) as dependencies:
            async def killed(*_):
                while not await dependencies.arrivals.newest(sys.argv[2], 1):
                    continue
                os.kill(os.getpid(), signal.SIGKILL)
            alert_source.take_parts = killed
            app = ASGITransport(create_app(dependencies))
            async with AsyncClient(transport=app, base_url="http://tocsin") as http:
                await http.post(sys.argv[1], content=sys.stdin.buffer.read())

    asyncio.run(main())
    """
)


def alerts(*which: Any) -> dict[str, Any]:
    return {"groupKey": "disks", "status": "firing", "alerts": list(which)}


async def listed(api: Api, path: str, **query: Any) -> list[dict[str, Any]]:
    await arrivals_kept(api)
    integration = path.split("_")[2]
    url = f"/v1/integrations/{integration}/arrivals"
    found: list[dict[str, Any]] = (await api.http.get(url, params=query)).json()["arrivals"]
    return found


async def arrivals_kept(api: Api) -> None:
    """Outcomes are written a moment after the answer."""
    arrivals = dependencies_of(api).arrivals
    assert isinstance(arrivals, PostgresArrivals)
    await arrivals.flush()


def dependencies_of(api: Api) -> Dependencies:
    transport: Any = api.http._transport
    found: Dependencies = transport.app.state.dependencies
    return found


async def test_each_message_is_listed_with_what_became_of_it_while_temporal_is_down(
    alone: Api, projected: None
) -> None:
    path = await webhook_of(alone)
    opened = (await alone.http.post(path, json=alerts(one_alert("a")))).json()
    await alone.http.post(path, json=alerts(one_alert("a"), one_alert("b")))
    await alone.http.post(path, content=b"password=hunter22")
    letter, joined, first = await listed(alone, path)
    assert (first["outcome"], first["incident_id"]) == ("opened", opened["incident_id"])
    assert (joined["outcome"], joined["reference"]) == ("joined", opened["reference"])
    assert [one["changed"] for one in joined["alerts"]] == [False, True]
    assert (letter["outcome"], letter["reason"]) == ("unreadable", "It is not JSON.")
    assert [one["outcome"] for one in await listed(alone, path, outcome="opened")] == ["opened"]
    assert len(await listed(alone, path, before=letter["arrival_id"], limit=1)) == 1
    (dead,) = (await alone.http.get("/v1/dead-letters")).json()["dead_letters"]
    assert dead["arrival_id"] == letter["arrival_id"]
    shown = (await alone.http.get(f"/v1/arrivals/{letter['arrival_id']}")).json()
    assert (shown["body"], shown["redactions"]) == ("password=[redacted]", 1)
    missing = await alone.http.get(f"/v1/arrivals/{UUID(int=1)}")
    assert (missing.status_code, missing.json()["code"]) == (404, "arrival-not-found")
    none = await alone.http.get("/v1/integrations/nobody/arrivals")
    assert none.status_code == 404


async def test_an_arrival_names_no_incident_that_the_reader_must_not_know_of(
    alone: Api, projected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await webhook_of(alone)
    opened = (await alone.http.post(path, json=alerts(one_alert("a")))).json()
    incident = UUID(opened["incident_id"])
    monkeypatch.setattr(
        "services.api.resources.operations.arrivals.hidden_incidents",
        AsyncMock(return_value=frozenset({incident})),
    )
    url = f"/v1/integrations/{path.split('_')[2]}/arrivals"
    answer = await alone.http.get(url)
    (seen,) = answer.json()["arrivals"]
    assert (seen["incident_id"], seen["reference"], seen["alerts"]) == (None, None, [])
    assert opened["incident_id"] not in answer.text
    assert opened["reference"] not in answer.text


async def test_only_who_reads_the_whole_log_reads_a_body(alone: Api, projected: None) -> None:
    path = await webhook_of(alone)
    opened = (await alone.http.post(path, json=alerts(one_alert("a")))).json()
    (arrival,) = await listed(alone, path)
    headers = await holder_of(alone.log, ApiScope.OBSERVER)
    url = f"/v1/arrivals/{arrival['arrival_id']}"
    assert (await alone.http.get(url, headers=headers)).status_code == 403
    assert (await alone.http.post(f"{url}/replay", json={}, headers=headers)).status_code == 403
    integration = path.split("_")[2]
    listing = f"/v1/integrations/{integration}/arrivals"
    seen = (await alone.http.get(listing, headers=headers)).json()["arrivals"][0]
    assert seen["incident_id"] == opened["incident_id"]


async def test_a_dry_run_says_what_would_become_of_a_message_and_changes_nothing(
    alone: Api,
) -> None:
    path = await webhook_of(alone)
    await alone.http.post(path, json=alerts(one_alert("a")))
    (first,) = await listed(alone, path)
    head = await alone.log.head()
    url = f"/v1/arrivals/{first['arrival_id']}/replay"
    dry = (await alone.http.post(url, json={})).json()
    assert (dry["outcome"], dry["for_real"], dry["arrival_id"]) == ("unchanged", False, None)
    assert await alone.log.head() == head
    assert len(await listed(alone, path)) == 1


async def test_a_dead_letter_is_taken_anew_for_real_once_for_each_key(
    alone: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await webhook_of(alone)
    unread = "services.api.intake.sources.alertmanager.reading.NotificationReader.finish"
    with monkeypatch.context() as broken:
        broken.setattr(unread, _unreadable)
        assert (await alone.http.post(path, json=alerts(one_alert("a")))).status_code == 400
    (letter,) = await listed(alone, path)
    url = f"/v1/arrivals/{letter['arrival_id']}/replay"
    dry = (await alone.http.post(url, json={"for_real": False})).json()
    assert (dry["outcome"], dry["incident_id"]) == ("opened", None)
    key = {"Idempotency-Key": "mended"}
    real = (await alone.http.post(url, json={"for_real": True}, headers=key)).json()
    assert (real["outcome"], real["reference"] is not None) == ("opened", True)
    await arrivals_kept(alone)
    again = (await alone.http.post(url, json={"for_real": True}, headers=key)).json()
    assert again == real
    replay, _ = await listed(alone, path)
    assert (replay["arrival_id"], replay["replay_of"]) == (real["arrival_id"], letter["arrival_id"])


async def test_what_was_kept_before_the_process_was_killed_is_processed_afterwards(
    alone: Api, database: Database, refusing_port: int
) -> None:
    path = await webhook_of(alone)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD, path, path.split("_")[2]),
        stdin=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[4],
        env=os.environ
        | {
            "TOCSIN_APP_DSN": database.app_dsn,
            "TOCSIN_TEMPORAL_ADDRESS": f"127.0.0.1:{refusing_port}",
            "TOCSIN_SUBJECT_KEK": KEY,
        },
    )
    await child.communicate(json.dumps(alerts(one_alert("a"))).encode())
    assert child.returncode == -signal.SIGKILL
    (waiting,) = await listed(alone, path)
    assert (waiting["outcome"], waiting["incident_id"]) == ("waiting", None)
    sweep = Sweep(dependencies_of(alone), after=timedelta(0))
    assert await sweep.step() == 1
    (taken,) = await listed(alone, path)
    assert (taken["outcome"], taken["attempts"]) == ("opened", 1)
    again = (await alone.http.post(path, json=alerts(one_alert("a")))).json()
    assert again["alerts"][0]["incident_id"] == taken["incident_id"]


def _unreadable(*_: object) -> None:
    raise BodyMalformed("It is of a newer version.")
