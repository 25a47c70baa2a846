"""Reaper: ends what a stack started when the stack itself is killed and cannot.

Runs as a script of its own, with the standard library only. It reads lines on its standard input:
`watch PID SIGNAL` and `forget PID`. The end of the input means that the stack is gone.
"""

import os
import signal
import sys
from collections.abc import Iterable


def main(lines: Iterable[str]) -> None:
    """Follow the stack's words to their end, then end what is still being watched."""
    watched: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["watch", pid, number]:
                watched[int(pid)] = int(number)
            case ["forget", pid]:
                watched.pop(int(pid), None)
            case _:
                continue
    for process in reversed(watched):  # the last one started leans on the others
        end(process, watched[process])


def end(pid: int, with_signal: int) -> None:
    """Send the signal to a process, and to its group when it leads one."""
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, with_signal)
        else:
            os.kill(pid, with_signal)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it leaves when the stack has left
    main(sys.stdin)
