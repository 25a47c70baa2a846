"""Aggregate loading: the state and version of one stream, as the log has them now."""

from collections.abc import Sequence

from events.decider import Decider
from events.handle import known, needed
from events.log.codec import codec_for
from events.log.recorded import RecordedEvent
from events.log.store import Log


async def load[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stream: str, about: str | None = None
) -> tuple[State, int]:
    """Return the state folded from the stream, and the stream's version; 0 if it does not exist.

    With a word, the state as far as the events tell it in which the word stands.
    Raises: EventTooNew, LogUnavailable.
    """
    return await folded(log, decider, await needed(log, decider, stream, about))


async def folded[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stored: Sequence[RecordedEvent]
) -> tuple[State, int]:
    """Return the state and the version that events of one stream lead to, which were read before.

    Raises: EventTooNew, LogUnavailable.
    """
    opened = await log.opened(stored)
    state = decider.fold(
        recorded.event for recorded in known(codec_for(decider.event_types), opened)
    )
    return state, opened[-1].version if opened else 0
