"""Streamed request body: read as it arrives, in small pieces, with room for others in between."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from services.api.http.headway import made_headway
from services.request_refusals import RequestMalformed, RequestTooSlow

MAX_BODY: Final = 128 * 1024 * 1024  # bytes; what is beyond is not read
PIECE: Final = 32 * 1024  # bytes parsed without a look at other requests: some milliseconds
PART_SECONDS: Final = 4.0  # for the next part to arrive
ARRIVAL_SECONDS: Final = 60.0  # for the whole
_ANY_HEADER: Final = 32 + zlib.MAX_WBITS  # gzip's or zlib's


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in small pieces, inflated where it was compressed, up to MAX_BODY bytes.

    Raises: RequestTooSlow, RequestMalformed (the sender left).
    """
    encoding = request.headers.get("content-encoding", "identity").lower()
    inflate = zlib.decompressobj(_ANY_HEADER) if encoding in {"gzip", "deflate"} else None
    left = MAX_BODY
    async for part in _parts_of(request):
        for piece in _cut(part) if inflate is None else _inflated(inflate, part):
            made_headway(request)
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return
            await asyncio.sleep(0)


async def _parts_of(request: Request) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    due = loop.time() + ARRIVAL_SECONDS
    parts = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout_at(min(due, loop.time() + PART_SECONDS)):
                part = await anext(parts)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise RequestTooSlow("The body stopped arriving.") from None
        except ClientDisconnect:
            raise RequestMalformed("The caller left before the body was whole.") from None
        yield part  # outside of the time: what is done with it does not count


def _cut(part: bytes) -> list[bytes]:
    return [part[start : start + PIECE] for start in range(0, len(part), PIECE)]


def _inflated(inflate: "zlib._Decompress", part: bytes) -> Iterator[bytes]:
    """Yield what the part holds; from a fault on nothing, as if the body had ended there."""
    try:
        while part:
            piece = inflate.decompress(part, PIECE)
            part = inflate.unconsumed_tail
            if piece:
                yield piece
    except zlib.error:
        return
