"""An aggregate inside a workflow: decide, append under a lock, evolve; the log is always right."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.orders import (
        APPEND_EVENTS,
        AppendOrder,
        AppendReceipt,
        AppendState,
        EncodedEvent,
    )
    from activities.refusals import as_application_error
    from events.decider import Decider
    from events.errors import CommandRejected, StreamConflict
    from events.log.codec import codec_for
    from events.log.recorded import Metadata
    from events.registry import ALL_EVENTS
    from workflows.messages import CommandAnswer

    codec = codec_for(ALL_EVENTS)

APPEND_TIMEOUT = timedelta(seconds=5)
FOR_EVER = RetryPolicy(
    initial_interval=timedelta(milliseconds=100), maximum_interval=timedelta(seconds=10)
)
LINGER = timedelta(seconds=1)
REMEMBERED = 500  # newest command ids whose repeats pass the validator


class Snapshot[State](Protocol):
    """A state, and the version of the stream it is true at."""

    @property
    def state(self) -> State: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102


class Request[Command](Protocol):
    """A command with everything the log wants to know of it."""

    @property
    def command_id(self) -> UUID: ...  # noqa: D102
    @property
    def request_digest(self) -> str: ...  # noqa: D102
    @property
    def metadata(self) -> Metadata: ...  # noqa: D102
    @property
    def command(self) -> Command: ...  # noqa: D102
    @property
    def expected_version(self) -> int | None: ...  # noqa: D102


class Aggregate[Command, State, Event]:
    """One stream and its single writer. Commands queue on the lock, first come first served."""

    def __init__(
        self,
        stream: str,
        decider: Decider[Command, State, Event],
        load: Callable[[], Awaitable[Snapshot[State]]],
    ) -> None:
        self.stream = stream
        self.state = decider.initial
        self.version = 0
        self.ready = False
        self._decider = decider
        self._load = load
        self._lock = asyncio.Lock()
        self._answered: dict[UUID, None] = {}  # in order of answer: the oldest is forgotten first

    async def load(self) -> None:
        """Take the state from the log."""
        snapshot = await self._load()
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

    def judge(self, request: Request[Command]) -> None:
        """Refuse what is bound to be refused, before it costs anything. Changes nothing.

        Raises: ApplicationError with the refusal's name.
        """
        if self.ready and request.command_id not in self._answered:
            self._decided(request)

    async def execute(self, request: Request[Command]) -> CommandAnswer:
        """Decide and store; a version conflict means: load, and decide again.

        Raises: ApplicationError with the refusal's name.
        """
        await workflow.wait_condition(lambda: self.ready)
        async with self._lock:
            while True:
                decided = self._decided(request)
                receipt = await self._append(request, decided)
                if receipt.state is AppendState.APPENDED:
                    self.state = self._decider.fold(_stored(decided, receipt), self.state)
                    self.version = receipt.version
                else:
                    await self.load()
                if receipt.state is not AppendState.CONFLICT:
                    return self._answer(request, receipt)

    def _decided(self, request: Request[Command]) -> list[Event]:
        expected = request.expected_version
        try:
            if expected is not None and expected != self.version:
                raise StreamConflict(
                    f"{self.stream} is at version {self.version}, not {expected}: read it again.",
                    version=self.version,
                )
            return self._decider.decide(request.command, self.state)
        except CommandRejected as refusal:
            raise as_application_error(refusal) from refusal

    async def _append(self, request: Request[Command], events: list[Event]) -> AppendReceipt:
        order = AppendOrder(
            stream=self.stream,
            command_id=request.command_id,
            request_digest=request.request_digest,
            expected_version=self.version,
            events=tuple(encoded(event) for event in events),
            metadata=request.metadata,
        )
        receipt: AppendReceipt = await workflow.execute_local_activity(
            APPEND_EVENTS,
            order,
            result_type=AppendReceipt,
            start_to_close_timeout=APPEND_TIMEOUT,
            retry_policy=FOR_EVER,
        )
        return receipt

    def _answer(self, request: Request[Command], receipt: AppendReceipt) -> CommandAnswer:
        self._answered[request.command_id] = None
        if len(self._answered) > REMEMBERED:
            del self._answered[next(iter(self._answered))]
        return CommandAnswer(
            command_id=request.command_id,
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
