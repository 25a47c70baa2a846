"""The whole system, started once for all journeys, and a team that works with it over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.stack.stack import Stack, running_stack
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.twilio.server import Accepted, FakeTwilio, twilio
from tests.journeys.team import Team
from tests.servers import scratch


@asynccontextmanager
async def whole_system(
    data: Path, mail: MailServer, phones: FakeTwilio | None = None
) -> AsyncIterator[Stack]:
    """Run everything on a data directory, with a mail server and a Twilio of the test's."""
    environment = {
        **(phones.settings if phones else {}),
        "TOCSIN_SMTP_PORT": str(mail.port),
        "TOCSIN_WEBHOOK_ALLOW_PRIVATE": "true",
        "TOCSIN_FALLBACK_SECONDS": "10",
    }
    async with running_stack(data, environment=environment) as stack:
        yield stack


@pytest.fixture(scope="session")
async def session_mail() -> AsyncIterator[MailServer]:
    async with mail_server() as mail:
        yield mail


@pytest.fixture(scope="session")
async def session_phones() -> AsyncIterator[FakeTwilio]:
    async with twilio() as phones:
        yield phones


@pytest.fixture(scope="session")
async def system(session_mail: MailServer, session_phones: FakeTwilio) -> AsyncIterator[Stack]:
    """The system of the session."""
    with scratch("stack") as data:
        async with whole_system(data, session_mail, session_phones) as stack:
            yield stack


@pytest.fixture
async def mail(session_mail: MailServer) -> AsyncIterator[MailServer]:
    """The mail server, well behaved before and after the test."""
    session_mail.mails.clear()
    yield session_mail
    session_mail.hang_in = session_mail.cut_in = None


@pytest.fixture
def phones(session_phones: FakeTwilio) -> FakeTwilio:
    """Twilio, well behaved before and after the test."""
    session_phones.script[:] = [Accepted()]
    return session_phones


@pytest.fixture
async def team(system: Stack) -> AsyncIterator[Team]:
    """A team of its own for each test."""
    async with Team.at(system) as one:
        await one.settle()
        yield one
    await asyncio.sleep(0)
