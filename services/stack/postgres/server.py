"""PostgreSQL server: one cluster in the data directory, started and stopped with us."""

import asyncio
import json
import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil

from services.stack.ports import HOST, free_port
from services.stack.postgres.binaries import Account, PostgresFailedToStart, account, programs, run

DATABASE = "tocsin"
OWNER = "tocsin_owner"
APP = "tocsin_app"
PROJECTOR = "tocsin_projector"
NOTARY = "tocsin_notary"
ROLES = (OWNER, APP, PROJECTOR, NOTARY)
START_SECONDS = 60  # crash recovery of a large cluster included
STOP_SECONDS = 8

# Durability settings are left at PostgreSQL's defaults, which are the safe ones; migrations check.
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket path has a length limit, a data directory has none
    "max_connections": "200",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPostgres:
    """A server that answers on the loopback interface."""

    cluster: Path
    port: int
    passwords: dict[str, str] = field(repr=False)
    account: Account

    @property
    def owner_dsn(self) -> str:
        """Return the address for migrations, as superuser of the embedded cluster."""
        return self._dsn(OWNER)

    @property
    def app_dsn(self) -> str:
        """Return the address for api and worker. The role exists once migrations ran."""
        return self._dsn(APP)

    @property
    def projector_dsn(self) -> str:
        """Return the address for the projector. The role exists once migrations ran."""
        return self._dsn(PROJECTOR)

    @property
    def notary_dsn(self) -> str:
        """Return the address for the notary. The role exists once migrations ran."""
        return self._dsn(NOTARY)

    @property
    def pid(self) -> int | None:
        """Return the server's process id, None when it is not running."""
        return running_pid(self.cluster)

    async def stop(self) -> None:
        """End the server: clients are cut off, data is written; by force if that takes long."""
        if self.pid is None:
            return
        try:
            await pg_ctl(self.cluster, self.account, "stop", "-m", "fast", "-t", str(STOP_SECONDS))
        except PostgresFailedToStart:
            await self.kill()

    async def kill(self) -> None:
        """End the server as a power cut would; the next start recovers from the log."""
        if (pid := self.pid) is None:
            return
        server = psutil.Process(pid)
        family = [server, *server.children(recursive=True)]
        for process in family:
            send_kill(process.pid)
        await asyncio.to_thread(wait_for_the_end_of, family)

    def _dsn(self, role: str) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@{HOST}:{self.port}/{DATABASE}"


async def start_postgres(data: Path, port: int | None = None) -> RunningPostgres:
    """Start the cluster in `data` (made when missing) and return it once it answers.

    A server that an earlier, killed run left behind is taken over.
    Raises: PostgresFailedToStart.
    """
    data = await asyncio.to_thread(data.resolve)
    home = data / "postgres"
    under = await account()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    under.own(home)
    under.reach(home)
    cluster = home / "cluster"
    passwords = kept_passwords(data / "postgres-passwords.json")
    if not (cluster / "PG_VERSION").exists():
        await make_cluster(cluster, under, passwords[OWNER])
    port = await serve(cluster, under, port)
    server = RunningPostgres(cluster=cluster, port=port, passwords=passwords, account=under)
    await make_database(server)
    return server


async def make_cluster(cluster: Path, under: Account, password: str) -> None:
    """Run initdb: UTF-8, the same sort order on every machine, SCRAM passwords for everybody."""
    with password_file(cluster.parent / "initdb-password", under, password) as file:
        await run(
            programs() / "initdb",
            f"--pgdata={cluster}",
            f"--username={OWNER}",
            f"--pwfile={file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(f"--set={name}={value}" for name, value in SETTINGS.items()),
            under=under,
        )


async def serve(cluster: Path, under: Account, port: int | None) -> int:
    """Start the server unless it runs already, and return its port."""
    if running_pid(cluster) is not None:
        present = int((cluster / "postmaster.pid").read_text().splitlines()[3])
        if port in (None, present):
            return present
        await pg_ctl(cluster, under, "stop", "-m", "fast")
    (cluster / "postmaster.pid").unlink(missing_ok=True)  # its number may be another process by now
    port = free_port() if port is None else port
    log = cluster.parent / "server.log"
    try:
        await pg_ctl(
            cluster, under, "start", "-t", str(START_SECONDS), "-l", str(log), "-o", f"-p {port}"
        )
    except PostgresFailedToStart as failure:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:]) if log.exists() else ""
        raise PostgresFailedToStart(f"{failure}\n{tail}") from None
    return port


async def pg_ctl(cluster: Path, under: Account, action: str, *arguments: str) -> None:
    """Ask pg_ctl to do something to the cluster and wait until it is done.

    Raises: PostgresFailedToStart.
    """
    program = programs() / "pg_ctl"
    await run(program, f"--pgdata={cluster}", "--wait", "--silent", action, *arguments, under=under)


async def make_database(server: RunningPostgres) -> None:
    """Make the database at the first start."""
    maintenance = server.owner_dsn.removesuffix(DATABASE) + "postgres"
    connection = await asyncpg.connect(maintenance)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
            await connection.execute(f"create database {DATABASE}")
    finally:
        await connection.close()


def running_pid(cluster: Path) -> int | None:
    """Return the process id of the server that has this cluster open, if any."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
        server = psutil.Process(pid)
        return pid if server.name() == "postgres" and str(cluster) in server.cmdline() else None
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return None


def kept_passwords(path: Path) -> dict[str, str]:
    """Return the roles' passwords, made up once and kept for this user's eyes only."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if all(role in kept for role in ROLES):
        return kept
    made = {role: kept.get(role) or secrets.token_urlsafe(24) for role in ROLES}
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)  # whole or not at all: half a file would lock us out of the cluster
    return made


@contextmanager
def password_file(path: Path, under: Account, password: str) -> Iterator[Path]:
    """Hold a password in a file that only the server's account can read, for as long as needed."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password)
    try:
        under.own(path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def send_kill(pid: int) -> None:
    """Kill a process that may have ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_for_the_end_of(family: list[psutil.Process]) -> None:
    """Wait until all have ended, reaped or not: who reaps them differs between machines."""
    while any(is_alive(process) for process in family):
        time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """Say whether a process still runs; one that only waits to be reaped does not."""
    try:
        alive: bool = process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    return alive
