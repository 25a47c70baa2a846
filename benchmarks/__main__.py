"""`python -m benchmarks [NAME …]`: measure, print a table and record the result."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.incidents import command, crowd, long_incident, open_incidents, paging, timers
from benchmarks.intake import steady, trouble
from benchmarks.learning import figures, report, similar, simulate, wording
from benchmarks.log import append, audit, costs, memory, projections, replay
from benchmarks.measuring.comparison import Comparison
from benchmarks.measuring.machine import commit, this_machine
from benchmarks.measuring.recorded import RESULTS, table, write
from benchmarks.on_call import who
from benchmarks.web import screens
from services.exit import run

type Benchmark = Callable[[Progress], Awaitable[list[Comparison]]]

BENCHMARKS: Final[dict[str, Benchmark]] = {
    "append": append.measure,
    "audit": audit.measure,
    "command": command.measure,
    "costs": costs.measure,
    "crowd": crowd.measure,
    "figures": figures.measure,
    "incidents": open_incidents.measure,
    "memory": memory.measure,
    "on_call": who.measure,
    "intake": steady.measure,
    "intake_trouble": trouble.measure,
    "long_incident": long_incident.measure,
    "paging": paging.measure,
    "projections": projections.measure,
    "replay": replay.measure,
    "report": report.measure,
    "simulate": simulate.measure,
    "similar": similar.measure,
    "timers": timers.measure,
    "web": screens.measure,
    "wording": wording.measure,
}


async def main() -> int:
    """Run the benchmarks that are named, or all of them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    console = Console()
    wanted = sys.argv[1:] or list(BENCHMARKS)
    if unknown := [name for name in wanted if name not in BENCHMARKS]:
        console.print(f"There is no benchmark {unknown[0]}. There are: {', '.join(BENCHMARKS)}.")
        return 2
    for name in wanted:
        await record(name, console)
    return 0


async def record(name: str, console: Console) -> None:
    """Run one benchmark, print it and write it down."""
    machine, measured = this_machine(), commit()
    columns = (TextColumn(name), BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as progress:
        rows: Sequence[Comparison] = await BENCHMARKS[name](progress)
    file = write(RESULTS, name, rows, machine, measured)
    console.print(table(name, rows), f"recorded in {file.relative_to(RESULTS.parent.parent)}\n")


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    run(main)
