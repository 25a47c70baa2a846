"""Data directory: everything that a one-machine stack keeps, and its lock."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

SECRET_BYTES = 32
STACK_NOTE = "stack.json"
STACK_LOCK = "stack.lock"
LOOK_SECONDS = 1.0  # whoever looks whether a stack runs holds its lock for a moment


class StackRunsAlready(Exception):
    """Another stack uses this data directory."""


@contextmanager
def held(data: Path) -> Iterator[Path]:
    """Hold the data directory (made when missing) for one stack alone.

    Raises: StackRunsAlready. The lock ends with the process, however that ends.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = data / STACK_NOTE
    lock = FileLock(data / STACK_LOCK)
    try:
        lock.acquire(timeout=LOOK_SECONDS)
    except Timeout:
        raise StackRunsAlready(
            f"A stack runs already on {data} (process {holder(note)})."
            " End it with Ctrl-C or `kill`, or use another directory: TOCSIN_DATA=…"
        ) from None
    try:
        _note(note, {"pid": os.getpid()})
        yield data
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def announce(data: Path, *, api_url: str, temporal_address: str, web_url: str = "") -> None:
    """Write down where the stack that holds the directory is found, for programs beside it."""
    where = {"api_url": api_url, "temporal_address": temporal_address, "web_url": web_url}
    _note(data / STACK_NOTE, {"pid": os.getpid(), **where})


def running_stack_url(data: Path) -> str | None:
    """Return where the API of the stack on this directory is, None if none runs."""
    return _announced(data, "api_url")


def running_web_url(data: Path) -> str | None:
    """Return where people find the stack on this directory in a browser, None if none runs."""
    return _announced(data, "web_url")


def running_temporal_address(data: Path) -> str | None:
    """Return which Temporal the stack on this directory uses, None if none runs."""
    return _announced(data, "temporal_address")


def _announced(data: Path, name: str) -> str | None:
    """Return what a stack that runs now has written down: the note outlives one that was killed."""
    lock = FileLock(data / STACK_LOCK)
    if not Path(lock.lock_file).exists():
        return None
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _noted(data / STACK_NOTE).get(name)
    lock.release()
    return None


def _note(note: Path, content: dict[str, Any]) -> None:
    """Replace the note at once, so that nobody reads half of one."""
    new = note.with_suffix(".new")
    new.write_text(json.dumps(content))
    new.replace(note)


def _noted(note: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(note.read_text())
    except (OSError, ValueError):
        return {}
    return content


def holder(note: Path) -> str:
    """Return the process id that the running stack wrote down."""
    return str(_noted(note).get("pid", "unknown"))


def made_up_secret() -> str:
    """Return text that nobody can guess."""
    return secrets.token_urlsafe(SECRET_BYTES)


def kept_secret(data: Path, name: str, made_up: Callable[[], str] = made_up_secret) -> str:
    """Return a secret that was made up once and is kept for this user's eyes only."""
    path = data / name
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    secret = made_up()
    with os.fdopen(file, "w") as kept:
        kept.write(secret)
    return secret


def log_file(data: Path, part: str) -> Path:
    """Return where a part of the stack writes its log."""
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder / f"{part}.log"


def state_file(data: Path) -> Path:
    """Return where the Temporal server keeps its state."""
    return data.resolve() / "temporal.db"
