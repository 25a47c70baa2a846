"""Apprise process: carries out one call and is gone; what hangs is killed."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[3]
COMMAND: Final = (sys.executable, "-B", "-m", f"{__package__}.call")
LOOKS_FOR: Final = 10.0  # seconds, to say what Apprise makes of a URL
PASSED_ON: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "SYSTEMROOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a call."""

    known: bool  # is the URL one that Apprise understands?
    taken: bool = False
    answers: tuple[Mapping[str, Any], ...] = ()  # status and retry_after of each request
    trouble: str = ""  # of the last request, where it has no answer: connect, timeout, lost
    address_blocked: bool = False


async def called(order: Mapping[str, Any]) -> Report | None:
    """Carry the order out and return the report; None from a process that died.

    Whoever stops waiting has ended it.
    """
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        cwd=ROOT,
    )
    try:
        output, _ = await process.communicate(line(order))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return report_in(output)


def looked_at(order: Mapping[str, Any]) -> Report | None:
    """Return what Apprise makes of a URL, in a thread that may wait; None if it does not say."""
    try:
        done = subprocess.run(  # noqa: S603  the command is ours; the URL is not in it
            COMMAND,
            input=line(order),
            capture_output=True,
            env=environment(),
            cwd=ROOT,
            timeout=LOOKS_FOR,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return report_in(done.stdout)


def line(order: Mapping[str, Any]) -> bytes:
    """Return the order as the process reads it: not among its arguments, which others may see."""
    return json.dumps(order).encode() + b"\n"


def report_in(output: bytes) -> Report | None:
    """Return the report on the last line."""
    lines = output.strip().splitlines()
    try:
        return Report(**json.loads(lines[-1])) if lines else None
    except (ValueError, TypeError):
        return None


def environment() -> dict[str, str]:
    """Return what the process knows of ours: no setting, no key and no proxy."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", **kept}
