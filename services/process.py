"""Process: its settings, its signals and its exit code, alike for every one of ours."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, Final

import structlog

from events.log.privacy.keyring import KeysUnusable
from services.alive import alive
from services.exit import FAILED
from services.logs import configure_logs
from services.settings import Settings, SettingsWrong, settings

STOP_SECONDS: Final = 1.0  # for jobs that are cancelled

type Work = Callable[[Settings, asyncio.Event], Awaitable[int]]

logs = structlog.get_logger(__name__)


async def run_until_stopped(name: str, needs: Sequence[str], work: Work) -> int:
    """Work until SIGTERM or SIGINT sets the event, with the settings; return the exit code."""
    config = settings()
    configure_logs(name, config.log_level)
    stopping = asyncio.Event()
    on_signals(stopping.set)
    if any(getattr(config, setting) is None for setting in needs):
        logs.error("settings_missing", needed=[f"TOCSIN_{setting.upper()}" for setting in needs])
        return FAILED
    try:
        return await work(config, stopping)
    except (KeysUnusable, SettingsWrong) as wrong:
        logs.error("settings_wrong", reason=str(wrong))  # noqa: TRY400  the text says it all
        return FAILED


def on_signals(stop: Callable[[], object]) -> None:
    """Have SIGTERM and SIGINT do this, in place of what they did before."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)


async def run_jobs(
    config: Settings,
    stopping: asyncio.Event,
    jobs: Mapping[str, Coroutine[Any, Any, None]],
) -> int:
    """Run jobs that never end by themselves; the first that does ends the process."""
    tasks = [asyncio.create_task(job, name=what) for what, job in jobs.items()]
    stop = asyncio.create_task(stopping.wait())
    async with alive(config.alive_file):
        logs.info("process_started")
        await asyncio.wait({stop, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stop, *tasks):
            task.cancel()
        await asyncio.wait(tasks, timeout=STOP_SECONDS)
    broken = [task for task in tasks if task.done() and not task.cancelled()]
    for task in broken:
        logs.error("job_broken", job=task.get_name(), exc_info=task.exception())
    logs.info("process_stopped")
    return FAILED if broken else 0


async def unless_stopped[Value](
    stopping: asyncio.Event, work: Coroutine[Any, Any, Value]
) -> Value | None:
    """Return what the work gives; None, with the work cancelled, once the process is to stop."""
    task, stop = asyncio.create_task(work), asyncio.create_task(stopping.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task}, timeout=STOP_SECONDS)
    return None
