"""Wording: hints to fifty kilobytes of a postmortem, as people write it and as an enemy would."""

import time
from typing import Final

from rich.progress import Progress

from benchmarks.measuring.comparison import Comparison, Peer, less_is_better
from benchmarks.measuring.rounds import Measure, interleaved
from events.wording.hints import hints_in

LONG: Final = 50 * 1024  # characters
WANTED: Final = 50.0  # ms
MS: Final = 1000
PEOPLE: Final = tuple(f"person-{number}" for number in range(50))
SENTENCES: Final = (
    "The deploy had a query that scanned the full table, and so the pool ran out under load. "
    "The engineer on call should have seen it, person-7 said, but the graph failed to load.\n\n"
)
HOSTILE: Final = "did not see if only he should "


async def measure(progress: Progress) -> list[Comparison]:
    """Read a section with the most rules, of both kinds."""
    contestants: dict[str, Measure] = {
        "as written": timed(SENTENCES),
        "hostile": timed(HOSTILE),
        "goal": goal,
    }
    reached = await interleaved(contestants, progress)
    peer = Peer(name="the goal", reached=reached["goal"], goal=1)
    return [
        less_is_better(f"hints to 50 KB, {name}", "ms of CPU", reached[name], peer)
        for name in ("as written", "hostile")
    ]


async def goal() -> float:
    """Return how long it may take."""
    return WANTED


def timed(piece: str) -> Measure:
    """Return how long one reading takes."""
    text = (piece * (LONG // len(piece) + 1))[:LONG]

    async def run() -> float:
        begin = time.process_time()
        hints_in(text, "root_cause", people=PEOPLE)
        return (time.process_time() - begin) * MS

    return run
