"""Demo sinks: the mail server and webhook receiver on this machine where pages land."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.received_request import ReceivedRequest, receive

HOST = "127.0.0.1"


@dataclass(slots=True, kw_only=True)
class Sinks:
    """Everything that was received; `arrived` is notified at each arrival."""

    mails: list[EmailMessage] = field(default_factory=list)
    webhooks: list[ReceivedRequest] = field(default_factory=list)
    mail_port: int = 0
    webhook_url: str = ""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def mail_to(self, address: str) -> EmailMessage:
        """Return the first mail to an address, once it is here."""
        return await self._first(lambda: [m for m in self.mails if address in str(m["to"])])

    async def mail_about(self, address: str, words: str) -> EmailMessage:
        """Return the first mail to an address whose subject or text says this, once it is here."""
        return await self._first(
            lambda: [m for m in self.mails if address in str(m["to"]) and words in said(m)]
        )

    async def webhook(self) -> ReceivedRequest:
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
        request = await receive(reader, writer)
        async with self.arrived:
            self.webhooks.append(request)
            self.arrived.notify_all()

    async def _first[Item](self, found: Callable[[], list[Item]]) -> Item:
        async with self.arrived:
            await self.arrived.wait_for(found)
        return found()[0]


def said(mail: EmailMessage) -> str:
    """Return a mail's subject and text, on one line."""
    body = mail.get_body(("plain",))
    return " ".join(f"{mail['subject']} {body.get_content() if body else ''}".split())


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
