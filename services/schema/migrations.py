"""Migrations: the log's, the read models' and the roles, up to this version's schema."""

import base64
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

import events.log
from services.schema.read_models import beside_the_live, read_models

APP = "tocsin_app"
PROJECTOR = "tocsin_projector"
NOTARY = "tocsin_notary"
LOCK = 0x746F6373696E  # "tocsin": one migration at a time in a database
SCRAM_ROUNDS = 4096  # PostgreSQL's own default

LOG_FOLDER = Path(events.log.__file__).parent / "sql" / "migrations"

UNSAFE = {
    "fsync": {"off"},
    "full_page_writes": {"off"},
    "synchronous_commit": {"off"},
}

# Only `transaction_timeout` covers a client that is frozen between two messages of one statement:
# its backend is active, and waits for it. Older servers do not have it.
OLDEST = 170_000  # server_version_num
# A client that takes nothing of an answer, or whose machine is gone; in seconds and milliseconds.
LINE = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
SESSION = {
    "TimeZone": "UTC",
    **LINE,
}  # rows are read as JSON, with the session's zone
# A hung client must not hold locks, and no request waits longer than its caller would.
ROLE_SETTINGS = {
    APP: {
        "lock_timeout": "2s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        "transaction_timeout": "10s",
        **SESSION,
    },
    PROJECTOR: {
        "lock_timeout": "5s",
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "60s",
        "transaction_timeout": "120s",  # a rebuild writes large portions
        **SESSION,
    },
    NOTARY: {
        "lock_timeout": "2s",
        "statement_timeout": "5s",
        "idle_in_transaction_session_timeout": "5s",
        "transaction_timeout": "10s",
        **SESSION,
    },
}
# Of the session that migrates: one that is frozen gives its lock and its tables back.
MIGRATING = {
    "application_name": "tocsin migrate",
    "idle_session_timeout": "60s",
    "idle_in_transaction_session_timeout": "10s",
    "transaction_timeout": "1h",  # an index over a large log takes its time
    **LINE,
}

type Say = Callable[[str], None]  # a line for people

LEDGER = """
create schema if not exists es;
create schema if not exists read;
create table if not exists es.migration (
    name text primary key,
    checksum bytea not null,
    applied_at timestamptz not null default clock_timestamp()
);
"""

READ_GRANTS = f"""
revoke all on schema read from public;
grant usage on schema read to {APP}, {PROJECTOR};
grant select on all tables in schema read to {APP};
grant select, insert, update, delete, truncate on all tables in schema read to {PROJECTOR};
grant usage on all sequences in schema read to {PROJECTOR};
"""

log = structlog.get_logger(__name__)


class MigrationRefused(Exception):
    """The database cannot be used as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One piece of SQL, applied as a whole in one transaction."""

    name: str
    sql: str
    repeatable: bool  # applied again whenever its text changes; written to be idempotent

    @property
    def checksum(self) -> bytes:
        """Return the digest that tells whether the text is the one applied."""
        return hashlib.sha256(self.sql.encode()).digest()


def noted(line: str) -> None:
    """Tell the process's log how far the migrations are."""
    log.info("migrating", step=line)


async def migrate(
    owner_dsn: str,
    *,
    app_password: str,
    projector_password: str,
    notary_password: str | None = None,
    say: Say = noted,
) -> list[str]:
    """Apply what is missing and return its names; safe to run from several processes at once.

    Killed at any point, it goes on at the next run with the migration it was in. Without a password
    the notary's role exists and nobody can log in with it.
    Raises: MigrationRefused (unsafe server settings, a standby, an applied file that was edited).
    """
    async with exclusive(owner_dsn) as connection:
        await require_durable(connection)
        await connection.execute(LEDGER)
        passwords = {APP: app_password, PROJECTOR: projector_password, NOTARY: notary_password}
        for role, password in passwords.items():
            await make_role(connection, role, password)
        applied = [one.name for one in migrations() if await apply(connection, one, say)]
        await connection.execute(READ_GRANTS)
        return applied


