"""Request bodies: read whole, within a size and a time, and as what they claim to be; or refused.

Every route reads its body here, or has it refused here, also where it declares none.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from email.message import Message
from typing import Any, Final

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from services.api.http.longest_list import refuse_longest_list
from services.request_refusals import (
    BodyNotTaken,
    BodyTooLarge,
    MediaTypeUnsupported,
    RequestMalformed,
    RequestTooSlow,
)
from services.strict_json import read_json

MAX_BODY: Final = 512 * 1024  # bytes
ARRIVAL_SECONDS: Final = 4.0  # of the whole body
_NONE: Final = "Leave the body out: this operation takes none."
ANSWER_SECONDS: Final = 0.25  # kept of the request's time, to say that the body was too slow


class StrictRequest(Request):
    """A request whose JSON was read strictly before anybody asked for it."""

    def __init__(self, request: Request, raw: bytes, value: Any) -> None:
        super().__init__(request.scope, _empty)
        self._body = self.raw = raw
        self._json = value


async def strictly_read(request: Request, *, required: bool) -> StrictRequest:
    """Return the request with its JSON body; an absent one may be allowed.

    Raises: MediaTypeUnsupported, BodyTooLarge, RequestTooSlow, RequestInvalid, BodyMalformed.
    """
    raw = await read_body(request)
    if not raw and not required:
        return StrictRequest(request, raw, None)
    require_json(request.scope)
    refuse_longest_list(raw)
    return StrictRequest(request, raw, read_json(raw))


async def without_body(request: Request) -> Request:
    """Return a request that has no body; nothing of one is kept.

    Raises: BodyNotTaken, RequestTooSlow, RequestMalformed.
    """
    if _announced(request):
        raise BodyNotTaken(_NONE)
    if "transfer-encoding" in request.headers:
        async with aclosing(_arriving(request)) as parts:
            async for part in parts:
                if part:
                    raise BodyNotTaken(_NONE)
        return StrictRequest(request, b"", None)
    return request


async def read_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """Return the body's bytes.

    Raises: MediaTypeUnsupported (compressed), BodyTooLarge, RequestTooSlow, RequestMalformed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise MediaTypeUnsupported("Send the body without Content-Encoding.")
    if _announced(request) > limit:
        raise BodyTooLarge(f"The body may have {limit} bytes.", limit=limit)
    if isinstance(request, StrictRequest) and len(request.raw) <= limit:
        return request.raw  # it has been read
    whole = bytearray()
    async with aclosing(_arriving(request)) as parts:
        async for part in parts:
            whole += part
            if len(whole) > limit:
                raise BodyTooLarge(f"The body may have {limit} bytes.", limit=limit)
    return bytes(whole)


async def _arriving(request: Request) -> AsyncGenerator[bytes]:
    try:
        async with asyncio.timeout_at(_arrived_by(request)):
            async for part in request.stream():
                yield part
    except TimeoutError:
        raise RequestTooSlow(f"The body has {ARRIVAL_SECONDS:.0f} seconds to arrive.") from None
    except ClientDisconnect:
        raise RequestMalformed(
            "The client closed the connection before the body was complete."
        ) from None


def _announced(request: Request) -> int:
    """Return the size that a request says its body has, in bytes; 0 if it says none."""
    announced = request.headers.get("content-length", "0")
    return int(announced[:20]) if announced.isascii() and announced.isdigit() else 0


def _arrived_by(request: Request) -> float:
    """Return until when the body has time: so that a slow one is refused before the deadline."""
    by = asyncio.get_running_loop().time() + ARRIVAL_SECONDS
    deadline: asyncio.Timeout | None = getattr(request.state, "deadline", None)
    answer_by = deadline.when() if deadline else None
    return by if answer_by is None else min(by, answer_by - ANSWER_SECONDS)


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
