"""Up command: `tocsin up` runs the whole system on this machine, until Ctrl-C."""

import asyncio
import signal
import sys
from functools import partial

from activities.integrations.email.provider import SmtpServer
from services.settings import Settings
from services.stack.banner import banner
from services.stack.data_directory import StackRunsAlready
from services.stack.first_responder import put_you_on_call
from services.stack.ports import Ports, PortTaken
from services.stack.postgres.binaries import PostgresFailedToStart
from services.stack.progress import speaker
from services.stack.shown_pages import shown_pages
from services.stack.stack import running_stack
from services.stack.supervisor.service_process import ServiceFailedToStart
from services.stack.temporal.binary import TemporalNotFound
from services.stack.temporal.server import TemporalFailedToStart

EXPLAINED = (
    PortTaken,
    PostgresFailedToStart,
    ServiceFailedToStart,
    StackRunsAlready,
    TemporalFailedToStart,
    TemporalNotFound,
)
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def up() -> int:
    """Run the system until a signal ends it, and return the exit code."""
    settings = Settings()
    places = ports(settings)
    say = speaker()
    ended_by_signal = cancel_on_signals()
    try:
        async with (
            shown_pages(places.pages, partial(print, flush=True)),
            running_stack(settings.data, places, settings=settings, say=say) as now,
        ):
            if now.api_key_is_new:
                await put_you_on_call(now, places.pages)
            print(banner(now, SmtpServer()), flush=True)
            await asyncio.Future()  # until cancelled
    except asyncio.CancelledError:
        if not ended_by_signal.is_set():
            raise
    except EXPLAINED as failure:
        print(failure, file=sys.stderr)
        return 1
    say("everything has ended; the data is kept")
    return 0


def ports(settings: Settings) -> Ports:
    """Return the ports that the settings name."""
    return Ports(
        api=settings.api_port,
        postgres=settings.postgres_port,
        temporal=settings.temporal_port,
        temporal_ui=settings.temporal_ui_port,
        mail=settings.mail_port,
        pages=settings.pages_port,
    )


def cancel_on_signals() -> asyncio.Event:
    """Cancel this task at the first signal that asks for an end; later ones change nothing."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = asyncio.Event()

    def end() -> None:
        if task is not None and not asked.is_set():
            asked.set()
            task.cancel()

    for number in ENDINGS:
        loop.add_signal_handler(number, end)
    return asked
