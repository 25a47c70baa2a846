"""Shown pages: pages for you, in the terminal that runs the system."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.header import decode_header, make_header

from events.values.plain_text import one_line
from services.received_request import ReceivedRequest, receive
from services.stack.ports import HOST, PortTaken


@asynccontextmanager
async def shown_pages(port: int, show: Callable[[str], None]) -> AsyncIterator[None]:
    """Take pages as an ntfy server would, and show each, while the block runs.

    Raises: PortTaken.
    """

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            show(page_text(await receive(reader, writer)))

    try:
        server = await asyncio.start_server(take, HOST, port)
    except OSError as taken:
        raise PortTaken(
            f"Port {port} (pages for you) is in use by another program."
            " End that program, or choose another port: TOCSIN_PAGES_PORT=…"
        ) from taken
    async with server:
        yield


def page_text(request: ReceivedRequest) -> str:
    """Return what a person reads of a page: what is wrong, and the link that takes it."""
    title = str(make_header(decode_header(request.headers.get("title", "A page"))))
    link = one_line(request.headers.get("click", ""))
    acknowledge = f"\n  to acknowledge it: {link}" if link else ""
    return f"\n>>> PAGE  {one_line(title)}{acknowledge}\n"
