"""Rounds: one contestant after the other, so that a noisy minute hits them all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

import psutil
from rich.progress import Progress

ROUNDS: Final = 9
QUIET_PERCENT: Final = 10.0  # of all cores
LONGEST_SECONDS: Final = 60

type Measure = Callable[[], Awaitable[float]]


@dataclass(frozen=True, slots=True)
class Rounds:
    """What one contestant reached, round by round."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """Return the value in the middle."""
        return median(self.values)

    def __add__(self, other: "Rounds") -> "Rounds":
        return Rounds(tuple(a + b for a, b in zip(self.values, other.values, strict=True)))


async def interleaved(
    contestants: Mapping[str, Measure],
    progress: Progress,
    rounds: int = ROUNDS,
    *,
    between: Callable[[], Awaitable[None]] | None = None,
) -> dict[str, Rounds]:
    """Let every contestant run once a round, and return what each of them reached.

    `between` is awaited before each of them, for instance `quiet`.
    """
    reached: dict[str, list[float]] = {name: [] for name in contestants}
    task = progress.add_task("", total=rounds * len(contestants))
    for number in range(rounds):
        for name, measure in contestants.items():
            progress.update(task, description=f"round {number + 1} of {rounds}: {name}")
            if between is not None:
                await between()
            reached[name].append(await measure())
            progress.advance(task)
    progress.remove_task(task)
    return {name: Rounds(tuple(values)) for name, values in reached.items()}


async def quiet() -> None:
    """Wait until the machine has next to nothing to do, so that nobody pays for somebody else.

    A stack goes on after its answers: it projects, signs, and starts what was declared.
    """
    for _ in range(LONGEST_SECONDS):
        if await asyncio.to_thread(psutil.cpu_percent, 1.0) < QUIET_PERCENT:
            return
