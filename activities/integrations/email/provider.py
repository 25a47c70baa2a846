"""E-mail provider over SMTP: one message to one address."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Annotated, Final, Literal

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from activities.delivery.faults import (
    DeliveryDeferred,
    DeliveryFault,
    DeliveryRefused,
    OutcomeUnknown,
    ProviderUnreachable,
)
from activities.delivery.message import Message
from activities.delivery.outbound import Outbound
from activities.delivery.provider import ContactAddress, Provider, ProviderSettings
from activities.integrations.email.render import mail_for
from events.configuration.responder import ContactMethod
from events.delivery.events import MEETING_INVITATION
from events.delivery.limits import ON_A_SCREEN

DEADLINE: Final = timedelta(seconds=30)  # for everything: connection, TLS, login, message
GOODBYE: Final = (
    1.0  # seconds that a server may take to answer QUIT; the message is delivered by then
)
IMPLICIT_TLS_PORT: Final = 465  # RFC 8314
LONGEST_ADDRESS: Final = 254  # characters, RFC 5321
PERMANENT: Final = 500  # SMTP replies from here on mean: do not try again
QUEUE_ID: Final = re.compile(r"queued as ([A-Za-z0-9-]{1,64})\b")


def _mailbox(text: str) -> str:
    try:
        return one_address(text).addr_spec
    except DeliveryRefused:
        raise ValueError("write one e-mail address and nothing else: ada@example.com") from None


class EmailContact(ContactAddress):
    """An e-mail address."""

    channel: Literal["email"]
    address: Annotated[str, StringConstraints(max_length=254), AfterValidator(_mailbox)]


class SmtpServer(ProviderSettings):
    """The operator's mail server."""

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=1025, ge=1, le=65535)
    smtp_starttls: bool = False  # then it is required, never only tried
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = "tocsin@localhost"  # one address


class EmailProvider(Provider):
    """Hands messages to the operator's mail server."""

    NAME = "email"
    Address = EmailContact
    LIMITS = ON_A_SCREEN
    SUPPORTS = Provider.SUPPORTS | {MEETING_INVITATION}
    Settings = SmtpServer
    DEADLINE = DEADLINE

    def __init__(
        self,
        outbound: Outbound,
        server: SmtpServer | None = None,
        *,
        deadline: timedelta = DEADLINE,
    ) -> None:
        super().__init__(outbound)
        self._server = server or SmtpServer()
        self._sender = one_address(self._server.mail_from)
        self._deadline = deadline.total_seconds()

    async def send(self, message: Message, to: ContactMethod) -> str | None:
        """Send the message once and return the mail server's queue id, if it tells one."""
        mail = mail_for(message, sender=self._sender, recipient=one_address(to.address))
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
            hostname=server.smtp_host,
            port=server.smtp_port,
            # aiosmtplib would ask DNS for our own name, and wait for it.
            local_hostname=self._sender.domain,
            use_tls=server.smtp_port == IMPLICIT_TLS_PORT,
            start_tls=server.smtp_starttls and server.smtp_port != IMPLICIT_TLS_PORT,
            timeout=self._deadline,
        )
        try:
            await client.connect()
            if server.smtp_username is not None:
                password = server.smtp_password.get_secret_value() if server.smtp_password else ""
                await client.login(server.smtp_username, password)
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
