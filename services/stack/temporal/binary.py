"""Temporal binary: named, on PATH, kept from before, downloaded, or built."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from filelock import AsyncFileLock
from platformdirs import user_cache_path

from services.stack.progress import Say
from services.stack.temporal.build import TemporalNotBuilt, build
from services.stack.temporal.download import TemporalNotDownloaded, download

SERVER_VERSION = "1.31.2"  # inside the CLI that temporal_cli/go.mod pins
OLDEST_SERVER = (1, 29, 0)  # of a program we did not bring: older ones refuse our dynamic config
VERSION_SECONDS = 20  # the first run of a large program from a cold disk

WAYS_OUT = """\
No Temporal server was found. Any one of these helps:
  - set TOCSIN_TEMPORAL_ADDRESS=host:port to use a server that runs already
  - install the Temporal CLI (https://docs.temporal.io/cli), so that `temporal` is on PATH
  - set TOCSIN_TEMPORAL_CLI=/path/to/temporal
  - allow this machine to reach https://temporal.download, to fetch it
  - install Go (https://go.dev/dl), to build it from the Go module proxy (about four minutes, once)
  - run `docker compose up`, which brings its own server
What was tried:
"""

log = structlog.get_logger(__name__)


class TemporalNotFound(Exception):
    """There is no Temporal server, and no way to get one on this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalBinary:
    """A program that can start a server."""

    path: Path
    server_version: str
    source: str  # for people: where it came from


async def find_binary(
    say: Say, *, named: Path | None = None, cache: Path | None = None
) -> TemporalBinary:
    """Return the first `temporal` program that can be had: the cheapest way first.

    Raises: TemporalNotFound.
    """
    found = await present(named) or await obtained(say, cache or cache_folder())
    log.info(
        "temporal_chosen",
        source=found.source,
        path=str(found.path),
        server_version=found.server_version,
    )
    return found


async def present(named: Path | None) -> TemporalBinary | None:
    """Return the program that the operator named or installed, if any.

    Raises: TemporalNotFound (the named one does not work: never silently use another).
    """
    if named is not None:
        version = await server_version(named)
        if version is None:
            raise TemporalNotFound(
                f"TOCSIN_TEMPORAL_CLI names {named}, which is not a working Temporal CLI."
            )
        return TemporalBinary(path=named, server_version=version, source="TOCSIN_TEMPORAL_CLI")
    if (on_path := shutil.which("temporal")) is None:
        return None
    version = await server_version(Path(on_path))
    if version is None or numbers(version) < OLDEST_SERVER:
        log.warning("temporal_on_path_passed_over", path=on_path, server_version=version)
        return None
    return TemporalBinary(path=Path(on_path), server_version=version, source="PATH")


async def obtained(say: Say, cache: Path) -> TemporalBinary:
    """Return the program kept in the cache; when it is not there, download or build it once.

    Raises: TemporalNotFound.
    """
    kept = cache / f"server-{SERVER_VERSION}" / "temporal"
    if await server_version(kept) == SERVER_VERSION:
        return TemporalBinary(path=kept, server_version=SERVER_VERSION, source="cache")
    async with one_at_a_time(cache, say):
        if await server_version(kept) == SERVER_VERSION:  # the one we waited for has made it
            return TemporalBinary(path=kept, server_version=SERVER_VERSION, source="cache")
        return await fetched(say, kept)


async def fetched(say: Say, kept: Path) -> TemporalBinary:
    """Download the program, else build it, and keep it. Call under the lock.

    Raises: TemporalNotFound.
    """
    draft = made(kept.parent) / "temporal.new"
    draft.unlink(missing_ok=True)
    tried: list[str] = []
    for source, fetch in (("download", download), ("build", build)):
        try:
            await fetch(draft, say)
        except (TemporalNotDownloaded, TemporalNotBuilt) as reason:
            say(f"Temporal: {source} did not work: {reason}")
            tried.append(f"  - {source}: {reason}")
            continue
        if (version := await server_version(draft)) is None:
            tried.append(f"  - {source}: the program does not run on this machine")
            continue
        return keep(draft, kept, version, source)
    raise TemporalNotFound(WAYS_OUT + "\n".join(tried))


def keep(draft: Path, kept: Path, version: str, source: str) -> TemporalBinary:
    """Put a finished program in its place, whole or not at all."""
    draft.chmod(0o755)
    draft.replace(kept)
    return TemporalBinary(path=kept, server_version=version, source=source)


@asynccontextmanager
async def one_at_a_time(cache: Path, say: Say) -> AsyncIterator[None]:
    """Hold the cache's lock, so that two starts never fetch or build twice."""
    lock = AsyncFileLock(made(cache) / "lock", run_in_executor=False)
    if not await acquired_at_once(lock):
        say("Temporal: another start is fetching it; waiting for that one")
        await lock.acquire()
    try:
        yield
    finally:
        await lock.release()


async def acquired_at_once(lock: AsyncFileLock) -> bool:
    """Say whether the lock was free, and take it if so."""
    try:
        await lock.acquire(timeout=0)
    except TimeoutError:
        return False
    return True


async def server_version(program: Path) -> str | None:
    """Return the version of the server inside a Temporal CLI, None when it is not a working one."""
    if not os.access(program, os.X_OK):
        return None
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            "--version",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), VERSION_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    match = re.search(rb"Server (\d+\.\d+\.\d+)", printed)
    return match.group(1).decode() if match else None


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare."""
    return tuple(int(part) for part in version.split("."))


def made(folder: Path) -> Path:
    """Return a folder that exists."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def cache_folder() -> Path:
    """Return where this user's Temporal program is kept between projects and clones."""
    return user_cache_path("tocsin") / "temporal"
