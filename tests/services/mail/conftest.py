"""The mail process over a real PostgreSQL, and real clients of SMTP and LMTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any
from uuid import uuid4

import aiosmtplib
import pytest

from events.actor import Actor
from events.configuration.integration import (
    CreateIntegration,
    IntegrationCreated,
    RevokeIntegration,
    SetSigningSecret,
    integration_decider,
)
from events.definition import fact_of
from events.handle import handle
from events.ids import IntegrationId, ServiceId, integration_stream
from events.log.intake.arrivals import KeptArrival
from events.log.postgres import PostgresLog
from events.log.recorded import Metadata
from events.log.store import Log
from services.access.mail_addresses import MailAddresses, addresses_of
from services.access.secret_keys import new_key
from services.api.dependencies import Dependencies
from services.mail.listening import listening
from services.mail.resolving import Resolver
from services.settings import Settings
from tests.services.real_dependencies import dependencies_on

DOMAIN = "in.example.org"
T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TESTS = Actor(principal="tests")


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """An integration that takes mail."""

    integration_id: str
    addresses: MailAddresses

    @property
    def address(self) -> str:
        return self.addresses.any_sender

    def plus(self, detail: str) -> str:
        return self.address.replace("@", f"+{detail}@")


async def _carried_out(log: Log, integration_id: str, command: Any) -> None:
    await handle(
        log,
        integration_decider,
        integration_stream(IntegrationId(integration_id)),
        command,
        command_id=uuid4(),
        request_digest=bytes(32),
        metadata=Metadata(principal="test"),
    )


async def mailbox_in(log: Log) -> Mailbox:
    """A new integration."""
    key = new_key("ingest")
    command = CreateIntegration(
        integration_id=IntegrationId(key.key_id),
        name="Nagios",
        service_id=ServiceId("checkout"),
        secret_hash=key.secret_hash,
        actor=TESTS,
        at=T0,
    )
    await _carried_out(log, key.key_id, command)
    created = fact_of(IntegrationCreated, command)
    return Mailbox(integration_id=key.key_id, addresses=addresses_of(created, DOMAIN))


async def revoke(log: Log, mailbox: Mailbox) -> None:
    command = RevokeIntegration(actor=TESTS, at=T0)
    await _carried_out(log, mailbox.integration_id, command)


async def demand_signatures(log: Log, mailbox: Mailbox) -> None:
    command = SetSigningSecret(signing_secret="s" * 20, actor=TESTS, at=T0)
    await _carried_out(log, mailbox.integration_id, command)


@dataclass(frozen=True, kw_only=True)
class Post:
    """The mail process, and what a test needs around it."""

    port: int
    dependencies: Dependencies
    mailbox: Mailbox

    async def send(
        self, raw: bytes, *to: str, mail_from: str = "nagios@mon-1.example.org"
    ) -> tuple[int, str]:
        """Send a mail as any program does; return the reply to the whole of it."""
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1",
            port=self.port,
            local_hostname="mon-1.example.org",
            start_tls=False,
            timeout=20,
        )
        async with client:
            await client.ehlo()
            await client.mail(mail_from)
            for one in to or (self.mailbox.address,):
                await client.rcpt(one)
            code, words = await client.data(raw)
        return code, words

    async def arrivals(self) -> list[KeptArrival]:
        """What is kept of mails, oldest first."""
        await self.dependencies.arrivals.flush()
        newest = await self.dependencies.arrivals.newest(self.mailbox.integration_id, 100)
        return newest[::-1]


@pytest.fixture
def refusing_port() -> Iterator[int]:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
async def dependencies(log: PostgresLog, refusing_port: int) -> Dependencies:
    """PostgreSQL is there, Temporal is not."""
    return dependencies_on(
        log, f"127.0.0.1:{refusing_port}", settings=Settings(mail_domain=DOMAIN, mail_port=0)
    )


@asynccontextmanager
async def post_with(
    dependencies: Dependencies, mailbox: Mailbox, resolver: Resolver | None = None
) -> AsyncIterator[Post]:
    nobody = Resolver(("127.0.0.1", 9))  # the tests ask no real name server
    async with listening(dependencies, resolver or nobody) as port:
        yield Post(port=port, dependencies=dependencies, mailbox=mailbox)


@pytest.fixture
async def post(dependencies: Dependencies) -> AsyncIterator[Post]:
    mailbox = await mailbox_in(dependencies.log)
    async with post_with(dependencies, mailbox) as opened:
        yield opened


@pytest.fixture
async def careful(dependencies: Dependencies) -> AsyncIterator[Post]:
    """The same without a relay that is believed."""
    mailbox = await mailbox_in(dependencies.log)
    settings = dependencies.settings.model_copy(update={"mail_relays": ""})
    async with post_with(replace(dependencies, settings=settings), mailbox) as opened:
        yield opened


async def said(port: int, *lines: bytes) -> list[str]:
    """What is answered to lines as they are, one after the other."""

    def talk() -> list[str]:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
            stream = line.makefile("rb")
            answers = [_reply(stream)]
            for one in lines:
                line.sendall(one)
                answers.append(_reply(stream))
            return answers

    return await asyncio.to_thread(talk)


def _reply(stream: BufferedReader) -> str:
    whole = b""
    while True:
        line = stream.readline()
        whole += line
        if line[3:4] != b"-":
            return whole.decode(errors="replace")
