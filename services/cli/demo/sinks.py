"""Where the demonstration's pages land: a mail server and a webhook receiver on this machine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
LONGEST_REQUEST = 1 << 20  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One webhook as it came in."""

    headers: dict[str, str]  # names in lower case
    body: bytes


@dataclass(slots=True, kw_only=True)
class Sinks:
    """Everything that was received; `arrived` is notified at each arrival."""

    mails: list[EmailMessage] = field(default_factory=list)
    webhooks: list[Received] = field(default_factory=list)
    mail_port: int = 0
    webhook_url: str = ""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def mail_to(self, address: str) -> EmailMessage:
        """Return the first mail to an address, once it is here."""
        return await self._first(lambda: [m for m in self.mails if address in str(m["to"])])

    async def webhook(self) -> Received:
        """Return the first webhook, once it is here."""
        return await self._first(lambda: self.webhooks)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's own name
        """Take a mail."""
        mail = message_from_bytes(cast("bytes", envelope.content), policy=default)
        async with self.arrived:
            self.mails.append(mail)
            self.arrived.notify_all()
        return "250 2.0.0 OK"

    async def handle_webhook(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take a webhook."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        length = min(int(headers.get("content-length", "0")), LONGEST_REQUEST)
        body = await reader.readexactly(length)
        async with self.arrived:
            self.webhooks.append(Received(headers=headers, body=body))
            self.arrived.notify_all()
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async def _first[Item](self, found: Callable[[], list[Item]]) -> Item:
        async with self.arrived:
            await self.arrived.wait_for(found)
        return found()[0]


@asynccontextmanager
async def sinks(mail_port: int = 0) -> AsyncIterator[Sinks]:
    """Yield sinks that listen.

    Raises: OSError (the mail port is taken).
    """
    taken = Sinks()
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(
        lambda: SMTP(taken, hostname="demo.invalid", loop=loop), HOST, mail_port
    )
    webhook = await asyncio.start_server(taken.handle_webhook, HOST, 0)
    taken.mail_port = mail.sockets[0].getsockname()[1]
    taken.webhook_url = f"http://{HOST}:{webhook.sockets[0].getsockname()[1]}/pages"
    async with webhook:
        try:
            yield taken
        finally:
            mail.close()
