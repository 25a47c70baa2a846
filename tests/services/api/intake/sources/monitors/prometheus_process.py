"""A real Prometheus that watches one machine, and posts its alerts as the how-to shows."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import httpx

from services.stack.ports import free_port
from tests.debian import debian_program
from tests.eventually import eventually

HOW_TO: Final = Path("docs/how-to/connect-prometheus.md")
RULE: Final = """\
groups:
  - name: machines
    rules:
      - alert: InstanceDown
        expr: up == 0
        labels: {severity: sev2}
        annotations: {summary: "{{ $labels.instance }} is down"}
"""


@dataclass
class Machine:
    """A machine that Prometheus watches: it answers while it is up."""

    port: int
    _server: asyncio.Server | None = None

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self.port)

    async def down(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b"works 1\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()


@dataclass(frozen=True)
class Prometheus:
    """A running Prometheus, with what it counts of itself."""

    http: httpx.AsyncClient
    machine: Machine

    async def counted(self, name: str) -> float:
        """Return the sum of a counter of its own."""
        shown = (await self.http.get("/metrics")).text
        return sum(
            float(one) for one in re.findall(rf"^{name}(?:\{{.*\}})? (\S+)$", shown, re.MULTILINE)
        )


def shown_configurations() -> list[str]:
    """Return the how-to's configurations, one for each place where the key may stand."""
    return re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text(), re.DOTALL)


@asynccontextmanager
async def running_prometheus(
    folder: Path, shown: str, address: str, key: str
) -> AsyncIterator[Prometheus]:
    """Run it with the how-to's configuration for this address, and rounds shorter than people's."""
    own, machine = free_port(), Machine(free_port())
    (folder / "rules.yml").write_text(RULE)
    (folder / "key").write_text(f"{key}\n")
    configured = shown.replace("KEY", key).replace("127.0.0.1:8080", address)
    configured = re.sub(r"credentials_file: \S+", f"credentials_file: {folder / 'key'}", configured)
    file = folder / "prometheus.yml"
    file.write_text(f"""\
global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}}
rule_files: [rules.yml]
scrape_configs:
  - job_name: machines
    static_configs: [targets: ["127.0.0.1:{machine.port}"]]
{configured}""")
    process = await asyncio.create_subprocess_exec(
        debian_program("prometheus", "prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{own}",
        "--rules.alert.resend-delay=500ms",
        "--log.level=warn",
    )
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{own}", trust_env=False, timeout=30
        ) as http:
            await eventually("Prometheus is ready", partial(_ready, http))
            yield Prometheus(http, machine)
    finally:
        await machine.down()
        process.terminate()
        await process.wait()


async def _ready(http: httpx.AsyncClient) -> bool:
    return (await http.get("/-/ready")).is_success
