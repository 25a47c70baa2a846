"""A real Alertmanager, with the configuration that the how-to shows."""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx

from services.stack.ports import free_port
from tests.debian import UNPACKED, debian_program
from tests.eventually import eventually

HOW_TO: Final = Path("docs/how-to/connect-alertmanager.md")
HOW_TO_MOVE: Final = Path("docs/how-to/move-from-pagerduty.md")  # its PagerDuty receiver
HOW_TO_OPSGENIE: Final = Path("docs/how-to/move-from-opsgenie.md")  # its Opsgenie receiver


TEMPLATES: Final = "/usr/share/prometheus/alertmanager"  # where Debian's build looks for them


def program() -> tuple[Path, Path | None]:
    """Return the program, by upstream's name or by Debian's, and where it has to be run."""
    found = debian_program("prometheus-alertmanager", "alertmanager", "prometheus-alertmanager")
    home = next((folder for folder in found.parents if folder.parent == UNPACKED), None)
    if home is None or Path(TEMPLATES).is_dir():
        return found, None
    return _among_its_templates(found, home), home


def _among_its_templates(found: Path, home: Path) -> Path:
    """Return a copy of the unpacked program that looks for its templates where it is run."""
    copy = home / "alertmanager"
    if not copy.exists():
        part = home / f"alertmanager.{os.getpid()}.part"
        from_root, from_here = TEMPLATES.encode(), f"{TEMPLATES.removeprefix('/')}/".encode()
        part.write_bytes(found.read_bytes().replace(from_root, from_here))  # of the same length
        part.chmod(0o755)
        part.replace(copy)
    return copy


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
    path, where = program()
    process = await asyncio.create_subprocess_exec(
        path,
        f"--config.file={file}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        cwd=where,
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
