"""Reception: what is answered to each step of a conversation. Its methods have aiosmtpd's names."""

from collections.abc import Callable
from typing import Final, cast

import structlog
from aiosmtpd.smtp import Envelope, Session

from events.errors import LogFault
from services.mail import replies
from services.mail.conversation import Conversation
from services.mail.postbox import Postbox, Recipient
from services.mail.received_mail import ReceivedMail

RECIPIENTS: Final = 50  # of one mail
HOPS: Final = 50  # servers on the way of one mail
OFFERED: Final = ("250-8BITMIME", "250-SMTPUTF8", "250-STARTTLS", "250-SIZE")

logs = structlog.get_logger(__name__)

type Offers = list[str]


class Reception:
    """Answers clients of one postbox."""

    def __init__(self, postbox: Postbox, is_relay: Callable[[str], bool]) -> None:
        self._postbox = postbox
        self._is_relay = is_relay

    async def handle_EHLO(  # noqa: N802
        self,
        server: Conversation,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: Offers,
    ) -> Offers:
        """Greet back, with what is offered: nobody logs in here."""
        session.host_name = hostname
        server.recipients.clear()
        offers = [one for one in responses[1:] if one.startswith(OFFERED)]
        if self._is_relay(server.peer):
            offers.append("250-XFORWARD NAME ADDR PROTO HELO")
        return [responses[0], *offers, "250 ENHANCEDSTATUSCODES"]

    async def handle_MAIL(  # noqa: N802
        self,
        server: Conversation,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Begin a mail."""
        server.recipients.clear()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Go on"

    async def handle_RCPT(  # noqa: N802
        self,
        server: Conversation,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take an address of an integration, and no other."""
        if len(server.recipients) >= RECIPIENTS:
            return replies.TOO_MANY_RECIPIENTS
        try:
            admitted = await self._postbox.admit(address)
        except LogFault as fault:
            logs.warning("mail_put_off", reason=str(fault))
            return replies.NOT_NOW
        if not isinstance(admitted, Recipient):
            return admitted
        server.recipients.append(admitted)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Go on"

    async def handle_DATA(  # noqa: N802
        self, server: Conversation, _session: Session, envelope: Envelope
    ) -> str:
        """Hand a mail over; in LMTP each recipient is answered by itself, in order."""
        raw = cast("bytes", envelope.content)
        mail = ReceivedMail(
            raw=raw,
            mail_from=str(envelope.mail_from),
            client=server.client,
            helo=server.helo,
            knows_client=server.knows_client,
        )
        recipients, server.recipients = server.recipients, []
        server.forwarded.clear()
        server.idle.clear()
        try:
            if hops(raw) > HOPS:
                answers = [replies.LOOP for _ in recipients]
            else:
                vouching = await self._postbox.vouch(mail)
                answers = [await self._postbox.take(mail, vouching, one) for one in recipients]
        finally:
            server.idle.set()
        plain = [replies.plain_reply(one) for one in answers]
        return "\r\n".join(plain) if server.is_lmtp else replies.for_all(plain)

    async def handle_exception(self, error: Exception) -> str:
        """Answer for a fault of ours, or for what no parser of addresses could read."""
        logs.error("mail_conversation_failed", exc_info=error)
        return replies.CONFUSED


def hops(raw: bytes) -> int:
    """Return through how many servers a mail came."""
    head = raw[: 256 * 1024].partition(b"\r\n\r\n")[0].lower()
    return head.count(b"\nreceived:") + head.startswith(b"received:")
