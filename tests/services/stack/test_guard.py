"""What the stack started does not outlive it, not even when it is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil

from services.stack.supervisor.service_process import ROOT

STACK = """
import asyncio
from services.stack.supervisor.lifeline import watched

async def main():
    async with watched() as watch:
        for forgotten in (False, True):
            child = await asyncio.create_subprocess_exec(
                "sh", "-c", "sleep 60 & wait", start_new_session=True
            )
            watch.watch(child.pid)
            if forgotten:
                watch.forget(child.pid)
            print(child.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def stack() -> tuple[subprocess.Popen[str], psutil.Process, psutil.Process]:
    """Start a stack of two children; the guard was told to forget the second."""
    process = subprocess.Popen(
        [sys.executable, "-c", STACK], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    first, second = (psutil.Process(int(process.stdout.readline())) for _ in range(2))
    return process, first, second


def test_a_killed_stack_leaves_no_process_behind() -> None:
    process, watched, forgotten = stack()
    guards = [child for child in psutil.Process(process.pid).children() if is_guard(child)]
    grandchildren = watched.children()
    process.send_signal(signal.SIGKILL)
    process.wait()
    gone, left = psutil.wait_procs([watched, *grandchildren, *guards], timeout=5)
    assert not left, gone
    assert forgotten.is_running()
    if process.stdout:
        process.stdout.close()
    for child in (*forgotten.children(), forgotten):
        child.kill()


def is_guard(process: psutil.Process) -> bool:
    return any(Path(word).name == "guard.py" for word in process.cmdline())
