"""Attachment bytes, stored beside the log under the hash that the log has of them."""

from hashlib import sha256
from uuid import UUID

from events.errors import AttachmentForged
from events.log.database import Database

KEEP = """
insert into es.attachment (incident_id, sha256, content) values ($1, $2, $3) on conflict do nothing
returning true
"""
FIND = "select content from es.attachment where incident_id = $1 and sha256 = $2"
HAS = "select exists (select from es.attachment where incident_id = $1 and sha256 = $2)"
DROP = "delete from es.attachment where incident_id = $1 and sha256 = $2 returning content"


async def keep_attachment(database: Database, incident_id: UUID, content: bytes) -> str:
    """Store the bytes, once for each incident, and return their hash in hex.

    Raises: AttachmentForged (others are stored under their hash), LogUnavailable, NotStorable.
    """
    digest = sha256(content)
    if not await database.fetchval(KEEP, incident_id, digest.digest(), content):
        await find_attachment(database, incident_id, digest.hexdigest())
    return digest.hexdigest()


async def find_attachment(database: Database, incident_id: UUID, digest: str) -> bytes | None:
    """Return the bytes with this hash, None if they were dropped.

    Raises: AttachmentForged (they have another hash), LogUnavailable.
    """
    content = await stored_attachment(database, incident_id, digest)
    if content is not None and sha256(content).hexdigest() != digest:
        raise forged(incident_id, digest, "are others")
    return content


async def stored_attachment(database: Database, incident_id: UUID, digest: str) -> bytes | None:
    """Return what is stored under a hash, whether it has that hash or not; None: nothing is.

    Raises: LogUnavailable.
    """
    content: bytes | None = await database.fetchval(FIND, incident_id, bytes.fromhex(digest))
    return content


def forged(incident_id: UUID, digest: str, how: str) -> AttachmentForged:
    """Return the refusal of bytes that the log did not see."""
    return AttachmentForged(
        f"The log has the hash {digest} of this file, and the stored bytes {how}: they were changed"
        " behind the log's back.",
        sha256=digest,
        incident_id=str(incident_id),
    )


async def has_attachment(database: Database, incident_id: UUID, digest: str) -> bool:
    """Say whether there are bytes with this hash.

    Raises: LogUnavailable.
    """
    there: bool = await database.fetchval(HAS, incident_id, bytes.fromhex(digest))
    return there


async def drop_attachment(database: Database, incident_id: UUID, digest: str) -> bytes | None:
    """Delete the bytes with this hash and return them, None if they were gone.

    Raises: LogUnavailable.
    """
    content: bytes | None = await database.fetchval(DROP, incident_id, bytes.fromhex(digest))
    return content
