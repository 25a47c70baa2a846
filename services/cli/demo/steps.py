"""Demo steps: each is printed as it happens, with the seconds it took."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import monotonic

from rich.markup import escape

from services.cli.terminal import console

PATIENCE = 60.0  # seconds one step may take before the demonstration has failed
LOOK_AGAIN = 0.1  # seconds


class StepFailed(Exception):
    """Something the demonstration says was not seen through the API."""


class Step:
    """One step under way; `saw` adds to its line what was seen."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def saw(self, what: str) -> None:
        """Note something that was seen."""
        self.seen.append(what)


@asynccontextmanager
async def step(title: str) -> AsyncIterator[Step]:
    """Time a step and print it.

    Raises: StepFailed.
    """
    started = monotonic()
    now = Step()
    try:
        async with asyncio.timeout(PATIENCE):
            yield now
    except TimeoutError:
        console.print(f"[red]✗[/red] {title}")
        raise StepFailed(f"{title}: not seen within {PATIENCE:.0f} s") from None
    except Exception:
        console.print(f"[red]✗[/red] {title}")
        raise
    console.print(f"[green]✓[/green] {monotonic() - started:6.2f} s  {title}", soft_wrap=True)
    for line in now.seen:
        console.print(f"             [dim]{escape(line)}[/dim]", soft_wrap=True)


async def until[Found](look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look again and again until there is something to see."""
    while (found := await look()) is None:  # noqa: ASYNC110  the API is the only thing to look at
        await asyncio.sleep(LOOK_AGAIN)
    return found


def require(holds: object, said: str) -> None:
    """Fail the demonstration when what it says is not so.

    Raises: StepFailed.
    """
    if not holds:
        raise StepFailed(said)
