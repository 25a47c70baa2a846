"""A mail server that does what it is told, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(slots=True, kw_only=True)
class MailServer:
    """Takes mail, unless its replies say otherwise; what it took is in `mails`."""

    port: int = 0
    rcpt: str = "250 OK"
    data: str = "250 2.0.0 OK: queued as 4F0A1B"
    hang_in: str | None = None  # "connect", "rcpt", "data"
    cut_in: str | None = None  # "connect", "rcpt", "data": there, after it has kept the mail
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # to take mail for them
    lines: set[asyncio.BaseTransport] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return await self._reply("rcpt", server, self.rcpt)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data.startswith("250"):
            mail = message_from_bytes(cast("bytes", envelope.content), policy=default)
            self.mails.append(mail)
            self.recipients.append(envelope.rcpt_tos)
        return await self._reply("data", server, self.data)

    async def _reply(self, where: str, server: SMTP, reply: str) -> str:
        if self.cut_in == where:
            cast("asyncio.Transport", server.transport).abort()
        if self.hang_in == where:
            await asyncio.sleep(3600)
        return reply


class Line(SMTP):
    """One connection, which the server can hang up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        fake = cast("MailServer", self.event_handler)
        fake.lines.add(transport)
        if fake.cut_in == "connect":
            cast("asyncio.Transport", transport).abort()
        elif fake.hang_in != "connect":
            super().connection_made(transport)


@asynccontextmanager
async def mail_server(fake: MailServer | None = None) -> AsyncIterator[MailServer]:
    """Yield a mail server that listens on a port of its own."""
    mail = fake or MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Line(mail, hostname="mail.test", loop=loop), "127.0.0.1", 0
    )
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        for line in mail.lines:
            cast("asyncio.Transport", line).abort()
        server.close()
        await server.wait_closed()
