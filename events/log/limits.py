"""Append limits: what the log refuses before a database is asked: too large, or not text."""

from events.errors import AppendTooLarge, NotStorable
from events.log.recorded import Append

MAX_APPEND_BYTES = 256 * 1024  # payloads, metadata and outbox of one request
MAX_NAME_BYTES = 200  # stream, type, outbox kind
MAX_KEY_BYTES = 400  # outbox key
MAX_META_BYTES = 16 * 1024
MAX_SCHEMA_VERSION = 2**31 - 1
DIGEST_BYTES = 32  # SHA-256


def append_size(request: Append, meta: bytes) -> int:
    """Return the bytes a request brings to the log.

    Raises: AppendTooLarge, NotStorable.
    """
    require_name("stream", request.stream, MAX_NAME_BYTES)
    if len(request.request_digest) != DIGEST_BYTES:
        raise NotStorable("A request digest is the 32 bytes of a SHA-256.")
    for event in request.events:
        require_name("type", event.type, MAX_NAME_BYTES)
        if not 0 < event.schema_version <= MAX_SCHEMA_VERSION:
            raise NotStorable("A schema version is a number from 1.")
    for entry in request.outbox:
        require_name("kind", entry.kind, MAX_NAME_BYTES)
        require_name("key", entry.key, MAX_KEY_BYTES)
    if len(meta) > MAX_META_BYTES:
        raise AppendTooLarge(
            f"The metadata has {len(meta)} bytes; {MAX_META_BYTES} are allowed.",
            size=len(meta),
            limit=MAX_META_BYTES,
        )
    size = (
        sum(len(event.payload) + len(meta) for event in request.events)
        + sum(len(entry.body) for entry in request.outbox)
        + len(meta)
    )
    if size > MAX_APPEND_BYTES:
        raise AppendTooLarge(
            f"The request brings {size} bytes to the log; {MAX_APPEND_BYTES} are allowed.",
            size=size,
            limit=MAX_APPEND_BYTES,
        )
    return size


def require_name(what: str, name: str, longest: int) -> None:
    """Refuse a name PostgreSQL could not keep.

    Raises: NotStorable.
    """
    try:
        length = len(name) if name.isascii() else len(name.encode())
    except UnicodeEncodeError:
        raise NotStorable(f"The {what} contains an unpaired UTF-16 surrogate.") from None
    if not 0 < length <= longest or "\x00" in name:
        raise NotStorable(f"A {what} has 1 to {longest} bytes of UTF-8, none of them NUL.")
