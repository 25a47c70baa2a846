"""Temporal client: made without a connection; every call ends in time, by one table of endings.

Source: the client's behaviour under failure was measured; its own timeouts do not bound a call.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from temporalio.client import Client, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.converter import DataConverter
from temporalio.service import RetryConfig, RPCError, RPCStatusCode

from services.temporal.payload_converter import DATA_CONVERTER

CALL_SECONDS: Final = 3.0
RPC_TIMEOUT: Final = timedelta(seconds=CALL_SECONDS)
RETRY: Final = RetryConfig(max_elapsed_time_millis=2000, max_retries=3)

DEFINITE: Final = {  # the server has judged this request: asking again changes nothing
    RPCStatusCode.INVALID_ARGUMENT,
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.OUT_OF_RANGE,
}


class TemporalTrouble(Exception):
    """A call did not do what it was for."""


class TemporalUnreachable(TemporalTrouble):
    """The server, or every worker, did not answer; whether the call had its effect is unknown."""


class RequestUnfit(TemporalTrouble):
    """The server refuses this request as it is."""


class WorkflowGone(TemporalTrouble):
    """No workflow runs under this id: it is over, or not started yet."""


async def client_of(
    address: str,
    namespace: str,
    converter: DataConverter = DATA_CONVERTER,
    retry: RetryConfig = RETRY,
) -> Client:
    """Return a client that connects when it is used first."""
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=converter,
        retry_config=retry,
        lazy=True,
    )


@asynccontextmanager
async def bounded(seconds: float = CALL_SECONDS) -> AsyncIterator[None]:
    """Give the calls inside so many seconds, and name how they end.

    Raises: TemporalUnreachable, WorkflowGone, RequestUnfit.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise WorkflowGone(error.message) from error
        if error.status in DEFINITE:
            raise RequestUnfit(error.message) from error
        raise TemporalUnreachable(f"{error.status.name}: {error.message}") from error
    except (WorkflowUpdateRPCTimeoutOrCancelledError, RuntimeError, TimeoutError) as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # the client swallows a cancellation
            raise asyncio.CancelledError from error
        raise TemporalUnreachable(str(error) or "no answer in time") from error