@asynccontextmanager
async def exclusive(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Hold the only connection that may migrate this database."""
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        await require_new_enough(connection)
        for name, value in MIGRATING.items():
            await connection.execute("select set_config($1, $2, false)", name, value)
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        yield connection
    finally:
        await connection.close()  # gives the lock back


async def require_new_enough(connection: asyncpg.Connection) -> None:
    """Refuse a server that cannot end the transaction of a frozen client.

    Raises: MigrationRefused.
    """
    if int(await connection.fetchval("show server_version_num")) < OLDEST:
        version = await connection.fetchval("show server_version")
        raise MigrationRefused(
            f"this is PostgreSQL {version}: take 17 or newer, which ends the transactions of"
            " clients that are frozen"
        )


async def require_durable(connection: asyncpg.Connection) -> None:
    """Refuse a server that forgets what it acknowledged, or that cannot be written to.

    Raises: MigrationRefused.
    """
    for name, bad in UNSAFE.items():
        value = await connection.fetchval("select current_setting($1)", name)
        if value in bad:
            raise MigrationRefused(
                f"PostgreSQL runs with {name} = {value}, so an acknowledged event could be lost:"
                f" set {name} = on"
            )
    if await connection.fetchval("select pg_is_in_recovery()"):
        raise MigrationRefused("this PostgreSQL is a standby: give the address of the primary")


def migrations() -> Iterator[Migration]:
    """Yield every migration in the order to apply: the log by number, then the read models."""
    for path in sorted(LOG_FOLDER.glob("*.sql")):
        if re.fullmatch(r"\d{4}_\w+", path.stem) is None:
            raise MigrationRefused(f"{path.name}: a migration is called NNNN_name.sql")
        yield Migration(name=f"log/{path.stem}", sql=path.read_text("utf-8"), repeatable=False)
    for name, sql in read_models().items():
        yield Migration(name=f"read/{name}", sql=sql, repeatable=True)


async def apply(connection: asyncpg.Connection, migration: Migration, say: Say) -> bool:
    """Apply one migration unless it is there already; say whether it was applied.

    Raises: MigrationRefused.
    """
    present = await connection.fetchval(
        "select checksum from es.migration where name = $1", migration.name
    )
    if present == migration.checksum:
        return False
    if present is not None and not migration.repeatable:
        raise MigrationRefused(
            f"{migration.name} was edited after it was applied to this database: put the old text"
            " back and write the change as a new migration; a database that an unreleased version"
            " made is made anew"
        )
    say(f"{migration.name} …")
    began = time.monotonic()
    async with connection.transaction():
        if migration.repeatable and present is not None:
            async with beside_the_live(connection, migration.name.removeprefix("read/")):
                await connection.execute(migration.sql)
        else:
            await connection.execute(migration.sql)
        await connection.execute(
            "insert into es.migration (name, checksum) values ($1, $2)"
            " on conflict (name) do update"
            " set checksum = excluded.checksum, applied_at = clock_timestamp()",
            migration.name,
            migration.checksum,
        )
    say(f"{migration.name}: applied in {1000 * (time.monotonic() - began):.0f} ms")
    return True


async def make_role(connection: asyncpg.Connection, role: str, password: str | None) -> None:
    """Make a login role or bring its password and limits up to date."""
    if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
        await connection.execute(f"create role {role} login")
    if password is not None:
        await connection.execute(f"alter role {role} login password '{scram_verifier(password)}'")
    for name, value in ROLE_SETTINGS[role].items():
        await connection.execute(f"alter role {role} set {name} = '{value}'")


def scram_verifier(password: str) -> str:
    """Return what PostgreSQL stores for a password, so that its log never sees the password.

    Source: RFC 5803; PostgreSQL "Password Authentication", pg_authid.
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ROUNDS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (
        base64.b64encode(part).decode() for part in (salt, stored, server)
    )
    return f"SCRAM-SHA-256${SCRAM_ROUNDS}:{salt_text}${stored_text}:{server_text}"
