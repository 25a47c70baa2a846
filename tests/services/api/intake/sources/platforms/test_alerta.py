"""Alerta: its own client, pointed at us by its endpoint and its key only.

Body: recorded from Alerta's client 8.5.3 (`alertaclient`).
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alertaclient.api import Client  # type: ignore[import-untyped]
from alertaclient.exceptions import UnknownError  # type: ignore[import-untyped]
from httpx import AsyncClient

from events.values.severity import Severity
from services.api.dependencies import Dependencies
from services.api.intake.sources.platforms.alerta import SOURCE
from services.intake.arrival import Arrival
from tests.services.api.intake.doors import door_for, recorded
from tests.services.api.intake.monitor import SENDER, STARTED, signals_in, story_of
from tests.services.api.serving import served

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
SENT = recorded("alerta/sent.json")
DOWN = {"resource": "web-1", "environment": "Production", "correlate": ["NodeUp", "NodeDown"]}


def signal_in(**members: Any) -> Any:
    reader = SOURCE.reader(Arrival(sender=SENDER, at=STARTED))
    reader.feed(json.dumps(json.loads(SENT) | members).encode())
    (signal,) = signals_in(reader.finish().batch)
    return signal


@pytest.fixture
async def place(client: AsyncClient, dependencies: Dependencies) -> AsyncIterator[tuple[str, str]]:
    key = (await door_for(client, dependencies, "alerta")).split("/")[3]
    async with served(dependencies) as (host, port):
        yield f"http://{host}:{port}", key


def test_what_its_client_sends_is_one_alert() -> None:
    signal = signal_in()
    assert (signal.firing, signal.severity) == (True, Severity.SEV2)
    assert signal.title == "NodeDown on web-1: 0 %"
    assert signal.labels["environment"] == "Production"
    assert signal.labels["service"] == "Web"
    assert signal.annotations == {"region": "EU", "description": "No answer to 5 pings."}
    assert signal.started_at.isoformat() == "2026-11-29T11:48:22.233000+00:00"


@pytest.mark.parametrize("severity", ["normal", "ok", "Cleared"])
def test_all_is_well_ends_what_correlates_with_it(severity: str) -> None:
    signal = signal_in(event="NodeUp", severity=severity)
    assert not signal.firing
    assert signal.dedup_key == signal_in().dedup_key


def test_events_that_do_not_correlate_are_alerts_of_their_own() -> None:
    alone = [signal_in(event=event, correlate=None).dedup_key for event in ("Full", "Slow")]
    elsewhere = signal_in(event="Full", correlate=[], environment="Development").dedup_key
    assert len({*alone, elsewhere}) == 3


def test_a_severity_of_its_own_making_is_left_to_triage() -> None:
    assert signal_in(severity="indeterminate").severity is None


@pytest.mark.parametrize("form", ["key in the header", "key in the path"])
async def test_its_client_sends_again_and_clears(
    place: tuple[str, str], dependencies: Dependencies, form: str
) -> None:
    base, key = place
    endpoint = f"{base}/alerta" if "header" in form else f"{base}/v1/integrations/{key}/alerta"

    def send() -> list[Any]:
        alerta = Client(endpoint=endpoint, key=key)
        return [
            alerta.send_alert(event="NodeDown", severity="critical", **DOWN),
            alerta.send_alert(event="NodeDown", severity="critical", **DOWN),
            alerta.send_alert(event="NodeUp", severity="normal", **DOWN),
        ]

    answers = await asyncio.to_thread(send)
    assert len({alert_id for alert_id, _, _ in answers}) == 1
    said = [(alert.status, alert.repeat, alert.previous_severity) for _, alert, _ in answers]
    assert said == [
        ("open", False, "indeterminate"),
        ("open", True, "critical"),
        ("closed", False, "indeterminate"),
    ]
    story = await story_of(dependencies.log)
    assert (len(story.incidents), story.open_alerts) == (1, {})


async def test_its_command_line_says_what_became_of_an_alert(place: tuple[str, str]) -> None:
    base, key = place
    sending = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("alerta"),
        *(
            "--endpoint-url",
            f"{base}/v1/integrations/{key}/alerta",
            "send",
            "-r",
            "web-1",
            "-e",
            "NodeDown",
        ),
        *("-E", "Production", "-s", "major", "-S", "Web"),
        env={"ALERTA_CONF_FILE": "/dev/null"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await sending.communicate()
    assert sending.returncode == 0
    assert said.decode().strip().endswith("(indeterminate -> major)")


async def test_its_client_reads_our_refusals(place: tuple[str, str]) -> None:
    base, key = place

    def refused(key: str, resource: str) -> str:
        with pytest.raises(UnknownError) as refusal:
            Client(endpoint=f"{base}/alerta", key=key).send_alert(resource, "NodeDown")
        return str(refusal.value)

    assert "resource Must say something" in await asyncio.to_thread(refused, key, " ")
    assert "not the key of an integration" in await asyncio.to_thread(refused, "nobody", "web-1")


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"\xff", b"[" * 10_000, b'{"resource": "a", "event": "b", "tags": 3}'],
)
async def test_what_is_no_alert_is_refused_and_kept(
    client: AsyncClient, dependencies: Dependencies, body: bytes
) -> None:
    path = await door_for(client, dependencies, "alerta")
    answer = await client.post(f"{path}/alert", content=body)
    assert answer.status_code in {400, 422}
    assert answer.json()["status"] == "error"
    (letter,) = await dependencies.dead_letters.newest(10)
    assert letter.source == "alerta"
