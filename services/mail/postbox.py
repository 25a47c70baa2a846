"""Postbox: mails to integrations' addresses, each kept and stored before it is answered."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import structlog

from events.configuration.integration import integration_decider
from events.errors import CommandRejected, LogFault, LogOverloaded
from events.ids import IntegrationId, integration_stream
from events.loading import load
from events.log.intake.arrivals import Ending
from services.access.mail_addresses import ANY, AUTHENTICATED, parse_local_part
from services.api.dependencies import Dependencies
from services.api.intake.keeping.ending import put_off, refused
from services.api.intake.keeping.envelope import message_of
from services.api.intake.keeping.taking import intake_for, keep_refused, read_parts, take_kept
from services.api.intake.sources.email import SOURCE
from services.intake.arrival import Arrival, Sender
from services.mail import replies
from services.mail.received_mail import ReceivedMail
from services.mail.vouching import Voucher, Vouching
from services.request_refusals import FiringInDoubt

TAKE_SECONDS: Final = 30.0  # senders wait for ten minutes, and connections are few
AT_ONCE: Final = 16  # mails that are taken at once: each is in memory more than once then

logs = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Recipient: an integration, by one of its addresses."""

    sender: Sender
    detail: str  # behind the + of the address
    authenticated_only: bool


class Postbox:
    """Takes mail for the integrations of one domain."""

    def __init__(self, dependencies: Dependencies, voucher: Voucher) -> None:
        self._dependencies = dependencies
        self._voucher = voucher
        self._domain = dependencies.settings.mail_domain.lower()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def admit(self, address: str) -> Recipient | str:
        """Return whom an address belongs to, or the reply to whoever writes to it.

        Raises: LogUnavailable.
        """
        local_part, _, domain = address.rpartition("@")
        if domain.lower().rstrip(".") != self._domain:
            return replies.NO_RELAY.format(domain=self._domain)
        parsed = parse_local_part(local_part)
        if parsed is None:
            return replies.UNKNOWN
        stream = integration_stream(IntegrationId(parsed.integration_id))
        integration, _ = await load(self._dependencies.log, integration_decider, stream)
        good = integration.opened_by(self._dependencies.clock())
        takes_any, takes_vouched = (
            any(parsed.matches(one, purpose) for one in good) for purpose in (ANY, AUTHENTICATED)
        )
        if not (takes_any or takes_vouched):
            return replies.UNKNOWN
        created = good[0]
        if integration.signing_secret is not None:
            return replies.SIGNED_ONLY
        return Recipient(
            sender=Sender(integration_id=created.integration_id, service_id=created.service_id),
            detail=parsed.detail,
            authenticated_only=takes_vouched,
        )

    async def vouch(self, mail: ReceivedMail) -> Vouching:
        """Return who vouches for a mail. Never raises."""
        return await self._voucher.vouch(mail)

    async def take(self, mail: ReceivedMail, vouching: Vouching, recipient: Recipient) -> str:
        """Return the reply to a mail; it is kept, and what it says is stored, where that says so.

        Whatever happens ends in a reply; a fault of ours is logged, and the mail comes again.
        """
        try:
            async with asyncio.timeout(TAKE_SECONDS), self._room:
                return await self._taken(mail, vouching, recipient)
        except FiringInDoubt as doubt:
            return replies.put_off(doubt.detail)
        except LogOverloaded as busy:
            return replies.put_off(str(busy))
        except (LogFault, TimeoutError) as fault:
            logs.warning("mail_put_off", reason=str(fault) or "it took too long")
            return replies.NOT_NOW
        except CommandRejected as refusal:
            return replies.refused(refusal.detail)
        except Exception:
            logs.exception("mail_failed", integration_id=recipient.sender.integration_id)
            return replies.CONFUSED

    async def _taken(self, mail: ReceivedMail, vouching: Vouching, recipient: Recipient) -> str:
        dependencies = self._dependencies
        arrival = self._arrival(mail, vouching, recipient)
        read = await read_parts(SOURCE, _whole(mail.raw), arrival)
        correlation_id = str(uuid.uuid4())
        message, envelope = message_of(arrival, read.body, SOURCE.name, correlation_id)
        if recipient.authenticated_only and not vouching.by:
            reply, ending = _unvouched(vouching)
            await dependencies.arrivals.keep(message)
            dependencies.arrivals.ended(message.arrival_id, ending)
            return reply
        if read.refusal is not None:
            await keep_refused(SOURCE, read.refusal, message, envelope, dependencies)
            return replies.refused("It cannot be read, and is kept as a dead letter.")
        if read.heard is None:
            raise RuntimeError("A mail was neither read nor refused.")
        intake = intake_for(dependencies, SOURCE, arrival, correlation_id)
        await take_kept(SOURCE, read.heard, intake, dependencies.arrivals, message)
        return f"{replies.OK} as {message.arrival_id}"

    def _arrival(self, mail: ReceivedMail, vouching: Vouching, recipient: Recipient) -> Arrival:
        return Arrival(
            sender=recipient.sender,
            at=self._dependencies.clock(),
            named={"detail": recipient.detail} if recipient.detail else {},
            headers={
                "mail-from": mail.mail_from,
                "client": mail.client,
                "helo": mail.helo,
                "vouching-results": vouching.results,
                "vouched-by": vouching.by,
                **({"vouching-demanded": "yes"} if recipient.authenticated_only else {}),
            },
        )


def _unvouched(vouching: Vouching) -> tuple[str, Ending]:
    """Return the reply to a mail that nobody vouches for, and what became of it."""
    if vouching.left_open:
        reason = f"Nobody vouches for its sender yet: {vouching.results}"
        return replies.NOT_VOUCHED_YET, put_off(reason)
    reason = f"Nobody vouches for its sender, and this address asks for it: {vouching.results}"
    return replies.NOT_VOUCHED, refused(reason)


async def _whole(raw: bytes) -> AsyncIterator[bytes]:
    yield raw
