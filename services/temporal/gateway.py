"""Temporal gateway: hands a command to a workflow; it ends in one of four ways."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateStage,
)
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.service import RetryConfig

from activities.refusals import as_refusal
from events.errors import CommandRejected
from services.temporal.circuit import Circuit
from services.temporal.client import TemporalTrouble, WorkflowGone, bounded, client_of
from services.temporal.payload_converter import DATA_CONVERTER
from services.temporal.task_queues import ALL, attendance, unattended
from workflows.ids import COMMAND
from workflows.messages import CommandAnswer, IncidentCommandEnvelope

ACCEPT_SECONDS: Final = 1.5  # until the workflow has the command
ANSWER_SECONDS: Final = 3.0  # from the call to the answer
HEALTH_SECONDS: Final = 2.0  # the first look at a task queue has the server load it
RPC_TIMEOUT: Final = timedelta(seconds=2)
RETRY: Final = RetryConfig(
    initial_interval_millis=50,
    max_interval_millis=500,
    max_elapsed_time_millis=1500,
    max_retries=4,
)

type Update = WorkflowUpdateHandle[CommandAnswer]


@dataclass(frozen=True, slots=True)
class Finished:
    """The command was carried out."""

    answer: CommandAnswer


@dataclass(frozen=True, slots=True)
class Accepted:
    """The workflow has the command, durably: it will be carried out."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody took the command in time; whether somebody still will is unknown."""


@dataclass(frozen=True, slots=True)
class NotRunning:
    """No workflow runs under this id: it is over, or not started yet."""


type Outcome = Finished | Accepted | Unreachable | NotRunning


class TemporalGateway:
    """The one client of the process; it connects when first used, so the API starts without it."""

    def __init__(
        self,
        address: str,
        namespace: str,
        circuit: Circuit | None = None,
        converter: DataConverter = DATA_CONVERTER,
    ) -> None:
        self._converter = converter
        self._address = address
        self._namespace = namespace
        self._client: Client | None = None
        self._circuit = circuit or Circuit()

    async def command(self, workflow_id: str, envelope: IncidentCommandEnvelope) -> Outcome:
        """Hand a command to a workflow and wait a little for its answer.

        Raises: the refusal, when the workflow refuses the command.
        """
        if not self._circuit.lets_through():
            return Unreachable()
        answer_by = asyncio.get_running_loop().time() + ANSWER_SECONDS
        try:
            outcome = await self._handed_over(workflow_id, envelope)
            if isinstance(outcome, WorkflowUpdateHandle):
                outcome = await self._finished(outcome, answer_by)
        except CommandRejected:
            self._circuit.succeeded()
            raise
        if isinstance(outcome, Unreachable):
            self._circuit.failed()
        else:
            self._circuit.succeeded()
        return outcome

    @property
    def is_cut_off(self) -> bool:
        """Return whether the last calls in a row have failed."""
        return self._circuit.is_open

    async def unattended(self, now: datetime) -> dict[str, datetime | None] | None:
        """Return the task queues that nobody works on; None while the server does not answer."""
        try:
            async with bounded(HEALTH_SECONDS):
                return unattended(await attendance(await self._connected(), ALL), now)
        except TemporalTrouble:
            return None

    async def _handed_over(
        self, workflow_id: str, envelope: IncidentCommandEnvelope
    ) -> Update | Outcome:
        try:
            async with bounded(ACCEPT_SECONDS):
                client = await self._connected()
                handle = client.get_workflow_handle(workflow_id)
                return await handle.start_update(
                    COMMAND,
                    envelope,
                    id=str(envelope.command_id),
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    result_type=CommandAnswer,
                    rpc_timeout=RPC_TIMEOUT,
                )
        except WorkflowGone:
            return NotRunning()
        except TemporalTrouble:
            return Unreachable()

    async def _finished(self, update: Update, answer_by: float) -> Outcome:
        try:
            async with bounded(answer_by - asyncio.get_running_loop().time()):
                return Finished(await update.result())
        except WorkflowUpdateFailedError as failure:
            return _refused(failure)
        except TemporalTrouble:
            return Accepted()

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await client_of(self._address, self._namespace, self._converter, RETRY)
        return self._client


def _refused(failure: WorkflowUpdateFailedError) -> Outcome:
    """Return what a failed update means: the workflow refused, or it ended under the command.

    Raises: the refusal.
    """
    cause = failure.cause
    refusal = as_refusal(cause) if isinstance(cause, ApplicationError) else None
    if refusal is not None:
        raise refusal from failure
    return NotRunning()
