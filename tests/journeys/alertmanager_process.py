"""A real Alertmanager, with the configuration that the how-to shows."""

import asyncio
import json
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from tests.eventually import eventually

HOW_TO: Final = Path("docs/how-to/connect-alertmanager.md")
HOW_TO_MOVE: Final = Path("docs/how-to/move-from-pagerduty.md")  # its PagerDuty receiver
PROGRAMS: Final = ("alertmanager", "prometheus-alertmanager")  # upstream's name, and Debian's
UNPACKED: Final = Path(".tools/alertmanager").absolute()
IN_DEBIAN: Final = UNPACKED / "usr/bin/prometheus-alertmanager"


def program() -> str:
    """Return the program: one that is installed, or Debian's, unpacked beside our other tools."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if not IN_DEBIAN.exists():
        _unpack()
    return str(IN_DEBIAN)


def _unpack() -> None:
    UNPACKED.mkdir(parents=True, exist_ok=True)
    get = ["apt-get", "download", "prometheus-alertmanager"]
    try:
        if subprocess.run(get, cwd=UNPACKED, check=False).returncode:
            subprocess.run(["apt-get", "update"], check=True)
            subprocess.run(get, cwd=UNPACKED, check=True)
        (package,) = UNPACKED.glob("*.deb")
        subprocess.run(["dpkg", "-x", package, UNPACKED], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.fail(f"Alertmanager is not here: put it on the PATH as `alertmanager` ({error})")


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
    file = folder / "alertmanager.yml"
    file.write_text(configuration(webhook, how_to).replace("key: KEY", f"key: {key}"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{held.getsockname()[1]}"
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
