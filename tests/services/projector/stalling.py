"""A line to PostgreSQL that breaks off in the middle of a statement, and stays open."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from tests.servers import Database

PARSE = b"P"


class Stall:
    """Forwards until a statement that is looked for was sent; stops after the Parse of the next."""

    def __init__(self, after: bytes) -> None:
        self._after = after
        self.stalled = asyncio.Event()

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send on what a client says to the server."""
        armed = False
        while not self.stalled.is_set() and (part := await reader.read(65_536)):
            writer.write(part)
            await writer.drain()
            if armed and part.startswith(PARSE):
                self.stalled.set()
                await asyncio.Event().wait()  # neither a word nor the end
            armed = armed or self._after in part


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65_536):
        writer.write(part)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def stalling(database: Database, stall: Stall) -> AsyncIterator[Database]:
    """Yield the database as it is seen over such a line."""
    parts = urlsplit(database.owner_dsn)
    tasks: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, line = await asyncio.open_connection(parts.hostname, parts.port)
        writers.extend((writer, line))
        tasks.append(asyncio.create_task(stall.forward(reader, line)))
        tasks.append(asyncio.create_task(answer(answers, writer)))

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    account = parts.netloc.rpartition("@")[0]
    try:
        yield Database(owner_dsn=parts._replace(netloc=f"{account}@127.0.0.1:{port}").geturl())
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.close()
        await asyncio.gather(*(one.wait_closed() for one in writers), return_exceptions=True)
