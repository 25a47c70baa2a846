"""Fixtures every room's tests may use: real servers, started once and only when asked for."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, settings
from temporalio.client import Client
from temporalio.service import RPCError

from events.log.postgres import PostgresLog
from services.exit import leave
from services.stack.progress import speaker
from tests.identity_providers import IdentityProvider, identity_provider
from tests.parallel import longest_first, pytest_xdist_make_scheduler
from tests.servers import Database, fresh_database, migrated_template, postgres_server
from tests.temporal_servers import TemporalServer, at_hand, temporal_server

__all__ = ["pytest_xdist_make_scheduler"]

exit_status = pytest.StashKey[int]()

# What all tests are made of, a million objects, is no garbage: each search of it stops the servers
# that run in this process for seconds. It goes on among what is made after, once all are found, and
# the long one only between two tests: what a test waits for has a deadline, as a workflow's task.
gc.disable()
YOUNG, MIDDLE, OLD = gc.get_threshold()
NEVER = 10**9

# How many examples hypothesis makes up: few for every check, more for `make test`.
EXAMPLES = {"quick": 10, "thorough": 50, "deep": 1500}

for name, examples in EXAMPLES.items():
    settings.register_profile(
        name,
        deadline=None,  # a busy machine fails no test
        max_examples=examples,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("TOCSIN_HYPOTHESIS", "thorough"))


# What a shell says about its terminal, and would change what the command line prints.
OF_THE_TERMINAL = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES")


def pytest_configure() -> None:
    """Let neither the shell nor the network of whoever runs the tests change them."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell has it ignored in the background, and whoever we start inherits that (POSIX,
        # asynchronous lists): Ctrl-C would not reach them.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in OF_THE_TERMINAL:
        os.environ.pop(name, None)
    for name in ("no_proxy", "NO_PROXY"):  # a proxy does not reach what the tests start here
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1", "localhost")))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        items[:] = longest_first(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the Temporal server before the clock of any test runs: building it takes minutes.

    Each of several processes asks for it; the first one builds, the others wait for that.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    gc.enable()
    config = session.config
    if config.option.collectonly or not any(
        item.get_closest_marker("stack") for item in session.items
    ):
        return
    asyncio.run(at_hand(speaker()))


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Database]:
    """The PostgreSQL of the session (its maintenance database)."""
    async with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
async def database_template(postgres: Database) -> AsyncIterator[Database]:
    async with migrated_template(postgres) as template:
        yield template


@pytest.fixture
async def database(postgres: Database, database_template: Database) -> AsyncIterator[Database]:
    """A migrated, empty database for one test."""
    async with fresh_database(postgres, database_template) as fresh:
        yield fresh


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[TemporalServer]:
    """The Temporal server of the session."""
    async with temporal_server() as server:
        yield server


@pytest.fixture(scope="session")
async def temporal_client(temporal: TemporalServer) -> Client:
    """A client as the processes have it: with the pydantic data converter."""
    return await temporal.client()


@pytest.fixture(scope="session")
async def running_identity_provider() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as provider:
        yield provider


@pytest.fixture(name="identity_provider")
async def arranged_identity_provider(
    running_identity_provider: IdentityProvider,
) -> IdentityProvider:
    """The OpenID provider of the session, as if no test had changed anything there."""
    await running_identity_provider.arrange()
    return running_identity_provider


@pytest.fixture(autouse=True)
async def _nothing_left_running(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """End every workflow a test leaves open: the next test's worker would go on with it."""
    yield
    if "temporal" not in request.fixturenames:
        return
    server: TemporalServer = request.getfixturevalue("temporal")
    if server.ours:
        client = await server.client()
        async for one in client.list_workflows("ExecutionStatus = 'Running'"):
            with suppress(RPCError):  # it has ended by itself
                await client.get_workflow_handle(one.id).terminate("its test is over")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Search all of the garbage when it is time; what is left has been searched once and stays."""
    yield
    if gc.get_count()[2] > OLD:
        gc.collect()
        gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[exit_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave with the right exit code: services/exit.py says what can go wrong otherwise."""
    if exit_status in config.stash and not hasattr(config, "workerinput"):
        config.get_terminal_writer().flush()
        leave(config.stash[exit_status])


@pytest.fixture
async def log(database: Database) -> AsyncIterator[PostgresLog]:
    """The log as the application role sees it."""
    opened = await PostgresLog.open(database.app_dsn)
    yield opened
    await opened.close()
