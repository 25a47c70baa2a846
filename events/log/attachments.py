"""The bytes of attachments, kept beside the log under the hash that the log has of them."""

from hashlib import sha256
from uuid import UUID

from events.errors import LogRefused
from events.log.database import Database

KEEP = """
insert into es.attachment (incident_id, sha256, content) values ($1, $2, $3) on conflict do nothing
"""
FIND = "select content from es.attachment where incident_id = $1 and sha256 = $2"
DROP = "delete from es.attachment where incident_id = $1 and sha256 = $2"


async def keep_attachment(database: Database, incident_id: UUID, content: bytes) -> str:
    """Store the bytes, once for each incident, and return their hash in hex.

    Raises: LogUnavailable, NotStorable.
    """
    digest = sha256(content)
    await database.fetchval(KEEP, incident_id, digest.digest(), content)
    return digest.hexdigest()


async def find_attachment(database: Database, incident_id: UUID, digest: str) -> bytes | None:
    """Return the bytes with this hash, None if they were dropped.

    Raises: LogRefused (they are not what was stored), LogUnavailable.
    """
    content: bytes | None = await database.fetchval(FIND, incident_id, bytes.fromhex(digest))
    if content is not None and sha256(content).hexdigest() != digest:
        raise LogRefused("an attachment does not have the hash that the log has of it")
    return content


async def drop_attachment(database: Database, incident_id: UUID, digest: str) -> None:
    """Delete the bytes with this hash.

    Raises: LogUnavailable.
    """
    await database.fetchval(DROP, incident_id, bytes.fromhex(digest))
