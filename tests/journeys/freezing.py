"""A server that hangs: it neither answers nor hangs up."""

from collections.abc import Iterator
from contextlib import contextmanager

import psutil


@contextmanager
def frozen(pid: int | None) -> Iterator[None]:
    """Freeze a process and everything below it, and let them go on afterwards."""
    assert pid is not None
    parent = psutil.Process(pid)
    family = [parent, *parent.children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()
