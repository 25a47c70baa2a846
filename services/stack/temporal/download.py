"""Temporal download: the SDK's own download of the CLI, into a file of ours."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import httpx
from temporalio.testing import WorkflowEnvironment

from services.stack.progress import Say

DOWNLOADS = "https://temporal.download"
CLI_VERSION = "v1.8.2"  # the same as temporal_cli/go.mod pins
REACH_SECONDS = 10
DOWNLOAD_SECONDS = 300


class TemporalNotDownloaded(Exception):
    """The download site could not be reached, or what it gave does not work."""


async def download(target: Path, say: Say) -> None:
    """Let the SDK download the CLI, and put it at `target`.

    Raises: TemporalNotDownloaded.
    """
    await reach()
    say(f"Temporal: downloading the CLI {CLI_VERSION} from {DOWNLOADS}")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            async with asyncio.timeout(DOWNLOAD_SECONDS):
                started = await WorkflowEnvironment.start_local(
                    download_dest_dir=folder, dev_server_download_version=CLI_VERSION
                )
            await started.shutdown()
        except (RuntimeError, TimeoutError) as reason:
            raise TemporalNotDownloaded(str(reason) or "it took too long") from reason
        await asyncio.to_thread(take, Path(folder), target)


def take(folder: Path, target: Path) -> None:
    """Move what the SDK left in its folder to `target`.

    Raises: TemporalNotDownloaded.
    """
    program = max(folder.iterdir(), key=lambda file: file.stat().st_size, default=None)
    if program is None:
        raise TemporalNotDownloaded("the SDK left no program behind")
    shutil.move(program, target)


async def reach() -> None:
    """Ask whether the site answers at all: the SDK itself waits much longer than people do.

    Raises: TemporalNotDownloaded.
    """
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(REACH_SECONDS):
            await client.head(DOWNLOADS)
    except (httpx.HTTPError, TimeoutError) as reason:
        raise TemporalNotDownloaded(f"{DOWNLOADS} cannot be reached ({reason})") from reason
