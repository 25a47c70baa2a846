"""The line to a server, which a test can cut, mend, and make lose the answers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from services.stack.ports import free_port


class Line:
    """A port that leads to a server, or nowhere."""

    def __init__(self, server: str) -> None:
        self._host, _, port = server.rpartition(":")
        self._port = int(port)
        self._own_port = free_port()
        self._listening: asyncio.Server | None = None
        self._flows: set[asyncio.Task[None]] = set()
        self.deaf_to: bytes | None = None  # once a caller has said this, it hears no answer

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._own_port}"

    async def mend(self) -> None:
        self._listening = await asyncio.start_server(self._forward, "127.0.0.1", self._own_port)

    async def cut(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for flow in self._flows:
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def _forward(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, there = await asyncio.open_connection(self._host, self._port)
        deaf = asyncio.Event()

        def said(chunk: bytes) -> bool:
            if self.deaf_to is not None and self.deaf_to in chunk:
                deaf.set()
            return True

        def answered(_: bytes) -> bool:
            return not deaf.is_set()

        for source, sink, passes in ((near, there, said), (far, back, answered)):
            flow = asyncio.create_task(pump(source, sink, passes))
            self._flows.add(flow)
            flow.add_done_callback(self._flows.discard)


async def pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, passes: Callable[[bytes], bool]
) -> None:
    with suppress(OSError):
        try:
            while chunk := await source.read(65536):
                if passes(chunk):
                    sink.write(chunk)
                    await sink.drain()
        finally:
            sink.close()
            with suppress(OSError):
                await sink.wait_closed()
