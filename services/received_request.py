"""Received HTTP request: a page shown or a webhook looked at on this machine."""

import asyncio
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 1 << 20  # bytes of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """One request as it came in."""

    headers: dict[str, str]  # names in lower case
    body: bytes


async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> ReceivedRequest:
    """Take one request, answer that it was taken, and end the connection.

    Raises: asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError.
    """
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        length = min(int(headers.get("content-length", "0")), LONGEST)
        body = await reader.readexactly(length)
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        return ReceivedRequest(headers=headers, body=body)
    finally:
        writer.close()
