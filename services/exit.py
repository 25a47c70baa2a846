"""Process exit: run the main coroutine, then leave with its exit code.

A process that has used the Temporal client can crash while Python finalises, because a thread of
the client drops its Python state late. The crash would replace the exit code by a signal. So every
entry point, and the test session, says all it has to say and then leaves without finalising.

Source: PyO3/pyo3-async-runtimes issue 40; temporalio/sdk-python issue 300.
"""

import asyncio
import atexit
import gc
import logging
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import NoReturn

import uvloop

FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


def run(main: Callable[[], Coroutine[object, object, int]]) -> NoReturn:
    """Run a process's main coroutine and leave with the code it returns."""
    # What was imported stays for good: to search it for garbage again and again would stop
    # everything for 30 to 65 ms each time.
    gc.freeze()
    try:
        code = asyncio.run(main(), loop_factory=uvloop.new_event_loop)
    except SystemExit as exit_:
        code = exit_code(exit_)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:  # noqa: BLE001  the last stop: nobody above could report it
        traceback.print_exc()
        code = FAILED
    leave(code)


def leave(code: int) -> NoReturn:
    """End the process now, with everything said and every exit handler run."""
    atexit._run_exitfuncs()  # noqa: SLF001  the public way to run them is the finalisation we avoid
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # the reader has gone; the code still counts
    os._exit(code)


def exit_code(exit_: SystemExit) -> int:
    """Return the number a SystemExit stands for, as the interpreter itself reads it."""
    if exit_.code is None:
        return 0
    if isinstance(exit_.code, int):
        return exit_.code
    print(exit_.code, file=sys.stderr)  # noqa: T201
    return FAILED
