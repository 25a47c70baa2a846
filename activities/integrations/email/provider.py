"""Pages and status updates as e-mail over SMTP: one message to one address."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException
from pydantic import SecretStr

from activities.delivery.announcement_text import Announcement
from activities.delivery.composing import Message
from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.integrations.email.announcement_mail import announcing_mail
from activities.integrations.email.email_body import html_body, text_body
from events.configuration.responder import ContactMethod

DEADLINE: Final = timedelta(seconds=30)  # for everything: connection, TLS, login, message
GOODBYE: Final = (
    1.0  # seconds that a server may take to answer QUIT; the message is delivered by then
)
IMPLICIT_TLS_PORT: Final = 465  # RFC 8314
LONGEST_ADDRESS: Final = 254  # characters, RFC 5321
PERMANENT: Final = 500  # SMTP replies from here on mean: do not try again
QUEUE_ID: Final = re.compile(r"queued as ([A-Za-z0-9-]{1,64})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The operator's mail server."""

    host: str
    port: int
    sender: str  # one address
    starttls: bool = False  # then it is required, never only tried
    username: str | None = None
    password: SecretStr | None = field(default=None, repr=False)


class EmailSender:
    """Hands pages to the operator's mail server."""

    def __init__(self, server: SmtpServer, *, deadline: timedelta = DEADLINE) -> None:
        self._server = server
        self._sender = one_address(server.sender)
        self._deadline = deadline.total_seconds()

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the mail server's queue id, if it tells one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._deliver(
            mail_for(message, sender=self._sender, recipient=one_address(to.address))
        )

    async def announce(self, announcement: Announcement, to: ContactMethod) -> str | None:
        """Send a status update once and return the mail server's queue id, if it tells one.

        Raises: DeliveryRefused, DeliveryDeferred, ProviderUnreachable, OutcomeUnknown.
        """
        return await self._deliver(
            announcing_mail(announcement, sender=self._sender, recipient=one_address(to.address))
        )

    async def _deliver(self, mail: EmailMessage) -> str | None:
        progress = _Progress()
        try:
            async with asyncio.timeout(self._deadline), self._session() as client:
                await _hand_over(client, mail, progress)
        except (SMTPException, OSError) as fault:
            if not progress.accepted:
                raise _named(fault, progress) from None
        return progress.queue_id

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """Yield a connection on which a message can be handed over; it is closed in any case."""
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            # aiosmtplib would ask DNS for our own name, and wait for it.
            local_hostname=self._sender.domain,
            use_tls=server.port == IMPLICIT_TLS_PORT,
            start_tls=server.starttls and server.port != IMPLICIT_TLS_PORT,
            timeout=self._deadline,
        )
        try:
            await client.connect()
            if server.username is not None:
                password = server.password.get_secret_value() if server.password else ""
                await client.login(server.username, password)
            yield client
        finally:
            client.close()


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far a message got: what is known of it when the line breaks."""

    envelope_begun: bool = False
    data_begun: bool = False
    accepted: bool = False
    queue_id: str | None = None


async def _hand_over(client: aiosmtplib.SMTP, mail: EmailMessage, progress: _Progress) -> None:
    progress.envelope_begun = True
    await client.mail(mail["from"].addresses[0].addr_spec)
    await client.rcpt(mail["to"].addresses[0].addr_spec)
    progress.data_begun = True
    reply = await client.data(mail.as_bytes(policy=SMTP))
    progress.accepted = True
    found = QUEUE_ID.search(reply.message)
    progress.queue_id = found.group(1) if found else None
    with suppress(SMTPException, OSError):
        await client.quit(timeout=GOODBYE)


def _named(fault: Exception, progress: _Progress) -> DeliveryFault:
    """Return what the fault means: an answer is certain, silence after DATA is not."""
    if not progress.envelope_begun:
        code = (
            f"smtp_{fault.code}" if isinstance(fault, SMTPResponseException) else "connect_failed"
        )
        return ProviderUnreachable(code)
    if isinstance(fault, SMTPResponseException) and fault.code > 0:
        code = f"smtp_{fault.code}"
        return DeliveryRefused(code) if fault.code >= PERMANENT else DeliveryDeferred(code)
    return OutcomeUnknown("connection_lost") if progress.data_begun else ProviderUnreachable("lost")


def mail_for(message: Message, *, sender: Address, recipient: Address) -> EmailMessage:
    """Return the e-mail; its Message-ID is the delivery's, so mail programs drop a repeat."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Tocsin", addr_spec=sender.addr_spec)
    mail["To"] = recipient
    mail["Subject"] = message.headline
    mail["Date"] = format_datetime(message.paged_at)
    mail["Message-ID"] = f"<{message.delivery_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail["Importance"] = "high"
    mail.set_content(text_body(message))
    mail.add_alternative(html_body(message), subtype="html")
    return mail


def one_address(text: str) -> Address:
    """Return the one mailbox that the text is.

    Raises: DeliveryRefused, for none, for several, and for what could become another header.
    """
    if len(text) > LONGEST_ADDRESS or not (text.isascii() and text.isprintable()) or " " in text:
        raise DeliveryRefused("address_invalid")
    try:
        address = Address(addr_spec=text)
    except (ValueError, HeaderParseError, IndexError):
        raise DeliveryRefused("address_invalid") from None
    if address.addr_spec != text or not address.username or not address.domain:
        raise DeliveryRefused("address_invalid")
    return address
