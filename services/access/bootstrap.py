"""First API key: made for a one-machine installation whose data directory has none that opens."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from events.actor import Actor
from events.configuration.api_key import ApiKeyCreated, ApiScope, CreateApiKey, api_key_decider
from events.handle import handle
from events.ids import ApiKeyId, api_key_stream
from events.loading import load
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.log.store import Log
from services.access.secret_keys import NewKey, new_key, parse_key

KEY_FILE: Final = "development-key"
PRINCIPAL: Final = "installation:development"


async def ensure_development_key(app_dsn: str, data: Path) -> str | None:
    """Return a new admin key if the one kept in the data directory opens nothing, else None.

    The key is kept in a file that only its user can read. A key that was revoked, or whose log is
    gone, is replaced.
    Raises: LogUnavailable, OSError.
    """
    log = await PostgresLog.open(app_dsn)
    try:
        return await ensure_key(log, data / KEY_FILE)
    finally:
        await log.close()


async def ensure_key(log: Log, file: Path) -> str | None:
    """Return a new admin key if the file holds none that this log knows, else None."""
    now = datetime.now(UTC)
    if await opens(log, kept_in(file), now):
        return None
    key = new_key("key")
    keep(file, key.text)  # first: a key in the log that nobody holds could never be found again
    await store(log, key, now)
    return key.text


async def opens(log: Log, text: str, now: datetime) -> bool:
    """Return whether the text is a key that the log would let in."""
    shown = parse_key(text)
    if shown is None or shown.kind != "key":
        return False
    key, _ = await load(log, api_key_decider, api_key_stream(ApiKeyId(shown.key_id)))
    return isinstance(key, ApiKeyCreated) and shown.matches(key.secret_hash) and key.opens_at(now)


async def store(log: Log, key: NewKey, now: datetime) -> None:
    """Let the log know of the key."""
    command = CreateApiKey(
        api_key_id=ApiKeyId(key.key_id),
        name="development key",
        scopes=(ApiScope.ADMIN,),
        responder_id=None,
        secret_hash=key.secret_hash,
        expires_at=None,
        actor=Actor(principal=PRINCIPAL, is_admin=True),
        at=now,
    )
    await handle(
        log,
        api_key_decider,
        api_key_stream(command.api_key_id),
        command,
        command_id=uuid4(),
        request_digest=bytes.fromhex(key.secret_hash),
        metadata=Metadata(principal=PRINCIPAL, via="cli"),
    )


def kept_in(file: Path) -> str:
    """Return what the file holds; nothing readable is no key."""
    try:
        return file.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def keep(file: Path, text: str) -> None:
    """Write the file whole or not at all, for this user's eyes only."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(text + "\n")
        kept.flush()
        os.fsync(kept.fileno())
    draft.replace(file)
