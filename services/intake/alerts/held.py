"""Held alerts as a batch: what was held back is looked at again, as if it came just now. Pure."""

from collections.abc import Sequence

from events.alert.events import AlertHeld
from services.intake.batch.signal import Batch, Signal
from services.intake.batch.spool import packed


def batch_of_held(held: Sequence[AlertHeld], *, released: bool) -> Batch:
    """Return alerts of one sender and group as their batch; `released`: nobody spoke of them now.

    They are as their sender said, so that the rules of now decide and nothing of the rules of then.
    """
    first = held[0]
    return Batch(
        sender=first.sender,
        group_key=first.group_key,
        signals=packed(_signal(one) for one in held),
        released=released,
        comes_again=False,
    )


def _signal(held: AlertHeld) -> Signal:
    return Signal(
        dedup_key=held.dedup_key,
        firing=True,
        title=held.title,
        severity=held.severity,
        labels=held.labels,
        annotations=held.annotations,
        started_at=held.started_at,
        source_url=held.source_url or "",
    )
