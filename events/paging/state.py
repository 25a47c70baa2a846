"""Paging state, folded from its events: whether paging is degraded."""

from dataclasses import dataclass
from typing import assert_never

from events.paging.events import PagingDegraded, PagingEvent, PagingRestored


@dataclass(frozen=True, slots=True, kw_only=True)
class PagingState:
    """Whether paging is known to be stuck."""

    degraded: bool = False


INITIAL = PagingState()


def evolve(_paging: PagingState, event: PagingEvent) -> PagingState:
    """Return the state after the event; never refuses."""
    match event:
        case PagingDegraded():
            return PagingState(degraded=True)
        case PagingRestored():
            return PagingState(degraded=False)
        case _:
            assert_never(event)
