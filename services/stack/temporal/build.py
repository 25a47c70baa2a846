"""Temporal build: the official CLI, from the pinned module in temporal_cli/."""

import asyncio
import os
import shutil
import time
from pathlib import Path

from services.stack.progress import Say

MODULE = Path(__file__).with_name("temporal_cli")
PACKAGE = "github.com/temporalio/cli/cmd/temporal"
CLI_VERSION = "1.8.2"
LINKER = f"-s -w -X github.com/temporalio/cli/internal/temporalcli.Version={CLI_VERSION}"
SAY_EVERY = 10  # seconds
BUILD_SECONDS = 1800
KEPT_LINES = 5  # of the compiler's output, for the error


class TemporalNotBuilt(Exception):
    """There is no Go here, or the build failed."""


async def build(target: Path, say: Say) -> None:
    """Build the CLI from source and put it at `target`, saying how far it is.

    Raises: TemporalNotBuilt.
    """
    go = shutil.which("go")
    if go is None:
        raise TemporalNotBuilt("Go is not installed")
    say(f"Temporal: building the CLI {CLI_VERSION} from source (about four minutes, once)")
    packages = len(await run_go(go, "list", "-deps", PACKAGE))
    command = ["build", "-v", "-trimpath", f"-ldflags={LINKER}", "-o", str(target), PACKAGE]
    await run_go(go, *command, progress=Progress(say, packages))
    say("Temporal: built and kept for later starts")


class Progress:
    """Counts the packages that the compiler names and says so from time to time."""

    def __init__(self, say: Say, expected: int) -> None:
        self._say = say
        self._expected = expected
        self._seen = 0
        self._said_at = time.monotonic()

    def line(self) -> None:
        """Count one package."""
        self._seen += 1
        if time.monotonic() - self._said_at >= SAY_EVERY:
            self._said_at = time.monotonic()
            self._say(f"Temporal: compiled {self._seen} of at most {self._expected} packages")


async def run_go(go: str, *arguments: str, progress: Progress | None = None) -> list[str]:
    """Run the Go tool in the pinned module and return the lines it printed.

    Raises: TemporalNotBuilt.
    """
    process = await asyncio.create_subprocess_exec(
        go,
        *arguments,
        cwd=MODULE,
        env={**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(BUILD_SECONDS):
            lines = await printed(process, progress)
            code = await process.wait()
    except TimeoutError:
        raise TemporalNotBuilt(f"go {arguments[0]} took over {BUILD_SECONDS} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        raise TemporalNotBuilt(f"go {arguments[0]} failed: " + " | ".join(lines[-KEPT_LINES:]))
    return lines


async def printed(process: asyncio.subprocess.Process, progress: Progress | None) -> list[str]:
    """Collect a process's lines as they come."""
    lines: list[str] = []
    if process.stdout is not None:
        async for line in process.stdout:
            lines.append(line.decode(errors="replace").rstrip())
            if progress is not None:
                progress.line()
    return lines
