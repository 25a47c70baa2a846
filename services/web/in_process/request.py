"""In-memory request: one call of an ASGI application in this process, without a client's ado."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlencode

import msgspec
from httpx import Response
from starlette.types import ASGIApp, Message, Scope

HOST: Final = (b"host", b"tocsin")
JSON: Final = (b"content-type", b"application/json")
FAILED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Asked: what is asked of an application, as a scope and a body of ASGI have it."""

    method: str
    path: str  # quoted
    query: Mapping[str, Any] = field(default_factory=dict)  # None and "": not asked
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None  # written as JSON, except a file's bytes
    beside: Mapping[str, Any] = field(default_factory=dict, repr=False)  # in the scope

    def scope(self, length: int) -> Scope:
        """Return the request as the application gets it."""
        headers = [HOST, *((k.lower().encode(), v.encode()) for k, v in self.headers.items())]
        if self.body is not None:
            headers.append((b"content-length", str(length).encode()))
        if self.body is not None and not isinstance(self.body, bytes):
            headers.append(JSON)
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(self.path),
            "raw_path": self.path.encode(),
            "root_path": "",
            "query_string": urlencode(list(_written(self.query)), doseq=True).encode(),
            "headers": headers,
            "client": ("127.0.0.1", 0),
            "server": ("tocsin", 80),
            **self.beside,
        }


def _bytes(body: object) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else msgspec.json.encode(body)


async def answered(app: ASGIApp, asked: Asked) -> Response:
    """Return the whole answer; one that breaks off is a failure."""
    body = _bytes(asked.body)
    status, headers, parts = FAILED, list[tuple[bytes, bytes]](), list[bytes]()
    unread, done = [body], asyncio.Event()

    async def receive() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend(message.get("headers", []))
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                done.set()

    await app(asked.scope(len(body)), receive, send)
    content = b"".join(parts)
    return Response(status if done.is_set() else FAILED, headers=headers, content=content)


def _written(query: Mapping[str, Any]) -> Any:
    for name, value in query.items():
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif value is not None and value != "":
            yield name, value
