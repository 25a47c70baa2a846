"""A receiver at the end of HTTP that does what it is told, over a real socket.

Without a script it answers every request alike, or as a vendor would who remembers what he took:
a function from a request to a reply. A vendor's script says what goes wrong before that.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What it answers to one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    cut_body: bool = False  # promise more than is sent, then cut the line


class Misbehaviour(Enum):
    """What it does instead of answering."""

    HANG = "takes the request and never answers"
    CUT = "takes the request, then cuts the line"
    REFUSE = "cuts the line before it has read anything"


type Behaviour = Reply | Misbehaviour
type Vendor = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What it was sent."""

    method: str
    target: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Receiver:
    """Answers in the order of its script, and by the last line of it from then on.

    A vendor's script is done once; None in it: nothing goes wrong. A vendor who hangs or cuts
    the line has taken the request.
    """

    def __init__(
        self, port: int, script: list[Behaviour | None], vendor: Vendor | None = None
    ) -> None:
        self.port = port
        self.script = script
        self.vendor = vendor
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        return f"{self.base}/topic"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Request:
        return self.requests[-1]

    def next(self) -> Behaviour | None:
        if self.vendor is not None:
            return self.script.pop(0) if self.script else None
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    def take(self, request: Request, behaviour: Behaviour | None) -> Behaviour:
        """Remember the request, and return what it leads to."""
        self.requests.append(request)
        if self.vendor is None or isinstance(behaviour, Reply):
            return behaviour or Reply()
        taken = self.vendor(request)
        return behaviour or taken


@asynccontextmanager
async def receiver(
    *script: Behaviour | None, vendor: Vendor | None = None
) -> AsyncIterator[Receiver]:
    """Yield a receiver that listens on a port of its own."""
    fake = Receiver(0, list(script) or ([] if vendor else [Reply()]), vendor)
    open_lines: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_lines.add(writer)
        behaviour = fake.next()
        if behaviour is Misbehaviour.REFUSE:
            writer.transport.abort()
            return
        led_to = fake.take(await read_request(reader), behaviour)
        if isinstance(led_to, Reply):
            await answer(writer, led_to)
        elif led_to is Misbehaviour.CUT:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        for line in open_lines:
            line.transport.abort()
        server.close()
        await server.wait_closed()


async def read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = [line.split(": ", 1) for line in head[1:] if line]
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = head[0].split(" ")
    return Request(method=method, target=target, headers=headers, body=body)


async def answer(writer: asyncio.StreamWriter, reply: Reply) -> None:
    length = len(reply.body) + (10_000 if reply.cut_body else 0)
    headers = {"content-length": str(length), **reply.headers}
    lines = [
        f"HTTP/1.1 {reply.status} Any",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode() + reply.body)
    await writer.drain()
    if reply.cut_body:
        writer.transport.abort()
    else:
        writer.close()
