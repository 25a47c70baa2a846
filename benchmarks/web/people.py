"""People: signed in on a whole stack, with a browser's requests and a browser's streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from secrets import token_bytes
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx

from events.account.commands import OpenAccount
from events.account.values import SignInMethod
from events.actor import Actor
from events.configuration.api_key import ApiScope
from events.ids import AccountId
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from services.identity.clients import Client
from services.identity.sessions import TOKEN_BYTES, SessionLimits, Sessions
from services.identity.signing_in import Fresh, Proven, carried_out, sign_in
from services.stack.stack import Stack
from services.web.session_cookie import PLAIN_NAME, written

ADA = AccountId("ada")
LINES = 2**24  # bytes of one line of a stream, at most
OPERATOR = "installation:benchmark"


async def signed_in(stack: Stack, http: httpx.AsyncClient) -> str:
    """Return the cookie of somebody who was signed in."""
    await http.put(f"/v1/responders/{ADA}", json={"name": "Ada", "contact_methods": []})
    log = await PostgresLog.open(stack.databases.app_dsn)
    try:
        sessions = Sessions(log, log.database, SessionLimits())
        now = datetime.now(UTC)
        actor = Actor(principal=OPERATOR, is_admin=True)
        roles = (ApiScope.ADMIN, ApiScope.RESPONDER)
        command = OpenAccount(account_id=ADA, email=None, roles=roles, actor=actor, at=now)
        await carried_out(log, command, Metadata(principal=OPERATOR), uuid4())
        fresh = Fresh(session_id=uuid4(), token=token_bytes(TOKEN_BYTES))
        proven = Proven(account_id=ADA, method=SignInMethod.PASSWORD)
        client = Client.of("a benchmark", "127.0.0.1")
        await sign_in(log, sessions, proven, client, fresh, now=now, via="web")
    finally:
        await log.close()
    return written(fresh.token)


@dataclass(kw_only=True)
class Viewers:
    """Viewers: many open pages of one address, and when each has shown a text."""

    seen: dict[bytes, list[float]] = field(default_factory=dict)
    awaited: bytes = b""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def await_text(self, text: bytes) -> None:
        """Look out for a text from now on."""
        self.awaited = text
        self.seen[text] = []

    async def all_seen(self, count: int) -> list[float]:
        """Return when each of so many viewers had it, on the loop's clock."""
        while len(self.seen[self.awaited]) < count:
            self._changed.clear()
            await self._changed.wait()
        return self.seen[self.awaited]

    async def look(self, stack: Stack, cookie: str, address: str, begun: asyncio.Event) -> None:
        """Follow a page for ever."""
        host = urlsplit(stack.api_url)
        reader, writer = await asyncio.open_connection(host.hostname, host.port, limit=LINES)
        head = (
            f"GET /live?of={quote(address, safe='')} HTTP/1.1\r\nHost: {host.netloc}\r\n"
            f"Cookie: {PLAIN_NAME}={cookie}\r\n\r\n"
        )
        writer.write(head.encode())
        clock = asyncio.get_running_loop().time
        shown = b""
        try:
            while line := await reader.readline():
                if line.startswith(b"event: regions"):
                    begun.set()
                if self.awaited and self.awaited != shown and self.awaited in line:
                    shown = self.awaited
                    self.seen[shown].append(clock())
                    self._changed.set()
        finally:
            writer.close()


@asynccontextmanager
async def watching(stack: Stack, cookie: str, address: str, count: int) -> AsyncIterator[Viewers]:
    """Have so many people look at a page."""
    viewers = Viewers()
    begun = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(viewers.look(stack, cookie, address, one)) for one in begun]
    try:
        await asyncio.gather(*(one.wait() for one in begun))
        yield viewers
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
