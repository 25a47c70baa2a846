"""Request bodies: read whole, within a size and a time, and as what they claim to be."""

import asyncio
from email.message import Message
from typing import Any, Final

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from services.api.refusals import (
    BodyTooLarge,
    MediaTypeUnsupported,
    RequestMalformed,
    RequestTooSlow,
)
from services.api.strict_json import read_json

MAX_BODY: Final = 512 * 1024  # bytes
ARRIVAL_SECONDS: Final = 4.0  # of the whole body


class StrictRequest(Request):
    """A request whose JSON was read strictly before anybody asked for it."""

    def __init__(self, request: Request, raw: bytes, value: Any) -> None:
        super().__init__(request.scope, _empty)
        self._body = raw
        self._json = value


async def strictly_read(request: Request, *, required: bool) -> StrictRequest:
    """Return the request with its JSON body; an absent one may be allowed.

    Raises: MediaTypeUnsupported, BodyTooLarge, RequestTooSlow, BodyMalformed.
    """
    raw = await read_body(request)
    if not raw and not required:
        return StrictRequest(request, raw, None)
    require_json(request.scope)
    return StrictRequest(request, raw, read_json(raw))


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Return the body's bytes.

    Raises: MediaTypeUnsupported (compressed), BodyTooLarge, RequestTooSlow, RequestMalformed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeUnsupported("Send the body without Content-Encoding.")
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limit:
        raise BodyTooLarge(f"The body may have {limit} bytes.", limit=limit)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > limit:
                    raise BodyTooLarge(f"The body may have {limit} bytes.", limit=limit)
                parts.append(part)
    except TimeoutError:
        raise RequestTooSlow(f"The body has {ARRIVAL_SECONDS:.0f} seconds to arrive.") from None
    except ClientDisconnect:
        raise RequestMalformed("The caller left before the body was whole.") from None
    return b"".join(parts)


def require_json(scope: Scope) -> None:
    """Let JSON in UTF-8 pass.

    Raises: MediaTypeUnsupported.
    """
    header = Message()
    header["content-type"] = Request(scope).headers.get("content-type", "")
    charset = header.get_param("charset", "utf-8")
    if header.get_content_type() != "application/json" or str(charset).lower() != "utf-8":
        raise MediaTypeUnsupported("Send Content-Type: application/json, in UTF-8.")


async def _empty() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}
