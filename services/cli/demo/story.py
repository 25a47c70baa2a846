"""Demo story: who tells it, on which system, and in which order."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from activities.integrations.email.provider import SmtpServer
from services.cli.demo.chapters import CHAPTERS
from services.cli.demo.scene import Scene
from services.cli.demo.sinks import Sinks, sinks
from services.cli.demo.steps import StepFailed
from services.cli.remote import Problem, Remote
from services.cli.terminal import complain, console
from services.exit import FAILED
from services.settings import Settings
from services.stack.data_directory import running_stack_url, running_web_url
from services.stack.progress import speaker
from services.stack.stack import running_stack

WATCH: Final = "To watch it in the browser, open this now and become its first admin:"


async def tell() -> int:
    """Tell the story; return 0 only if every step of it was seen."""
    try:
        async with stage() as scene:
            for chapter in CHAPTERS:
                await chapter(scene)
            console.print("\nEvery step was seen through the public API.")
            if scene.ends_with_the_story:
                await looked_around(scene)
    except (StepFailed, Problem) as failure:
        complain(f"the demonstration failed: {failure}")
        return FAILED
    return 0


async def looked_around(scene: Scene) -> None:
    """Keep a system of our own for as long as the person at the terminal wants to look at it."""
    if not sys.stdin.isatty():
        return
    console.print(f"Look around at {scene.address}, and press Enter to end it.", soft_wrap=True)
    loop, pressed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), pressed.set)
    try:
        await pressed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())


@asynccontextmanager
async def stage() -> AsyncIterator[Scene]:
    """Yield the running system with our sinks as its mail server, or a system of our own."""
    running = await asyncio.to_thread(running_here)
    if running is not None:
        async with sinks(SmtpServer().smtp_port) as taken:
            console.print(f"On the Tocsin that runs at {running.url}\n")
            with running:
                yield Scene(remote=running, sinks=taken, web_url=web_url_of(running))
        return
    async with sinks() as taken, own_system(taken) as (remote, web_url):
        yield Scene(remote=remote, sinks=taken, web_url=web_url, ends_with_the_story=True)


@asynccontextmanager
async def own_system(taken: Sinks) -> AsyncIterator[tuple[Remote, str]]:
    """Run a system of our own in a folder that is thrown away."""
    console.print("No Tocsin runs here: starting one for the demonstration\n")
    environment = {
        "TOCSIN_SMTP_PORT": str(taken.mail_port),
        "TOCSIN_WEBHOOK_ALLOW_PRIVATE": "true",  # the receiver is on this machine
    }
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        async with running_stack(Path(folder), environment=environment, say=speaker()) as stack:
            console.print(f"\n{WATCH}\n\n  {stack.first_admin_url}\n", soft_wrap=True)
            with Remote(stack.api_url, stack.api_key) as remote:
                yield remote, stack.web_url


def running_here() -> Remote | None:
    """Return the system that runs on this machine, if one does."""
    try:
        remote = Remote.from_environment()
        httpx.get(f"{remote.url}/health/live", timeout=1.0, trust_env=False).raise_for_status()
    except (Problem, httpx.HTTPError):
        return None
    return remote


def web_url_of(running: Remote) -> str:
    """Return where people find a running system in a browser: a session is one name's."""
    data = Settings().data
    here = running_stack_url(data) == running.url
    return (running_web_url(data) if here else None) or running.url
