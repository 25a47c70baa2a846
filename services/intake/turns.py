"""Turns: messages that are kept already are taken in order, those of the same alert one by one.

In quiet times a sender waits until its message was taken, so whoever looks finds it. In a storm it
is answered once its message is kept: what is kept is taken even if this process is killed.
Messages that wait are looked at together, and a trigger that says the same again while the first
one waits is the same trigger. One that says something else is looked at again: it may be that rules
hold the first one back, and not this one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final
from uuid import UUID

import structlog
from msgspec.structs import replace

from events.errors import LogFault
from services.intake.alerts.standing import standing_in
from services.intake.arrival import Intake
from services.intake.batch.signal import Batch, Signal

QUIET: Final = 8  # messages under way: above, a sender does not wait for its own
MOST: Final = 1_000  # above, it waits again, so that a storm cannot run ahead of us
TOGETHER: Final = 100  # alerts that are looked at in one go
AT_WORK: Final = 16  # alerts that change at once
WHENEVER: Final = datetime.min.replace(tzinfo=UTC)  # in place of when an alert began
SECONDS: Final = 30.0  # for one message; what takes longer is left to the sweep

logs = structlog.get_logger(__name__)

type Subject = tuple[str, str]  # integration, and the key of its alert


@dataclass(eq=False, kw_only=True)
class Turn:
    """A message that is kept, and how it is taken."""

    arrival_id: UUID
    subject: Subject
    intake: Intake
    trigger: Batch | None  # of one alert that fires; None: it says something else
    take: Callable[[], Awaitable[None]]  # it also records what became of it
    repeated: Callable[[], None]  # records that it said nothing new
    over: asyncio.Future[None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )
    context: Context = field(default_factory=copy_context)  # for notices and log lines

    def end(self, fault: Exception | None = None) -> None:
        """Tell the sender, if it still waits."""
        if self.over.done():
            return
        if fault is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(fault)
            self.over.exception()  # heard of, also where nobody waits


class Turns:
    """The messages of one process that are kept and not taken yet."""

    def __init__(self) -> None:
        self._lines: dict[Subject, deque[Turn]] = {}
        self._ready: deque[Subject] = deque()  # whose first message is nobody's yet
        self._held: set[UUID] = set()
        self._looking: asyncio.Task[None] | None = None
        self._taking: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_WORK)

    def __contains__(self, arrival_id: object) -> bool:
        return arrival_id in self._held

    def enter(self, turn: Turn) -> bool:
        """Put a message behind those of its alert; return whether its sender is to wait for it."""
        self._held.add(turn.arrival_id)
        line = self._lines.get(turn.subject)
        if line is None:
            self._lines[turn.subject] = deque((turn,))
            self._ready.append(turn.subject)
        else:
            line.append(turn)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        return not QUIET < len(self._held) <= MOST

    async def drained(self) -> None:
        """Wait until every message was taken that has come so far."""
        while tasks := {*self._taking, *([self._looking] if self._looking else [])}:
            await asyncio.wait(tasks)

    async def _look(self) -> None:
        try:
            while self._ready:
                number = min(TOGETHER, len(self._ready))
                runs = [run_of(self._lines[self._ready.popleft()]) for _ in range(number)]
                for run in await self._changing(runs):
                    await self._room.acquire()
                    task = asyncio.create_task(self._take(run), context=run[0].context)
                    self._taking.add(task)
                    task.add_done_callback(self._taking.discard)
        finally:
            self._looking = None

    async def _changing(self, runs: Sequence[list[Turn]]) -> list[list[Turn]]:
        """Return the messages that may change something; the others are over."""
        changing: list[list[Turn]] = []
        for same in by_integration(runs):
            triggers = [run for run in same if run[0].trigger is not None]
            changing += [run for run in same if run[0].trigger is None]
            batches = [run[0].trigger for run in triggers if run[0].trigger is not None]
            try:
                standing = await standing_in(batches, same[0][0].intake) if batches else frozenset()
            except LogFault:
                standing = frozenset()  # each finds out for itself
            except Exception:
                logs.exception("alerts_not_looked_at", messages=len(batches))
                standing = frozenset()
            for place, run in enumerate(triggers):
                if place in standing:
                    self._over(run)
                else:
                    changing.append(run)
        return changing

    async def _take(self, run: list[Turn]) -> None:
        first = run[0]
        try:
            async with asyncio.timeout(SECONDS):
                await first.take()
        except Exception as fault:  # noqa: BLE001  its sender hears of it, or the sweep takes it
            self._leave(first)
            first.end(fault)
        else:
            self._leave(first)
            first.end()
            self._over(repeats_of(first, run[1:]), leave_line=False)
        finally:
            self._room.release()
        self._go_on(first.subject)

    def _over(self, run: Sequence[Turn], *, leave_line: bool = True) -> None:
        for turn in run:
            turn.repeated()
            self._leave(turn)
            turn.end()
        if leave_line:
            self._go_on(run[0].subject)

    def _leave(self, turn: Turn) -> None:
        self._lines[turn.subject].popleft()
        self._held.discard(turn.arrival_id)

    def _go_on(self, subject: Subject) -> None:
        if not self._lines[subject]:
            del self._lines[subject]
            return
        self._ready.append(subject)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())


def run_of(line: Iterable[Turn]) -> list[Turn]:
    """Return the first message of an alert, and those behind it that say as well that it fires."""
    first, *others = line
    if first.trigger is None:
        return [first]
    return [first, *takewhile(lambda one: one.trigger is not None, others)]


def repeats_of(first: Turn, others: Iterable[Turn]) -> list[Turn]:
    """Return those next in line that say nothing else than the first one."""
    said = said_by(first)
    return list(takewhile(lambda one: said_by(one) == said, others))


def said_by(turn: Turn) -> tuple[Signal, ...]:
    """Return what a trigger says, whenever it came."""
    if turn.trigger is None:
        return ()
    return tuple(replace(one, started_at=WHENEVER) for one in turn.trigger.signals.listed)


def by_integration(runs: Iterable[list[Turn]]) -> Iterable[list[list[Turn]]]:
    """Return the messages of each integration together."""
    found: dict[str, list[list[Turn]]] = {}
    for run in runs:
        found.setdefault(run[0].subject[0], []).append(run)
    return found.values()
