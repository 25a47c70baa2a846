"""Listening for mail: a socket for SMTP and LMTP, with TLS where there is a certificate."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import structlog

from events.errors import LogUnavailable
from services.api.dependencies import Dependencies
from services.api.intake.sources.email.source import MOST_BYTES
from services.mail.conversation import Conversation, Networks, Sessions
from services.mail.postbox import Postbox
from services.mail.reception import Reception
from services.mail.resolving import Resolver
from services.mail.vouching import Voucher
from services.settings import Settings

SESSION_SECONDS: Final = 120.0  # for the next step of a client, a whole mail included
BACKLOG: Final = 128
GREETING_SECONDS: Final = 4.0
STOP_SECONDS: Final = 2.0  # for mails that are being taken

logs = structlog.get_logger(__name__)


class SettingWrong(Exception):
    """A setting of the mail process says nothing that can be used."""


class Certificate:
    """The certificate of the mail server, read again when its file is another."""

    def __init__(self, file: Path, key: Path | None) -> None:
        self._file, self._key = file, key
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._seen: float | None = None

    def context(self) -> ssl.SSLContext:
        """Return the context for a new connection; one that cannot be renewed goes on as it was.

        Raises: SettingWrong (there was never a certificate).
        """
        try:
            changed = self._file.stat().st_mtime
            if changed != self._seen:
                self._context.load_cert_chain(self._file, self._key)
                self._seen = changed
        except (OSError, ssl.SSLError) as fault:
            if self._seen is None:
                raise SettingWrong(
                    f"TOCSIN_MAIL_CERTIFICATE: {self._file}: {fault}. Name a PEM file with the"
                    " certificate and its chain, and its key in TOCSIN_MAIL_CERTIFICATE_KEY."
                ) from fault
            logs.warning("certificate_not_renewed", reason=str(fault))
        return self._context


def relays_in(setting: str) -> Networks:
    """Return the networks that a setting names.

    Raises: SettingWrong.
    """
    try:
        return tuple(ip_network(one.strip()) for one in setting.split(",") if one.strip())
    except ValueError as wrong:
        raise SettingWrong(
            f"TOCSIN_MAIL_RELAYS: {wrong}. Write networks, such as 10.0.0.0/8, ::1/128."
        ) from wrong


@asynccontextmanager
async def listening(
    dependencies: Dependencies, resolver: Resolver | None = None
) -> AsyncIterator[int]:
    """Listen for mail for as long as the block runs; yield the port.

    Raises: OSError (the port is taken), SettingWrong.
    """
    logging.getLogger("mail.log").setLevel(
        logging.WARNING
    )  # it would log addresses, which are keys
    config = dependencies.settings
    sessions = Sessions(relays=relays_in(config.mail_relays))
    voucher = Voucher(resolver or Resolver(), config.mail_domain)
    reception = Reception(Postbox(dependencies, voucher), sessions.is_relay)
    named = config.mail_certificate
    certificate = None if named is None else Certificate(named, config.mail_certificate_key)
    if certificate is not None:
        certificate.context()
    talk = partial(_talk, reception, sessions, config, certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(talk, config.mail_host, config.mail_port, backlog=BACKLOG)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _ended(sessions)
        voucher.close()


def _talk(
    reception: Reception, sessions: Sessions, config: Settings, certificate: Certificate | None
) -> Conversation:
    settings: dict[str, Any] = {
        "data_size_limit": MOST_BYTES,
        "enable_SMTPUTF8": True,
        "hostname": config.mail_domain,
        "ident": "Tocsin ESMTP LMTP",
        "tls_context": certificate.context() if certificate else None,
        "timeout": SESSION_SECONDS,
        "loop": asyncio.get_running_loop(),
    }
    return Conversation(reception, sessions, **settings)


async def greets(host: str, port: int) -> None:
    """Talk to ourselves as a client does.

    Raises: LogUnavailable (nobody answers, or there is no room for one more).
    """
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  to us, from us
    try:
        async with asyncio.timeout(GREETING_SECONDS):
            reader, writer = await asyncio.open_connection(here, port)
            greeting = await reader.readline()
            writer.close()
    except (OSError, TimeoutError) as fault:
        raise LogUnavailable(f"The mail port does not answer: {fault}") from fault
    if not greeting.startswith(b"220"):
        raise LogUnavailable(f"The mail port answers: {greeting!r}")


async def _ended(sessions: Sessions) -> None:
    """Let mails that are being taken come to their end, and hang up."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await asyncio.gather(*(one.idle.wait() for one in sessions.open))
    for one in list(sessions.open):
        one.hang_up()
