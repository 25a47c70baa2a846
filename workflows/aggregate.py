"""Aggregate in a workflow: decide, append under a lock, evolve; the log is always right."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.payloads import (
        APPEND_EVENTS,
        LOAD_STATE,
        AppendInput,
        AppendReceipt,
        AppendState,
        EncodedEvent,
        Snapshot,
        snapshot_of,
    )
    from activities.refusals import as_application_error, as_refusal
    from events.decider import Decider
    from events.errors import CommandRejected, StreamConflict
    from events.log.codec import codec_for
    from events.log.recorded import Metadata
    from events.registry import ALL_EVENTS
    from workflows.messages import CommandAnswer, Envelope

    codec = codec_for(ALL_EVENTS)

APPEND_TIMEOUT = timedelta(seconds=5)
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=10)
)
LINGER = timedelta(seconds=1)
REMEMBERED = 500  # newest command ids whose repeats pass the validator


class Aggregate[Command, State, Event]:
    """One stream and its single writer. Commands queue on the lock, first come first served."""

    def __init__(self, stream: str, decider: Decider[Command, State, Event], own: UUID) -> None:
        self.stream = stream
        self.state = decider.initial
        self.version = 0
        self.ready = False
        self._decider = decider
        self._own = own  # namespace of the ids of commands that the workflow gives itself
        self._lock = asyncio.Lock()
        self._answered: dict[UUID, None] = {}  # in order of answer: the oldest is forgotten first

    async def load(self) -> None:
        """Take the state from the log."""
        snapshot = await state_of(self.stream, self._decider.initial)
        self.state, self.version = snapshot.state, snapshot.version
        self.ready = True

    async def read_again(self) -> None:
        """Take the state from the log anew, between two commands."""
        await workflow.wait_condition(lambda: self.ready)
        async with self._lock:
            await self.load()

    @asynccontextmanager
    async def standing_still(self) -> AsyncIterator[State]:
        """Hold back every command while inside, so that nothing overtakes what is decided there."""
        await workflow.wait_condition(lambda: self.ready)
        async with self._lock:
            yield self.state

    def judge(self, envelope: Envelope[Command]) -> None:
        """Refuse what is bound to be refused, before it costs anything. Changes nothing.

        Raises: ApplicationError with the refusal's name.
        """
        if self.ready and envelope.command_id not in self._answered:
            self._decided(envelope)

    async def execute(self, envelope: Envelope[Command]) -> CommandAnswer:
        """Decide and store; a version conflict means: load, and decide again.

        Raises: ApplicationError with the refusal's name.
        """
        await workflow.wait_condition(lambda: self.ready)
        async with self._lock:
            while True:
                decided = self._decided(envelope)
                receipt = await self._append(envelope, decided)
                if receipt.state is AppendState.APPENDED:
                    self.state = self._decider.fold(_stored(decided, receipt), self.state)
                    self.version = receipt.version
                else:
                    await self.load()
                if receipt.state is not AppendState.CONFLICT:
                    return self._answer(envelope, receipt)

    async def command_itself(
        self, command: Command, why: str, unless: tuple[type[CommandRejected], ...] = ()
    ) -> None:
        """Carry out a command of the workflow itself, under the same id in every run.

        What the aggregate refuses as one of `unless` is no longer to be done: it has moved on.
        """
        command_id = uuid5(self._own, why)
        try:
            await self.execute(automatic(command_id, command))
        except ApplicationError as refused:
            if not isinstance(as_refusal(refused), unless):
                raise
            workflow.logger.info("automation_refused", extra={"why": why, "type": refused.type})

    def _decided(self, envelope: Envelope[Command]) -> list[Event]:
        expected = envelope.expected_version
        try:
            if expected is not None and expected != self.version:
                raise StreamConflict(
                    f"{self.stream} is at version {self.version}, not {expected}: read it again.",
                    version=self.version,
                )
            return self._decider.decide(envelope.command, self.state)
        except CommandRejected as refusal:
            raise as_application_error(refusal) from refusal

    async def _append(self, envelope: Envelope[Command], events: list[Event]) -> AppendReceipt:
        append = AppendInput(
            stream=self.stream,
            command_id=envelope.command_id,
            request_digest=envelope.request_digest,
            expected_version=self.version,
            events=tuple(encoded(event) for event in events),
            metadata=envelope.metadata,
        )
        return await asked_of_the_log(APPEND_EVENTS, append, AppendReceipt)

    def _answer(self, envelope: Envelope[Command], receipt: AppendReceipt) -> CommandAnswer:
        self._answered[envelope.command_id] = None
        if len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
        return CommandAnswer(
            command_id=envelope.command_id,
            stream=self.stream,
            version=receipt.version,
            position=receipt.position,
            hash=receipt.hash,
            event_types=receipt.event_types,
            duplicate=receipt.state is AppendState.DUPLICATE,
        )


def _stored[Event](decided: list[Event], receipt: AppendReceipt) -> list[Event]:
    """Return what was stored: in a replay, today's rules may decide more than those of the day."""
    types = iter(receipt.event_types)
    following = next(types, None)
    stored: list[Event] = []
    for event in decided:
        if codec.name_of(event) == following:
            stored.append(event)
            following = next(types, None)
    return stored


def automatic[Command](command_id: UUID, command: Command) -> Envelope[Command]:
    """Return a command as the running workflow gives it.

    The digest covers the id alone: the time in the command may differ from run to run.
    """
    return Envelope(
        command_id=command_id,
        request_digest=sha256(command_id.bytes).hexdigest(),
        metadata=Metadata(
            principal=f"workflow:{workflow.info().workflow_id}",
            via="workflow",
            correlation_id=workflow.info().run_id,
        ),
        command=command,
    )


async def state_of[State](stream: str, initial: State) -> Snapshot[State]:
    """Return the state of a stream as the log has it."""
    return await asked_of_the_log(LOAD_STATE, stream, snapshot_of(initial))


async def asked_of_the_log[Result](
    name: str, question: object, result_type: type[Result]
) -> Result:
    """Return the answer of a short activity, asked again for ever while the log is away."""
    answer: Result = await workflow.execute_local_activity(
        name,
        question,
        result_type=result_type,
        start_to_close_timeout=APPEND_TIMEOUT,
        retry_policy=FOR_EVER,
    )
    return answer


async def linger() -> None:
    """Let the last answer leave before the workflow ends.

    A task that both answers an Update and ends the workflow fails when another event came in
    between, and the server then fails the Update with it, though its facts are stored.
    """
    await workflow.sleep(LINGER, summary="the last answer leaves")


def encoded(event: object) -> EncodedEvent:
    """Return the event as the log will store it."""
    data = codec.encode(event)
    return EncodedEvent(
        type=data.type, schema_version=data.schema_version, payload=data.payload.decode()
    )
