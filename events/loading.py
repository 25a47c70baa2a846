"""Aggregate loading: the state and version of one stream, as the log has them now."""

from events.decider import Decider
from events.handle import known, needed
from events.log.codec import codec_for
from events.log.store import Log


async def load[Command, State, Event](
    log: Log, decider: Decider[Command, State, Event], stream: str, about: str | None = None
) -> tuple[State, int]:
    """Return the state folded from the stream, and the stream's version; 0 if it does not exist.

    With a word, the state as far as the events tell it in which the word stands.
    Raises: EventTooNew, LogUnavailable.
    """
    stored = await log.opened(await needed(log, decider, stream, about))
    state = decider.fold(
        recorded.event for recorded in known(codec_for(decider.event_types), stored)
    )
    return state, stored[-1].version if stored else 0
