"""A real Alertmanager, with the configuration that the how-to shows."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from services.stack.ports import free_port
from tests.debian import debian_program
from tests.eventually import eventually

HOW_TO: Final = Path("docs/how-to/connect-alertmanager.md")
HOW_TO_MOVE: Final = Path("docs/how-to/move-from-pagerduty.md")  # its PagerDuty receiver
HOW_TO_OPSGENIE: Final = Path("docs/how-to/move-from-opsgenie.md")  # its Opsgenie receiver


def program() -> Path:
    """Return the program, by upstream's name or by Debian's."""
    return debian_program("prometheus-alertmanager", "alertmanager", "prometheus-alertmanager")


def configuration(webhook: str, how_to: Path) -> str:
    """Return the how-to's configuration for this webhook, with shorter waits than people's."""
    text = how_to.read_text()
    (shown,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    for name, seconds in (("group_wait", "200ms"), ("group_interval", "1s")):
        shown, changed = re.subn(rf"{name}: \S+", f"{name}: {seconds}", shown)
        assert changed == 1, name
    shown, changed = re.subn(r"url: \S+", f"url: {webhook}", shown)
    assert changed == 1
    return shown


@dataclass(frozen=True)
class Alertmanager:
    """A running Alertmanager, and the door through which Prometheus would tell it of alerts."""

    http: httpx.AsyncClient

    async def hears(self, alerts: Sequence[dict[str, Any]]) -> None:
        answer = await self.http.post("/api/v2/alerts", content=json.dumps(alerts))
        assert answer.status_code == 200, answer.text

    async def failures(self, integration: str = "webhook") -> int:
        """Return how many attempts of its webhook, or another receiver, have failed."""
        told = (await self.http.get("/metrics")).text
        name = f'alertmanager_notification_requests_failed_total{{integration="{integration}"}}'
        return int(re.findall(rf"{re.escape(name)} (\d+)", told)[0])


@asynccontextmanager
async def running_alertmanager(
    folder: Path, webhook: str, how_to: Path = HOW_TO, key: str = ""
) -> AsyncIterator[Alertmanager]:
    text = configuration(webhook, how_to).replace("key: KEY", f"key: {key}")
    async with configured_alertmanager(folder, text) as manager:
        yield manager


@asynccontextmanager
async def configured_alertmanager(folder: Path, text: str) -> AsyncIterator[Alertmanager]:
    file = folder / "alertmanager.yml"
    file.write_text(text)
    address = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        program(),
        f"--config.file={file}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    )
    headers = {"content-type": "application/json"}
    try:
        async with httpx.AsyncClient(
            base_url=f"http://{address}", headers=headers, trust_env=False, timeout=30
        ) as http:
            await eventually("Alertmanager is ready", partial(_ready, http))
            yield Alertmanager(http)
    finally:
        process.terminate()
        await process.wait()


async def _ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/-/ready")).is_success
