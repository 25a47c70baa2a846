"""File uploads: small, of a kind that is taken, and what they claim to be."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Request

from services.api.http.authentication import TheCaller
from services.api.http.bodies import read_body
from services.api.http.formats import Line
from services.api.writing.idempotency import identity_for
from services.commanding.identity import Identity
from services.request_refusals import Invalid, MediaTypeUnsupported, RequestInvalid

MAX_ATTACHMENT: Final = 2 * 1024 * 1024  # bytes; the table's own limit


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


# What is taken, and how it shows that it is that. No HTML and no SVG: both run scripts.
MEDIA_TYPES: Final[dict[str, Callable[[bytes], bool]]] = {
    "image/png": _starts(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": _starts(b"\xff\xd8\xff"),
    "image/gif": _starts(b"GIF87a", b"GIF89a"),
    "image/webp": _webp,
    "application/pdf": _starts(b"%PDF-"),
    "application/gzip": _starts(b"\x1f\x8b"),
    "application/json": _text,
    "text/plain": _text,
    "text/csv": _text,
}

BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
REQUEST_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, BINARY)}
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file, and the request that brought it."""

    name: str
    media_type: str
    content: bytes
    identity: Identity


async def upload_of(
    request: Request,
    caller: TheCaller,
    name: Annotated[Line, Query(description="The file's name.", examples=["errors.png"])],
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes a retry safe: the same key again gets the first answer.",
            min_length=1,
            max_length=255,
            pattern="^[\x21-\x7e]+$",
        ),
    ] = None,
) -> Upload:
    """Return the file that a request brings.

    Raises: MediaTypeUnsupported, BodyTooLarge, RequestTooSlow, RequestInvalid.
    """
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    media_type = header.get_content_type()
    looks_right = MEDIA_TYPES.get(media_type)
    if looks_right is None or not request.headers.get("content-type"):
        raise MediaTypeUnsupported(f"Send one of these: {', '.join(MEDIA_TYPES)}.")
    content = await read_body(request, MAX_ATTACHMENT)
    if not content or not looks_right(content):
        raise RequestInvalid(
            Invalid(field="body", reason="The file is empty, or not of its Content-Type.")
        )
    asked = {"name": name, "media_type": media_type, "sha256": sha256(content).hexdigest()}
    return Upload(
        name=name,
        media_type=media_type,
        content=content,
        identity=identity_for(request, caller, idempotency_key, asked),
    )


TheUpload = Annotated[Upload, Depends(upload_of)]
