"""Cut values: what a request sent and was not kept whole, named in a header of the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

HEADER: Final = "Tocsin-Cut"
MOST: Final = 20  # notices in one answer

_told: ContextVar[list[str] | None] = ContextVar("cuts", default=None)


@contextmanager
def cuts_noted() -> Iterator[list[str]]:
    """Collect the notices of one request."""
    notices: list[str] = []
    token = _told.set(notices)
    try:
        yield notices
    finally:
        _told.reset(token)


def tell_cut(notice: str) -> None:
    """Have the answer say what was cut: "details: 50 of 60 members kept". Nothing of its text."""
    notices = _told.get()
    if notices is not None and notice not in notices and len(notices) < MOST:
        notices.append(notice)
