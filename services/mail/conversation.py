"""Conversation: one connection, in SMTP or in LMTP, as its client greets.

Built on aiosmtpd. Lines may be longer than SMTP allows: monitors write whole pages in one, and a
mail that is refused for it is a page that was not sent.
"""

import re
from asyncio import BaseTransport, Event, Transport
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Final, cast

from aiosmtpd.smtp import SMTP, syntax

from services.mail.postbox import Recipient
from services.mail.replies import TOO_MANY_SESSIONS

SESSIONS: Final = 200
OF_ONE_CLIENT: Final = 30  # that is no relay of ours
LINE_LENGTH: Final = 512 * 1024
_FORWARDED: Final = re.compile(r"(\w{1,20})=(\S{1,255})")
_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")

type Networks = tuple[IPv4Network | IPv6Network, ...]


@dataclass(slots=True, kw_only=True)
class Sessions:
    """Every connection there is."""

    relays: Networks = ()
    open: "set[Conversation]" = field(default_factory=set)

    def is_relay(self, client: str) -> bool:
        """Return whether a client is a mail server of ours, which says who its own client is."""
        try:
            address = ip_address(client.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in network for network in self.relays)

    def has_room_for(self, client: str) -> bool:
        """Return whether one more connection of this client is taken."""
        if len(self.open) >= SESSIONS:
            return False
        of_client = sum(one.peer == client for one in self.open)
        return of_client < OF_ONE_CLIENT or self.is_relay(client)


class Conversation(SMTP):
    """One connection."""

    line_length_limit = LINE_LENGTH

    def __init__(self, handler: Any, sessions: Sessions, **settings: Any) -> None:
        super().__init__(handler, **settings)
        self._sessions = sessions
        self.peer = ""  # whom we talk with
        self.is_lmtp = False
        self.idle = Event()  # no mail is being taken
        self.idle.set()
        self.recipients: list[Recipient] = []  # of the mail that is being handed over
        self.forwarded: dict[str, str] = {}  # what a relay says of its own client

    def connection_made(self, transport: BaseTransport) -> None:
        """Talk, where there is room for one more."""
        self.peer = str((transport.get_extra_info("peername") or ("",))[0])
        if self not in self._sessions.open and not self._sessions.has_room_for(self.peer):
            line = cast("Transport", transport)
            line.write(f"{TOO_MANY_SESSIONS}\r\n".encode())
            line.close()
            return
        self._sessions.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room."""
        if self in self._sessions.open:
            self._sessions.open.discard(self)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """End, where it ever began."""
        return super().eof_received() if self in self._sessions.open else None

    def hang_up(self) -> None:
        """End it, whatever the client still has to say."""
        if self.transport is not None:
            self.transport.close()

    @property
    def client(self) -> str:
        """Return the address of the server that the mail came from."""
        said = self.forwarded.get("ADDR", "")
        return said.removeprefix("IPV6:").removeprefix("IPv6:") or self.peer

    @property
    def helo(self) -> str:
        """Return the name that server gave itself."""
        name = self.session.host_name if self.session else ""
        return self.forwarded.get("HELO", "" if self.forwarded else name or "")

    @property
    def knows_client(self) -> bool:
        """Return whether the mail came from there, and not by way of a relay that says nothing."""
        return "ADDR" in self.forwarded or not self._sessions.is_relay(self.peer)

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's own name
        """Speak LMTP: each recipient of a mail has a reply of its own."""
        self.is_lmtp = True
        await self.smtp_EHLO(arg)

    @syntax("XFORWARD name=value ...")
    async def smtp_XFORWARD(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's own name
        """Hear from a relay of ours whose server a mail came from, as Postfix says it."""
        if not self._sessions.is_relay(self.peer):
            await self.push("550 5.7.0 You are no relay of ours: see TOCSIN_MAIL_RELAYS.")
            return
        for name, value in _FORWARDED.findall(arg or ""):
            said = _XTEXT.sub(lambda found: chr(int(found[1], 16)), value)
            if said.upper() not in {"[UNAVAILABLE]", "[TEMPUNAVAIL]"}:
                self.forwarded[name.upper()] = said
        await self.push("250 2.0.0 Ok")
